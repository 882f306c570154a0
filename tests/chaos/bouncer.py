"""PgBouncer in transaction mode between the replicas and the database, where it is installed."""

import os
import re
import shutil
import subprocess
from pathlib import Path

HOW_TO_GET_IT = "not installed (Debian, Ubuntu: apt install pgbouncer)"
KEEPS_STATEMENTS = (1, 21)  # the first version that keeps prepared statements apart


def find_bouncer() -> tuple[str, tuple[int, ...]] | None:
    """Its program and its version."""
    program = shutil.which("pgbouncer", path=os.environ.get("PATH", "") + ":/usr/sbin:/usr/local/sbin")
    if program is None:
        return None
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout  # noqa: S603
    return program, tuple(map(int, re.findall(r"\d+", said)[:2]))


def bouncer_command(program: str, folder: Path, *, port: int, database: int) -> list[str]:
    """Passes on to the database at the port `database`, which asks for no password, and asks for none itself: for
    tests on this machine. It refuses to run as root."""
    settings = folder / "pgbouncer.ini"
    settings.write_text(f"""
[databases]
hallway = host=127.0.0.1 port={database} dbname=hallway user=hallway

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 12
max_client_conn = 400
server_login_retry = 1
server_connect_timeout = 5
query_wait_timeout = 10
ignore_startup_parameters = extra_float_digits
""")
    return [program, "-q", *(["-u", "nobody"] if os.geteuid() == 0 else []), str(settings)]

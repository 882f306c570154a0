"""Where the socket of the embedded PostgreSQL is: in the data folder, or in a short one if its path is too
long."""

import contextlib
import hashlib
import os
import socket
import stat
from pathlib import Path

from server.embedded.errors import SocketFolderUnusable

PORT = 5432  # no port is opened: it is part of the socket's name
LONGEST_PATH = 100  # bytes; sockaddr_un holds 107 on Linux, 103 on macOS
SHORT = Path("/tmp")  # noqa: S108 - made 0700, and refused unless ours


def socket_folder(data: Path) -> Path:
    """The same answer for every process that names the same (resolved) data folder."""
    folder = data / "run"
    if len(os.fsencode(folder / f".s.PGSQL.{PORT}")) <= LONGEST_PATH:
        return folder
    digest = hashlib.sha256(os.fsencode(data)).hexdigest()[:16]
    return SHORT / f"hallway-{data.stat().st_uid}-{digest}"


def make_socket_folder(data: Path, *, owner: int) -> Path:
    """For its owner alone: whoever reaches the socket is let in without a password. Raises
    SocketFolderUnusable for one that somebody else has put there."""
    folder = socket_folder(data)
    with contextlib.suppress(FileExistsError):
        folder.mkdir(mode=0o700)
    found = folder.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {os.geteuid(), owner}:
        raise SocketFolderUnusable(
            f"{folder}, where the database's socket shall be, belongs to somebody else: remove it, or choose "
            f"another data folder (a path under {LONGEST_PATH - 20} characters needs no such folder)."
        )
    folder.chmod(0o700)
    if found.st_uid != owner:
        os.chown(folder, owner, -1)
    return folder


def remove_short_folder(data: Path) -> None:
    """Leave nothing behind outside the data folder, unless a server is there again."""
    with contextlib.suppress(OSError):
        folder = socket_folder(data)
        if folder.parent == SHORT:
            folder.rmdir()


def answers(folder: Path) -> bool:
    """Whether a server takes connections on this socket now."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        knock.settimeout(5)
        try:
            knock.connect(str(folder / f".s.PGSQL.{PORT}"))
        except OSError:
            return False
    return True

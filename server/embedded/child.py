"""What becomes a PostgreSQL program: gives up root, ties its life to its starter's, then executes it.

Run as a script by `launch.py`, on the standard library alone, with a plan as JSON in `argv[1]`. It
exists because none of this is safe between fork and exec of a threaded program (`preexec_fn`), and because
Python 3.11 has no `os.unshare`. Whatever goes wrong here is one line on standard error and exit code
`REFUSED`.
"""

import ctypes
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

REFUSED = 125
CLONE_NEWUSER = 0x10000000  # linux/sched.h
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Plan(TypedDict):
    """`run_as` is a `RunAs` of launch.py; `uid` and `gid` are whom the program shall take itself
    for. `through` are folders that it may not reach by their path and gets handed open. `lock` is locked for
    as long as the program or any of its children lives. `starter` is the process whose death ends it; with
    `supervise` that is noticed by the end of standard input instead (elsewhere than on Linux, short commands
    just end)."""

    argv: list[str]
    env: dict[str, str]
    run_as: str
    uid: int
    gid: int
    through: list[str]
    starter: int
    supervise: bool
    lock: str | None


def main(plan: Plan) -> None:
    os.chdir("/")
    os.umask(0o077)
    if plan["lock"] is not None:
        hold(plan["lock"])
    argv = through_open_folders(plan["argv"], plan["through"])

    if plan["run_as"] == "namespace":
        enter_namespace(plan["uid"], plan["gid"])
    elif plan["run_as"] == "nobody":
        os.setgroups([])
        os.setgid(plan["gid"])
        os.setuid(plan["uid"])

    if plan["supervise"]:
        sys.exit(supervise(argv, plan["env"]))
    if sys.platform == "linux":
        die_with(plan["starter"])
    os.execve(argv[0], argv, plan["env"])  # noqa: S606 - no shell is meant


def hold(path: str) -> None:
    """Lock a file until this process and all that inherit from it are gone: who can lock it knows that no
    server runs, whatever process ids say. Waits for the last processes of a server that has just died."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    os.set_inheritable(descriptor, True)


def through_open_folders(argv: list[str], folders: list[str]) -> list[str]:
    """The same command with each folder named by an open descriptor, which works where a parent folder is
    closed to whom we are about to become: nobody's home need be opened to everybody."""
    for folder in folders:
        descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY)
        os.set_inheritable(descriptor, True)
        argv = [word.replace(folder, f"/proc/self/fd/{descriptor}") for word in argv]
    return argv


def enter_namespace(uid: int, gid: int) -> None:
    """Become an unprivileged user in one's own eyes (user_namespaces(7)): outside, files stay root's."""
    outer_uid, outer_gid = os.geteuid(), os.getegid()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWUSER) != 0:
        raise OSError(ctypes.get_errno(), "user namespaces are forbidden here")
    Path("/proc/self/setgroups").write_text("deny", encoding="ascii")
    Path("/proc/self/uid_map").write_text(f"{uid} {outer_uid} 1", encoding="ascii")
    Path("/proc/self/gid_map").write_text(f"{gid} {outer_gid} 1", encoding="ascii")


def die_with(starter: int) -> None:
    """Let the kernel send SIGINT, PostgreSQL's fast shutdown, when the starter dies, even by kill -9. After
    the change of user, which would undo it; a starter that died before is noticed by its absence."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_PDEATHSIG, signal.SIGINT) != 0:
        raise OSError(ctypes.get_errno(), "prctl failed")
    if os.getppid() != starter:
        raise ProcessLookupError("the starter is gone")


def supervise(argv: list[str], env: dict[str, str]) -> int:
    """Where the kernel has no such signal (macOS): stay, and end the server when standard input ends, since
    its other end is held by the starter alone. PostgreSQL's signals are passed on to it."""
    server = subprocess.Popen(argv, env=env, stdin=subprocess.DEVNULL, close_fds=False)  # noqa: S603
    signal.signal(signal.SIGINT, lambda *_: server.send_signal(signal.SIGINT))
    signal.signal(signal.SIGQUIT, lambda *_: server.send_signal(signal.SIGQUIT))
    while server.poll() is None:
        readable, _, _ = select.select([0], [], [], 0.2)
        if readable:
            server.send_signal(signal.SIGINT)
            break
    return server.wait()


if __name__ == "__main__":
    try:
        main(json.loads(sys.argv[1]))
    except (OSError, ValueError) as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201
        sys.exit(REFUSED)

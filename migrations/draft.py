"""`python -m migrations.draft MESSAGE` drafts the next migration: what the models say beyond the migrations so far.

It uses a throw-away PostgreSQL. Read the draft, say in its first lines why it is safe while old code runs.
"""

import asyncio
import sys
import tempfile
from pathlib import Path

from alembic import command
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from migrations.run import configuration, migrate, newest
from server.embedded import THROW_AWAY, EmbeddedPostgres


async def draft(url: str, message: str) -> None:
    await migrate(url)

    def write(connection: Connection) -> None:
        config = configuration()
        config.attributes["connection"] = connection
        command.revision(config, message=message, rev_id=f"{int(newest()) + 1:04}", autogenerate=True)

    engine = create_async_engine(url)
    async with engine.connect() as connection:
        await connection.run_sync(write)
    await engine.dispose()


def main() -> None:
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m migrations.draft MESSAGE")
    with (
        tempfile.TemporaryDirectory(prefix="hallway-draft-") as folder,
        EmbeddedPostgres.start(Path(folder), settings=THROW_AWAY) as postgres,
    ):
        asyncio.run(draft(postgres.url(), sys.argv[1]))


if __name__ == "__main__":
    main()

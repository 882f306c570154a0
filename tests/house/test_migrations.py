"""The migrations build exactly the tables that the code knows."""

import ast
from pathlib import Path

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

import server.models
from migrations.env_names import ours
from migrations.run import configuration, newest
from server.models import Base


async def test_migrations_and_models_do_not_drift(database):
    def differences(connection: Connection) -> list[object]:
        context = MigrationContext.configure(
            connection, opts={"include_name": ours, "compare_type": True, "compare_server_default": True}
        )
        return compare_metadata(context, Base.metadata)

    async with database.engine.connect() as connection:
        assert await connection.run_sync(differences) == []


async def test_the_database_is_at_the_newest_migration(database):
    async with database.engine.connect() as connection:
        version = await connection.exec_driver_sql("select version_num from alembic_version")
        assert version.scalar_one() == newest()


def test_the_newest_by_name_is_the_last_that_alembic_runs():
    assert ScriptDirectory.from_config(configuration()).get_current_head() == newest()


def test_every_table_is_known_to_the_migrations():
    """A table counts only when `server/models.py` imports the file that holds it."""
    folder = Path(server.models.__file__).parent
    tables = {
        node.value.value
        for path in folder.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign)
        and any(isinstance(target, ast.Name) and target.id == "__tablename__" for target in node.targets)
        and isinstance(node.value, ast.Constant)
    }
    assert tables == set(Base.metadata.tables)


def test_every_migration_says_why_it_is_safe():
    for path in Path("migrations/versions").glob("*.py"):
        assert "Why it is safe while old code runs:" in (ast.get_docstring(ast.parse(path.read_text())) or "")

"""Run by alembic. The connection is handed over by `run.py`; nothing here reads the environment."""

from alembic import context
from sqlalchemy import Connection, text

from migrations.env_names import ours
from server.models import Base

MIGRATIONS_LOCK = 4_837_201  # an advisory lock: two replicas that start together migrate one after the other


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=Base.metadata,
        include_name=ours,
        transaction_per_migration=True,
        compare_type=True,
        compare_server_default=True,
    )
    connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": MIGRATIONS_LOCK})
    connection.execute(text("set lock_timeout = '5s'"))
    connection.execute(text("set statement_timeout = '10min'"))
    connection.commit()
    try:
        with context.begin_transaction():
            context.run_migrations()
    finally:
        connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": MIGRATIONS_LOCK})
        connection.commit()


run(context.config.attributes["connection"])

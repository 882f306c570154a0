"""The extensions we need, and the queue's tables as pgqueuer 1.6.0 makes them (`pgq sql install`).

Why it is safe while old code runs: there is none.
"""

from pathlib import Path

from alembic import op

revision = "0001"
down_revision = None

QUEUE = Path(__file__).parent / "pgqueuer_1_6_0.sql"


def upgrade() -> None:
    op.execute("create extension if not exists btree_gist")
    for statement in statements(QUEUE.read_text()):
        op.get_bind().exec_driver_sql(statement)


def statements(sql: str) -> list[str]:
    """The statements of the file: they end in `;` at the end of a line, outside a function's `$$` body."""
    found, inside = [""], False
    for line in sql.splitlines():
        found[-1] += line + "\n"
        inside ^= line.count("$$") % 2 == 1
        if line.endswith(";") and not inside:
            found.append("")
    return [statement for statement in found if statement.strip()]

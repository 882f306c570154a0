"""What is somebody's own? Read as it is now: rows of tables, and people met as they let themselves be seen today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select, text
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.accounts.models import AccountEmail
from server.connections.queries import list_connections
from server.connections.views import View
from server.direct import Direct
from server.my_data.tables import GIVEN, Given
from server.photos.models import Picture

MOST_CONTACTS = 10_000  # whom I met last; as `export_vcards`


@dataclass(frozen=True, slots=True)
class MyData:
    """`files` are rows by the name of the file they go into."""

    files: Mapping[str, Sequence[Mapping[str, Any]]]
    contacts: Sequence[View]
    photo: bytes | None


async def gather(db: AsyncSession, direct: Direct, me: SignedIn) -> MyData:
    addresses = await db.scalars(select(AccountEmail.email).where(AccountEmail.account_id == me.account_id))
    facts = {"person": me.person_id, "account": me.account_id, "addresses": list(addresses)}
    files = {given.file: await _rows(db, table, given, facts) for table, given in GIVEN.items()}
    contacts = await list_connections(direct, me, cursor=None, limit=MOST_CONTACTS)
    photo = await db.scalar(
        select(Picture.webp).where(Picture.person_id == me.person_id).order_by(Picture.size.desc()).limit(1)
    )
    return MyData(files, contacts[:MOST_CONTACTS], photo)


async def _rows(
    db: AsyncSession, table: str, given: Given, facts: Mapping[str, Any]
) -> list[Mapping[str, Any]]:
    """As PostgreSQL writes them in JSON: times with their offset, ids as text."""
    columns = ", ".join([*given.gives, *(f"{sql} as {name}" for name, sql in given.derived.items())])
    rows = text(f"select to_jsonb(mine) from (select {columns} from {table} where {given.mine}) as mine")  # noqa: S608
    found = await db.scalars(rows, {name: fact for name, fact in facts.items() if f":{name}" in given.mine})
    return list(found)

"""What happens later: whoever asked to be deleted is erased, as the table of fates says."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import TIMESTAMP, Text, TextClause, Uuid, bindparam, exists, or_, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import Account, AccountEmail, ErasedAddress, Person
from server.connections.models import Connection
from server.database import Database
from server.privacy.fate import Delete, Fate, Named, Stub
from server.privacy.fates import FATES
from server.privacy.models import Erasure

log = structlog.get_logger()

AT_ONCE = 100


async def erase_due(database: Database, *, now: datetime) -> None:
    """One person, one transaction: stopped on the way, whoever is left comes with the next round. A phone that was
    offline may still deliver that it met somebody erased: what that wrote for them goes as well."""
    async with database.transaction() as db:
        due = await _due(db, now=now)
    for person_id in due:
        async with database.transaction() as db:
            await erase(db, person_id, now=now)
    if due:
        log.info("people_erased", people=len(due))


async def _due(db: AsyncSession, *, now: datetime) -> Sequence[UUID]:
    late = exists().where(Connection.owner_id == Erasure.person_id)
    found = await db.scalars(
        select(Erasure.person_id)
        .where(
            Erasure.erase_at <= now,
            Erasure.cancelled_at.is_(None),
            or_(Erasure.erased_at.is_(None), late),
        )
        .order_by(Erasure.erase_at, Erasure.person_id)
        .limit(AT_ONCE)
    )
    return found.all()


async def erase(db: AsyncSession, person_id: UUID, *, now: datetime) -> None:
    """Unless they took it back meanwhile."""
    account = Account.person_id == person_id
    await db.execute(select(Account.id).where(account).with_for_update())
    erasure = await db.get(Erasure, person_id, with_for_update=True, populate_existing=True)
    if erasure is None or erasure.cancelled_at is not None:
        return

    emails = await db.scalars(
        select(AccountEmail.email).join(Account, Account.id == AccountEmail.account_id).where(account)
    )
    former = await db.scalars(select(Person.id).where(Person.merged_into == person_id))
    await forget(db, [person_id, *former], addresses=emails.all(), now=now)
    await db.execute(update(Person).where(Person.id == person_id).values(leaving_at=erasure.asked_at))
    if erasure.erased_at is None:
        erasure.erased_at = now
        rows = [{"digest": digest, "erased_at": now} for digest in erasure.addresses]
        if rows:
            await db.execute(insert(ErasedAddress).on_conflict_do_nothing(), rows)


async def forget(
    db: AsyncSession, people: Sequence[UUID], *, addresses: Sequence[str], now: datetime
) -> None:
    """Carry out the table of fates for everything that names these, who are one person. Again, it changes nothing."""
    facts = {"people": list(people), "addresses": list(addresses), "now": now}
    for each in STATEMENTS:
        await db.execute(each, {name: facts[name] for name in each.compile().params})


def statement(table: str, named: Named) -> TextClause:
    sql = f"{verb(table, named.fate)} where {named.condition}"
    used = [bindparam(name, type_=kind) for name, kind in TYPES.items() if f":{name}" in sql]
    return text(sql).bindparams(*used)


def verb(table: str, fate: Fate) -> str:
    """What is done to the rows of a table."""
    if isinstance(fate, Stub):
        emptied = ", ".join(f"{column} = {value}" for column, value in fate.emptied.items())
        return f"update {table} set {emptied}"  # noqa: S608 - of constants
    return f"delete from {table}"  # noqa: S608


TYPES: dict[str, Any] = {
    "people": ARRAY(Uuid),
    "addresses": ARRAY(Text),
    "now": TIMESTAMP(timezone=True),
}
STATEMENTS = [
    statement(table.name, named)
    for table in FATES
    for named in table.named
    if isinstance(named.fate, Delete | Stub)
]

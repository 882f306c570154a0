"""The change feed: who is to look at what again, stamped with the transaction that changed it.

Triggers write both tables (`migrations/versions/*_changes.py`), so that nothing that changes a row can forget to: an
action, a job, a merge in plain SQL. A stamp says only *look again*: what there is to see is judged when it is read
(`sync/`).

Stamps of different transactions never meet, so writing them waits for nobody. `xid` is the transaction, never the
row's `xmin`, and is compared with snapshots alone: neither time nor order of commit plays a part (decision 0018).
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Index, delete, func, select, text, types
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, aliased, mapped_column

from server.database import Base, instant

CURSORS_LAST = timedelta(days=90)
STAMPS_LAST = CURSORS_LAST + timedelta(days=7)  # a phone that began to read in time may finish


class Xid8(types.UserDefinedType[Any]):
    """A transaction that never comes round again (PostgreSQL's `xid8`)."""

    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "xid8"


ischema_names["xid8"] = Xid8  # so that migrations and models can be compared


class Change(Base):
    """One stamp: this recipient is to look at this object again. The recipient is a person, or an event, which its
    attendees read. What each kind asks to look at is written in `sync/queries.py`."""

    __tablename__ = "changes"
    __table_args__ = (Index("ix_changes_stamped_at", "stamped_at", postgresql_using="brin"),)

    recipient_id: Mapped[UUID] = mapped_column(primary_key=True)
    xid: Mapped[Any] = mapped_column(Xid8, primary_key=True, server_default=text("pg_current_xact_id()"))
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    stamped_at: Mapped[datetime] = instant(server_default=func.now())


class Ripple(Base):
    """A change that shows elsewhere: of a `card` (whatever a person shows), of what is one's `own`, of a `place`, a
    `badge` or an `event`. Who sees it is found out after the commit (`sync/jobs.py`): within the transaction, somebody
    who meets the person at this very moment would be missed."""

    __tablename__ = "ripples"

    xid: Mapped[Any] = mapped_column(Xid8, primary_key=True, server_default=text("pg_current_xact_id()"))
    kind: Mapped[str] = mapped_column(primary_key=True)
    object_id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID | None] = mapped_column()


async def forget_old_stamps(db: AsyncSession, *, now: datetime) -> None:
    """What no cursor can ask for any more, and stamps that a later one repeats: whoever is not told by the one is
    told by the other."""
    later = aliased(Change)
    repeated = select(later.object_id).where(
        later.recipient_id == Change.recipient_id,
        later.kind == Change.kind,
        later.object_id == Change.object_id,
        later.xid > Change.xid,
    )
    await db.execute(delete(Change).where(Change.stamped_at < now - STAMPS_LAST))
    await db.execute(delete(Change).where(repeated.exists()).execution_options(synchronize_session=False))

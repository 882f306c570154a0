"""What is remembered of leaving, and of what was purged."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, LargeBinary, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant
from server.privacy.fate import Kind

KINDS = CheckConstraint(f"kind in {tuple(map(str, Kind))}", name="kind")


class Erasure(Base):
    """Somebody asked to be erased at `erase_at`, took it back, or is erased. `addresses` are HMACs of their e-mail
    addresses. Nothing here is personal, so it may outlive them: every change is also written to a file that no backup
    of the database holds (`written_at`), and is replayed from there after a restore. So the person may be missing."""

    __tablename__ = "erasures"

    person_id: Mapped[UUID] = mapped_column(primary_key=True)
    addresses: Mapped[list[bytes]] = mapped_column(ARRAY(LargeBinary))
    asked_at: Mapped[datetime] = instant()
    erase_at: Mapped[datetime] = instant()
    cancelled_at: Mapped[datetime | None] = instant()
    erased_at: Mapped[datetime | None] = instant()
    written_at: Mapped[datetime | None] = instant()


class Retention(Base):
    """How long an event keeps this kind of its data, in days after its doors closed, where its organizers chose less
    than the default."""

    __tablename__ = "retentions"
    __table_args__ = (
        CheckConstraint("days > 30", name="scans_may_still_come"),
        KINDS,
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    days: Mapped[int] = mapped_column()
    version: Mapped[int] = mapped_column(default=2, server_default=text("2"))
    """The default, which is no row, is version 1."""


class Purge(Base):
    """An event's data of one kind is gone: when, and how many rows that were."""

    __tablename__ = "purges"
    __table_args__ = (KINDS,)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    rows: Mapped[int] = mapped_column()
    purged_at: Mapped[datetime] = instant()

"""What is remembered of connections."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Connection(Base):
    """One side of two people who met: each pair has two rows, one owned by each, so that a list is one index.

    The owner's note, tags, signal and privacy live here and are nobody else's; they stay when the meeting is
    undone (`first_met_at` null then) or the event's data is purged. The owner has given when
    `scanned_at` or `shared_at` is set; contact fields flow when both have given. Two who were introduced have met
    then (`introduced_at`), at no event.
    """

    __tablename__ = "connections"
    __table_args__ = (
        CheckConstraint("owner_id <> other_id", name="two_people"),
        CheckConstraint("signal in ('none', 'yes', 'not_now', 'never')", name="signal"),
        CheckConstraint("(first_met_at is null) = (last_met_at is null)", name="met_or_not"),
        Index("ix_connections_recent", "owner_id", "last_met_at", "other_id"),
        Index("ix_connections_other", "other_id"),
        Index("ix_connections_yes", "signalled_at", postgresql_where=text("signal = 'yes'")),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    first_event_id: Mapped[UUID | None] = mapped_column()
    first_met_at: Mapped[datetime | None] = instant()
    last_met_at: Mapped[datetime | None] = instant()
    introduced_at: Mapped[datetime | None] = instant()
    scanned_at: Mapped[datetime | None] = instant()
    shared_at: Mapped[datetime | None] = instant()
    note: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    signal: Mapped[str] = mapped_column(default="none")
    signalled_at: Mapped[datetime | None] = instant()
    private: Mapped[bool] = mapped_column(default=False)
    removed_at: Mapped[datetime | None] = instant()
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = instant()


class ScanNote(Base):
    """What the owner noted at a scan of the other: apart from the connection's note, so that notes arriving late
    overwrite nothing, and kept when the event's scans are purged. As private as the connection's note."""

    __tablename__ = "scan_notes"
    __table_args__ = (
        CheckConstraint("owner_id <> other_id", name="two_people"),
        Index("ix_scan_notes_pair", "owner_id", "other_id"),
        Index("ix_scan_notes_other", "other_id"),
    )

    owner_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    captured_at: Mapped[datetime] = instant()
    label: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(default=list)

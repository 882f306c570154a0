"""What is remembered of exhibitors. Keys begin with the event, so that the tables can be partitioned."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Exhibitor(Base):
    """A team within an event that captures leads."""

    __tablename__ = "exhibitors"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column()
    booth: Mapped[str] = mapped_column(default="")
    created_as: Mapped[bytes] = mapped_column()
    """A digest of what the creating call said, by which a repeat is known even after an edit."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = instant()
    updated_at: Mapped[datetime] = instant()


class StaffMember(Base):
    """Somebody who works for an exhibitor. Who was invited by an address signs in with it: the first account that
    uses it is this member from then on. Who has none is a name to pick on a shared device.

    One account works for one exhibitor at an event, so that its phone need not say for whom it captures. Rows stay
    when somebody is removed: what they captured before may arrive after.
    """

    __tablename__ = "exhibitor_staff"
    __table_args__ = (
        CheckConstraint("role in ('admin', 'staff', 'scan_only')", name="role"),
        CheckConstraint("email is not null or role = 'scan_only'", name="readers_sign_in"),
        ForeignKeyConstraint(["event_id", "exhibitor_id"], ["exhibitors.event_id", "exhibitors.id"]),
        Index(
            "uq_exhibitor_staff_email",
            "event_id",
            "email",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
        Index(
            "uq_exhibitor_staff_account",
            "event_id",
            "account_id",
            unique=True,
            postgresql_where=text("removed_at is null"),
        ),
        Index("ix_exhibitor_staff_exhibitor", "event_id", "exhibitor_id", "name", "id"),
        Index("ix_exhibitor_staff_of_account", "account_id"),
        Index("ix_exhibitor_staff_of_email", "email"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[UUID] = mapped_column()
    name: Mapped[str] = mapped_column()
    email: Mapped[str | None] = mapped_column()
    role: Mapped[str] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_as: Mapped[bytes] = mapped_column()
    added_at: Mapped[datetime] = instant()
    removed_at: Mapped[datetime | None] = instant()

    @property
    def joined(self) -> bool:
        return self.account_id is not None


class Lead(Base):
    """A visitor of an exhibitor: one for each place at the event. `given` is what was released, as it was then.

    Whether it stands is the ledger's to say: it does while a release from the place's person to the exhibitor does,
    and is a tombstone otherwise, with nothing of the visitor left (`given` empty).
    """

    __tablename__ = "leads"
    __table_args__ = (
        UniqueConstraint("event_id", "exhibitor_id", "attendance_id"),
        ForeignKeyConstraint(["event_id", "exhibitor_id"], ["exhibitors.event_id", "exhibitors.id"]),
        ForeignKeyConstraint(["event_id", "attendance_id"], ["attendances.event_id", "attendances.id"]),
        Index("ix_leads_attendance", "event_id", "attendance_id"),
        Index("ix_leads_changed", "event_id", "exhibitor_id", "lead_xid", "id"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    exhibitor_id: Mapped[UUID] = mapped_column()
    attendance_id: Mapped[UUID] = mapped_column()
    given: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = instant()
    updated_at: Mapped[datetime] = instant()
    lead_xid: Mapped[int | None] = mapped_column(BigInteger)
    """The transaction of its latest change, stamped by a trigger; what else shows in a lead has its own
    (`changed.py`)."""


class LeadScan(Base):
    """A scan that stands and made or confirmed a lead, with what was noted at it. `annotated_at` is when, by a clock
    set right; `staff_id` is the name that was picked, or whose phone it was; `text_version` is of the words that a
    visitor agreed to at the stand."""

    __tablename__ = "lead_scans"
    __table_args__ = (
        CheckConstraint("rating between 0 and 5", name="rating"),
        ForeignKeyConstraint(["event_id", "lead_id"], ["leads.event_id", "leads.id"]),
        Index("ix_lead_scans_lead", "event_id", "lead_id"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    scanner_id: Mapped[UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column()
    captured_at: Mapped[datetime] = instant()
    given_at_stand: Mapped[bool] = mapped_column()
    text_version: Mapped[int | None] = mapped_column()
    staff_id: Mapped[UUID | None] = mapped_column()
    annotated_at: Mapped[datetime] = instant()
    rating: Mapped[int] = mapped_column()
    label: Mapped[str] = mapped_column()
    note: Mapped[str] = mapped_column()
    tags: Mapped[list[str]] = mapped_column()


class LeadEdit(Base):
    """What somebody of the staff wrote of a lead later: null says nothing, empty clears."""

    __tablename__ = "lead_edits"
    __table_args__ = (
        CheckConstraint("rating between 0 and 5", name="rating"),
        ForeignKeyConstraint(["event_id", "lead_id"], ["leads.event_id", "leads.id"]),
        Index("ix_lead_edits_lead", "event_id", "lead_id"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    lead_id: Mapped[UUID] = mapped_column()
    staff_id: Mapped[UUID] = mapped_column()
    said_at: Mapped[datetime] = instant()
    rating: Mapped[int | None] = mapped_column()
    label: Mapped[str | None] = mapped_column()
    note: Mapped[str | None] = mapped_column()
    tags: Mapped[list[str] | None] = mapped_column()

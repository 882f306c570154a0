"""What is remembered of badges and ticket keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Badge(Base):
    """A code worn in public. At most one of an attendance's badges stands; a revoked one stays known, so that
    a scan captured before the revocation still counts."""

    __tablename__ = "badges"
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "attendance_id"], ["attendances.event_id", "attendances.id"]),
        UniqueConstraint("event_id", "code"),
        UniqueConstraint("event_id", "manual_code"),
        Index(
            "uq_badges_standing",
            "event_id",
            "attendance_id",
            unique=True,
            postgresql_where=text("revoked_at is null"),
        ),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    attendance_id: Mapped[UUID] = mapped_column()
    code: Mapped[str] = mapped_column()
    manual_code: Mapped[str] = mapped_column()
    issued_at: Mapped[datetime] = instant()
    revoked_at: Mapped[datetime | None] = instant()
    revoked_because: Mapped[str | None] = mapped_column()


class TicketKey(Base):
    """A published public key. The private one is derived from the ticket secret, the event and the version."""

    __tablename__ = "ticket_keys"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    version: Mapped[int] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = mapped_column()
    created_at: Mapped[datetime] = instant()
    compromised_from: Mapped[datetime | None] = instant()


class TicketMailing(Base):
    """An organizer's order to mail tickets. `chosen` is a digest of the places named, so that the same order is
    known again without keeping its list twice."""

    __tablename__ = "ticket_mailings"
    __table_args__ = (CheckConstraint("recipients in ('all', 'unclaimed', 'chosen')", name="recipients"),)

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    recipients: Mapped[str] = mapped_column()
    chosen: Mapped[str] = mapped_column()
    promised: Mapped[int] = mapped_column()
    left_out: Mapped[int] = mapped_column()
    requested_at: Mapped[datetime] = instant()


class TicketLetter(Base):
    """One ticket to be mailed: what its mail is about. One for each place in an order."""

    __tablename__ = "ticket_letters"
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "mailing_id"], ["ticket_mailings.event_id", "ticket_mailings.id"]),
        ForeignKeyConstraint(["event_id", "attendance_id"], ["attendances.event_id", "attendances.id"]),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(primary_key=True)
    attendance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)

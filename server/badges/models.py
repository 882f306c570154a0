"""What is remembered of badges, ticket keys and prints."""

from datetime import datetime
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
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.dialects.postgresql import UUID as PG_UUID
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant
from server.files import Chunk


class Badge(Base):
    """A code worn in public. At most one of an attendance's badges stands; a revoked one stays known, so that
    a scan captured before the revocation still counts. That of a joined place goes on standing, and leads to the
    place that it was joined into."""

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
        Index(
            "ix_badges_revocation",
            "event_id",
            "revocation_xid",
            "id",
            postgresql_where=text("revocation_xid is not null"),
        ),
        Index("ix_badges_door", "event_id", "door_xid", "id"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    attendance_id: Mapped[UUID] = mapped_column()
    code: Mapped[str] = mapped_column()
    manual_code: Mapped[str] = mapped_column()
    issued_at: Mapped[datetime] = instant()
    revoked_at: Mapped[datetime | None] = instant()
    revoked_because: Mapped[str | None] = mapped_column()
    revocation_xid: Mapped[int | None] = mapped_column(BigInteger)
    """The transaction that revoked it; a trigger writes it, as for attendances."""
    door_xid: Mapped[int | None] = mapped_column(BigInteger)
    """The transaction that issued or revoked it."""


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
    """One ticket to be mailed: what its mail is about. One for each place in an order. `bounced_with` is the status
    with which it came back (RFC 3463, or the SMTP reply's code)."""

    __tablename__ = "ticket_letters"
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "mailing_id"], ["ticket_mailings.event_id", "ticket_mailings.id"]),
        ForeignKeyConstraint(["event_id", "attendance_id"], ["attendances.event_id", "attendances.id"]),
        CheckConstraint("num_nulls(bounced_at, bounced_with) in (0, 2)", name="bounced"),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    mailing_id: Mapped[UUID] = mapped_column(primary_key=True)
    attendance_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    sent_to: Mapped[str | None] = mapped_column()
    bounced_at: Mapped[datetime | None] = instant()
    bounced_with: Mapped[str | None] = mapped_column()


class BadgePrint(Base):
    """An order to print badges, and the log of what was printed. `done` of `total` badges are on paper so far;
    `incomplete` are places on whose badge something was cut or left out (the first hundred)."""

    __tablename__ = "badge_prints"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'ready', 'failed', 'expired')", name="state"),
        CheckConstraint("who in ('all', 'not_printed', 'one')", name="who"),
        CheckConstraint("(who = 'one') = (attendance_id is not null)", name="one_is_named"),
        ForeignKeyConstraint(["event_id", "attendance_id"], ["attendances.event_id", "attendances.id"]),
        Index("ix_badge_prints_event", "event_id", "requested_at", "id"),
        Index("ix_badge_prints_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    who: Mapped[str] = mapped_column()
    attendance_id: Mapped[UUID | None] = mapped_column()
    layout: Mapped[str] = mapped_column()
    page: Mapped[str] = mapped_column()
    double_sided: Mapped[bool] = mapped_column()
    order: Mapped[str] = mapped_column()
    state: Mapped[str] = mapped_column(default="waiting")
    total: Mapped[int] = mapped_column(default=0)
    done: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int | None] = mapped_column()
    size: Mapped[int | None] = mapped_column(BigInteger)
    incomplete: Mapped[list[UUID]] = mapped_column(ARRAY(PG_UUID(as_uuid=True)), default=list)
    requested_at: Mapped[datetime] = instant()
    claimed_until: Mapped[datetime | None] = instant()
    """Until when a worker is on it; moved on while it draws."""
    ready_at: Mapped[datetime | None] = instant()
    expires_at: Mapped[datetime] = instant()


class PrintedBadge(Base):
    """A badge in a print: by which it is known what was printed, also when the file is gone."""

    __tablename__ = "printed_badges"
    __table_args__ = (ForeignKeyConstraint(["event_id", "badge_id"], ["badges.event_id", "badges.id"]),)

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    badge_id: Mapped[UUID] = mapped_column(primary_key=True)
    print_id: Mapped[UUID] = mapped_column(ForeignKey("badge_prints.id"), primary_key=True, index=True)


class BadgePrintChunk(Chunk, Base):
    __tablename__ = "badge_print_chunks"

    print_id: Mapped[UUID] = mapped_column(
        ForeignKey("badge_prints.id", ondelete="CASCADE"), primary_key=True, sort_order=-1
    )

"""What is remembered of badges and ticket keys."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, UniqueConstraint, text
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

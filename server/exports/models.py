"""What is remembered of exports. Files are chunks in a table, so that every replica can serve them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant
from server.files import Chunk


class Export(Base):
    """A file that an organizer asked for; `reason` is the code of why it failed. `rows` are those written so far, of
    `rows_expected`; `left_out` those that would have named somebody who did not agree. `read_at` is the moment that it
    shows."""

    __tablename__ = "exports"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'ready', 'failed', 'expired')", name="state"),
        CheckConstraint("(state = 'failed') = (reason is not null)", name="failed_for_a_reason"),
        CheckConstraint("cut in ('everybody', 'type')", name="cut"),
        CheckConstraint("(cut = 'type') = (cut_type is not null)", name="cut_by_a_type"),
        CheckConstraint("people in ('pseudonyms', 'names')", name="people"),
        Index("ix_exports_event", "event_id", "requested_at", "id"),
        Index("ix_exports_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    kind: Mapped[str] = mapped_column()
    format: Mapped[str] = mapped_column()
    cut: Mapped[str] = mapped_column(server_default="everybody")
    cut_type: Mapped[str | None] = mapped_column()
    people: Mapped[str] = mapped_column(server_default="pseudonyms")
    state: Mapped[str] = mapped_column(default="waiting")
    reason: Mapped[str | None] = mapped_column()
    rows: Mapped[int | None] = mapped_column(BigInteger)
    rows_expected: Mapped[int | None] = mapped_column(BigInteger)
    left_out: Mapped[int | None] = mapped_column(BigInteger)
    size: Mapped[int | None] = mapped_column(BigInteger)
    requested_at: Mapped[datetime] = instant()
    read_at: Mapped[datetime | None] = instant()
    ready_at: Mapped[datetime | None] = instant()
    expires_at: Mapped[datetime] = instant()


class ExportChunk(Chunk, Base):
    __tablename__ = "export_chunks"

    export_id: Mapped[UUID] = mapped_column(
        ForeignKey("exports.id", ondelete="CASCADE"), primary_key=True, sort_order=-1
    )

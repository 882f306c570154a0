"""What is remembered of nudges."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Nudge(Base):
    """One reminder, decided once: `subject` is what it is about, so that the key keeps it from coming twice.
    Texts are rendered when read, in the reader's language, from `kind` and `facts`."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject"),
        CheckConstraint("state in ('open', 'done', 'dismissed', 'snoozed')", name="state"),
        Index("ix_nudges_recent", "person_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column()
    subject: Mapped[str] = mapped_column()
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    local_date: Mapped[date] = mapped_column()
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = instant()
    useful_until: Mapped[datetime] = instant()
    acted_at: Mapped[datetime | None] = instant()

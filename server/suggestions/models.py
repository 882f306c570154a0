"""What is remembered of suggestions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class SuggestionRun(Base):
    """How far an event's suggestions have come: nothing is shown until `published_at`; a scan received, or a
    place claimed, after `scans_until` makes another run due."""

    __tablename__ = "suggestion_runs"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    scans_until: Mapped[datetime] = instant()
    ran_at: Mapped[datetime] = instant()
    published_at: Mapped[datetime | None] = instant()


class Suggestion(Base):
    """A person met, the reasons, and one action. `reasons` is a list of `{code, evidence}`; `for_reader` and
    `for_other` are the codes of those that say what is in it for each."""

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("state in ('open', 'snoozed', 'dismissed', 'acted', 'replaced')", name="state"),
        CheckConstraint("person_id <> other_id", name="two_people"),
        UniqueConstraint("event_id", "person_id", "other_id"),
        Index("ix_suggestions_person", "person_id", "event_id", "rank"),
        Index("ix_suggestions_other", "other_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"))
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    other_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    rank: Mapped[int] = mapped_column()
    score: Mapped[float] = mapped_column()
    reasons: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    for_reader: Mapped[str] = mapped_column()
    for_other: Mapped[str] = mapped_column()
    action: Mapped[str] = mapped_column()
    state: Mapped[str] = mapped_column(default="open")
    snoozed_until: Mapped[datetime | None] = instant()
    seen_at: Mapped[datetime | None] = instant()
    created_at: Mapped[datetime] = instant()
    updated_at: Mapped[datetime] = instant()

"""What is remembered of suggestions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class SuggestionRun(Base):
    """How far an event's suggestions have come: nothing is shown until `published_at`; a scan received, or a
    place claimed, after `scans_until` makes another run due, and so does a place in a list that became free. `took_ms`:
    how long the newest run took."""

    __tablename__ = "suggestion_runs"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    scans_until: Mapped[datetime] = instant()
    ran_at: Mapped[datetime] = instant()
    published_at: Mapped[datetime | None] = instant()
    took_ms: Mapped[int] = mapped_column(server_default=text("0"))


class Entry(Base):
    """An entry of somebody's list: a person, the reasons, and one action. `reasons` is a list of `{code, evidence}`;
    `for_reader` and `for_other` are the codes of those that say what is in it for each."""

    __abstract__ = True

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
    seen_at: Mapped[datetime | None] = instant()
    created_at: Mapped[datetime] = instant()
    updated_at: Mapped[datetime] = instant()


class Suggestion(Entry):
    """A person met, to talk to again.

    Its place in the list of five is taken while it is `open`, put off (`snoozed`) or `acted` on; and free for somebody
    else once it is `dismissed` or `ended`: left alone, hidden for good, or what was asked came to nothing."""

    __tablename__ = "suggestions"
    __table_args__ = (
        CheckConstraint("state in ('open', 'snoozed', 'dismissed', 'acted', 'ended')", name="state"),
        CheckConstraint("person_id <> other_id", name="two_people"),
        UniqueConstraint("event_id", "person_id", "other_id"),
        Index("ix_suggestions_person", "person_id", "event_id", "rank"),
        Index("ix_suggestions_other", "other_id"),
        Index(
            "ix_suggestions_freed",
            "event_id",
            "updated_at",
            postgresql_where=text("state in ('dismissed', 'ended')"),
        ),
    )

    snoozed_until: Mapped[datetime | None] = instant()


class PersonToMeet(Entry):
    """Somebody at the same event, listed there, whom this person has not met (`server/who_to_meet/`)."""

    __tablename__ = "people_to_meet"
    __table_args__ = (
        CheckConstraint("state in ('open', 'dismissed')", name="state"),
        CheckConstraint("person_id <> other_id", name="two_people"),
        UniqueConstraint("event_id", "person_id", "other_id"),
        Index("ix_people_to_meet_person", "person_id", "event_id", "rank"),
        Index("ix_people_to_meet_other", "other_id"),
    )


class PeopleToMeetRun(Base):
    """How far an event's lists of people to meet have come: what changed after `until` makes another run due.
    `took_ms`: how long the newest run took."""

    __tablename__ = "people_to_meet_runs"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    until: Mapped[datetime] = instant()
    ran_at: Mapped[datetime] = instant()
    took_ms: Mapped[int] = mapped_column()

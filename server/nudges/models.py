"""What is remembered of nudges."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, false, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant
from server.nudges.hours import QUIET_FROM, QUIET_UNTIL


class Nudge(Base):
    """One reminder, decided once: `subject` is what it is about, so that the key keeps it from coming twice.
    Texts are rendered when read, in the reader's language, from `kind` and `facts`. `rationed`: a reminder, of which
    nobody gets two on a date of their own calendar; else a notice. `over`: it went by itself, since what it asks for
    was done elsewhere, or cannot be done any more."""

    __tablename__ = "nudges"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "subject"),
        CheckConstraint("state in ('open', 'done', 'dismissed', 'snoozed', 'over')", name="state"),
        CheckConstraint("(state = 'snoozed') <= (snoozed_until is not null)", name="snoozed_until_when"),
        Index(
            "uq_nudges_one_a_day", "person_id", "local_date", unique=True, postgresql_where=text("rationed")
        ),
        Index("ix_nudges_recent", "person_id", "created_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    kind: Mapped[str] = mapped_column()
    subject: Mapped[str] = mapped_column()
    facts: Mapped[dict[str, Any]] = mapped_column(JSONB)
    local_date: Mapped[date] = mapped_column()
    rationed: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(default="open")
    created_at: Mapped[datetime] = instant()
    useful_until: Mapped[datetime] = instant()
    acted_at: Mapped[datetime | None] = instant()
    snoozed_until: Mapped[datetime | None] = instant()


class NudgePreferences(Base):
    """What a person chose; whoever has no row chose nothing. Times of day are by their own clock. `kinds` holds, by
    kind, what differs from the beginning (`choices.py`). Also of people without an account, who can stop mails."""

    __tablename__ = "nudge_preferences"
    __table_args__ = (
        CheckConstraint("quiet_from <> quiet_until", name="some_hours_are_quiet"),
        CheckConstraint("num_nonnulls(stopped_at, paused_until) < 2", name="stopped_or_paused"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    quiet_from: Mapped[time] = mapped_column(default=QUIET_FROM)
    quiet_until: Mapped[time] = mapped_column(default=QUIET_UNTIL)
    weekly: Mapped[bool] = mapped_column(default=False)
    details_in_push: Mapped[bool] = mapped_column(default=False)
    paused_until: Mapped[datetime | None] = instant()
    stopped_at: Mapped[datetime | None] = instant()
    mails_stopped_at: Mapped[datetime | None] = instant()
    kinds: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = instant()


class StoppedPerson(Base):
    """That a person wants no reminders about another."""

    __tablename__ = "nudge_stopped_people"
    __table_args__ = (CheckConstraint("person_id <> other_id", name="two_people"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    other_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    stopped_at: Mapped[datetime] = instant()

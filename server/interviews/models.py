"""What is remembered of interviews."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB, TIMESTAMP, TSTZRANGE, ExcludeConstraint, Range
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class AvailabilityRow(Base):
    """When a person can talk: weekly windows and exceptions in the zone of the profile."""

    __tablename__ = "availabilities"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    windows: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    exceptions: Mapped[list[dict[str, Any]]] = mapped_column(JSONB)
    buffer_minutes: Mapped[int] = mapped_column()
    notice_hours: Mapped[int] = mapped_column()
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = instant()


class Interview(Base):
    """A requested or booked talk. A pending request blocks no slot: times are booked in `bookings` alone.

    `medium` is how they are to talk; `resource` a link that came with the newest answer. `slots` are the starts of
    the newest proposal, number `proposal`, made by `proposed_by`: of the request, or while `moving`, of another
    time for the booked talk. `asker_did` and `host_did` say what each did last and with which arguments, so that a
    repeat is known as one; `content` is what the request said first, for the same reason. `sequence` rises with
    every change that goes into calendars.
    """

    __tablename__ = "interviews"
    __table_args__ = (
        CheckConstraint(
            "state in ('requested', 'countered', 'scheduled', 'declined', 'withdrawn', 'expired', 'cancelled')",
            name="state",
        ),
        CheckConstraint("asker_id <> host_id", name="two_people"),
        CheckConstraint("minutes in (15, 20, 30)", name="minutes"),
        CheckConstraint("medium in ('phone', 'video', 'in_person')", name="medium"),
        CheckConstraint("(state = 'scheduled') <= (starts_at is not null)", name="scheduled_has_a_time"),
        CheckConstraint("moving <= (state = 'scheduled')", name="only_booked_talks_move"),
        CheckConstraint("cardinality(slots) between 1 and 5", name="slots"),
        Index("ix_interviews_asker", "asker_id", "requested_at", "id"),
        Index("ix_interviews_host", "host_id", "requested_at", "id"),
        Index("ix_interviews_event", "event_id"),
        Index(
            "uq_interviews_pending",
            "asker_id",
            "host_id",
            unique=True,
            postgresql_where=text("state in ('requested', 'countered')"),
        ),
        Index("ix_interviews_ended", "ends_at", postgresql_where=text("state = 'scheduled'")),
        Index(
            "ix_interviews_expiring",
            "expires_at",
            postgresql_where=text("state in ('requested', 'countered')"),
        ),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    host_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id"))
    purpose: Mapped[str] = mapped_column()
    ask: Mapped[str] = mapped_column()
    offer: Mapped[str] = mapped_column(default="")
    minutes: Mapped[int] = mapped_column()
    medium: Mapped[str] = mapped_column(default="phone", server_default="phone")
    content: Mapped[str] = mapped_column()
    slots: Mapped[list[datetime]] = mapped_column(ARRAY(TIMESTAMP(timezone=True)))
    proposal: Mapped[int] = mapped_column(default=1)
    proposed_by: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    moving: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column()
    starts_at: Mapped[datetime | None] = instant()
    ends_at: Mapped[datetime | None] = instant()
    place: Mapped[str] = mapped_column(default="")
    reply: Mapped[str] = mapped_column(default="")
    resource: Mapped[str] = mapped_column(default="", server_default="")
    sequence: Mapped[int] = mapped_column(default=0)
    requested_at: Mapped[datetime] = instant()
    expires_at: Mapped[datetime] = instant()
    answered_at: Mapped[datetime | None] = instant()
    answered_by: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    asker_did: Mapped[str] = mapped_column(default="")
    host_did: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime] = instant()


class OutcomeRow(Base):
    """What one of its two people says became of a talk, and what they wrote down for themselves alone.

    It is said of the time `starts_at`: of a talk that was moved since, nothing has been said yet. `since`: when this
    person began to say that it was held, or that it was not. Kept for good, to fit the weights of suggestions to.
    """

    __tablename__ = "outcomes"
    __table_args__ = (
        CheckConstraint(
            "outcome in ('held', 'they_missed_it', 'i_missed_it', 'moved_elsewhere', 'not_held')",
            name="outcome",
        ),
    )

    interview_id: Mapped[UUID] = mapped_column(ForeignKey("interviews.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    starts_at: Mapped[datetime] = instant()
    outcome: Mapped[str] = mapped_column()
    since: Mapped[datetime] = instant()
    debrief: Mapped[str] = mapped_column(default="")
    updated_at: Mapped[datetime] = instant()


class Booking(Base):
    """One row per person while the talk stands: nobody is ever double-booked, across all events."""

    __tablename__ = "bookings"
    __table_args__ = (
        ExcludeConstraint(
            ("person_id", "="), ("during", "&&"), using="gist", name="ex_bookings_one_at_a_time"
        ),
        CheckConstraint("not isempty(during)", name="takes_time"),
        Index("ix_bookings_interview", "interview_id"),
    )

    interview_id: Mapped[UUID] = mapped_column(ForeignKey("interviews.id"), primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    during: Mapped[Range[datetime]] = mapped_column(TSTZRANGE)


class CalendarFeed(Base):
    """How often an account replaced the address of its calendar feed; without a row, never. The secret in the address
    is derived (`feed_secrets.py`)."""

    __tablename__ = "calendar_feeds"
    __table_args__ = (CheckConstraint("rotation >= 0", name="rotation"),)

    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    rotation: Mapped[int] = mapped_column()
    rotated_at: Mapped[datetime] = instant()

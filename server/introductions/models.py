"""What is remembered of introductions."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class IntroductionRequest(Base):
    """What an asker looks for, asked of up to five connectors. `blurb` is forwarded to whom they think of; the rest is
    for connectors. `content` is what was said, to know a repeat by."""

    __tablename__ = "introduction_requests"
    __table_args__ = (
        CheckConstraint("seeks in ('role', 'topic', 'organisation')", name="seeks"),
        CheckConstraint("asked_at < closes_at", name="closes_later"),
        Index("ix_introduction_requests_asker", "asker_id", "asked_at", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    seeks: Mapped[str] = mapped_column()
    what: Mapped[str] = mapped_column()
    why: Mapped[str] = mapped_column()
    blurb: Mapped[str] = mapped_column()
    interview_id: Mapped[UUID | None] = mapped_column(ForeignKey("interviews.id"))
    content: Mapped[str] = mapped_column()
    asked_at: Mapped[datetime] = instant()
    closes_at: Mapped[datetime] = instant()
    withdrawn_at: Mapped[datetime | None] = instant()


class Introduction(Base):
    """One way of a request: one connector, and the target whom they thought of. Its states are in `states.py`; expiry
    and withdrawal are judged when it is read."""

    __tablename__ = "introductions"
    __table_args__ = (
        UniqueConstraint("request_id", "connector_id"),
        CheckConstraint(
            "state in ('asked', 'offered', 'introduced', 'declined', 'refused')",
            name="state",
        ),
        CheckConstraint("connector_id <> asker_id", name="two_people"),
        CheckConstraint("target_id not in (asker_id, connector_id)", name="a_third"),
        CheckConstraint(
            "state in ('asked', 'declined') or num_nulls(target_id, offered_at) = 0",
            name="offered_has_a_target",
        ),
        CheckConstraint("(state = 'introduced') = (introduced_at is not null)", name="introduced_at_a_time"),
        Index("ix_introductions_asker", "asker_id"),
        Index("ix_introductions_connector", "connector_id"),
        Index("ix_introductions_target", "target_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    request_id: Mapped[UUID] = mapped_column(ForeignKey("introduction_requests.id"))
    asker_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    connector_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    target_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    state: Mapped[str] = mapped_column()
    expires_at: Mapped[datetime] = instant()
    offered_at: Mapped[datetime | None] = instant()
    introduced_at: Mapped[datetime | None] = instant()

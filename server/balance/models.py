"""What is remembered of the balance."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Activity(Base):
    """Time that a person says they spent, on a relationship (with whom, if they say so) or on an application. Nobody
    else sees it. The id is chosen by the person's client, and is a key only beside theirs."""

    __tablename__ = "activities"
    __table_args__ = (
        CheckConstraint(
            "kind in ('conversation', 'message', 'resource_sent', 'introduction_made', 'event', 'other',"
            " 'application')",
            name="kind",
        ),
        CheckConstraint("minutes between 1 and 1440", name="minutes"),
        CheckConstraint(
            "kind <> 'application' or with_person_id is null", name="applications_are_with_nobody"
        ),
        Index("ix_activities_recent", "person_id", "at", "id"),
        Index("ix_activities_with", "with_person_id"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column()
    at: Mapped[datetime] = instant()
    minutes: Mapped[int] = mapped_column()
    with_person_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    note: Mapped[str] = mapped_column(default="")
    logged_at: Mapped[datetime] = instant()

"""What is remembered of devices."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Device(Base):
    """A person's phone, under an id that it chose with its installation; another person's device may have the same.

    Its token is derived from person and id, so none is stored, and it ends with `revoked_at`, for good: an id that
    was revoked is never used again. `zone` is what the phone said at `reported_at`; `seen_at` is when its token was
    last used, to the minute.
    """

    __tablename__ = "devices"
    __table_args__ = (
        CheckConstraint("platform in ('ios', 'android', 'web', 'other')", name="platform"),
        CheckConstraint("revoked_at is null or push_token is null", name="no_push_once_revoked"),
        Index("ix_devices_push_token", "push_token", postgresql_where=text("push_token is not null")),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    label: Mapped[str] = mapped_column()
    platform: Mapped[str] = mapped_column()
    push_token: Mapped[str | None] = mapped_column()
    zone: Mapped[str] = mapped_column()
    registered_at: Mapped[datetime] = instant()
    reported_at: Mapped[datetime] = instant()
    seen_at: Mapped[datetime] = instant()
    revoked_at: Mapped[datetime | None] = instant()

    @property
    def gets_pushes(self) -> bool:
        return self.push_token is not None


class EventDevice(Base):
    """A device that belongs to an event rather than to a person: it stands at a door, or is shared by an exhibitor's
    staff. Its code is used up by `provisioned_at`; its token ends with `revoked_at`, and when the event's doors
    close."""

    __tablename__ = "event_devices"
    __table_args__ = (
        CheckConstraint("purpose in ('door', 'exhibitor')", name="purpose"),
        CheckConstraint("(purpose = 'exhibitor') = (exhibitor_id is not null)", name="exhibitors_own"),
        ForeignKeyConstraint(["event_id", "exhibitor_id"], ["exhibitors.event_id", "exhibitors.id"]),
        CheckConstraint("platform in ('ios', 'android', 'web', 'other')", name="platform"),
        CheckConstraint(
            "num_nulls(provisioned_at, seen_at, label, platform) in (0, 4)", name="provisioned_at_once"
        ),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    station: Mapped[str] = mapped_column()
    purpose: Mapped[str] = mapped_column()
    exhibitor_id: Mapped[UUID | None] = mapped_column()
    invited_at: Mapped[datetime] = instant()
    code_expires_at: Mapped[datetime] = instant()
    label: Mapped[str | None] = mapped_column()
    platform: Mapped[str | None] = mapped_column()
    provisioned_at: Mapped[datetime | None] = instant()
    seen_at: Mapped[datetime | None] = instant()
    revoked_at: Mapped[datetime | None] = instant()

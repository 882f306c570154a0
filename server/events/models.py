"""What is remembered of events. Keys of an event's tables begin with the event, so that they can be partitioned."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    UniqueConstraint,
    false,
    func,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Event(Base):
    """A conference. Its doors open some minutes before it starts and close some after it ends; it is closed
    from then on, which nobody has to declare."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        CheckConstraint("doors_open_at <= starts_at", name="doors_open_first"),
        CheckConstraint("doors_close_at >= ends_at", name="doors_close_last"),
        Index("ix_events_doors_close_at", "doors_close_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    code_reference: Mapped[bytes] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column()
    venue: Mapped[str] = mapped_column()
    zone: Mapped[str] = mapped_column()
    starts_at: Mapped[datetime] = instant()
    ends_at: Mapped[datetime] = instant()
    doors_open_at: Mapped[datetime] = instant()
    doors_close_at: Mapped[datetime] = instant()
    check_in_required: Mapped[bool] = mapped_column(default=False)
    badge_opens_door: Mapped[bool] = mapped_column(default=False)
    paper_badge_mail: Mapped[bool] = mapped_column(default=False, server_default=false())
    cancelled_at: Mapped[datetime | None] = instant()
    created_as: Mapped[bytes] = mapped_column(default=b"")
    """A digest of what the creating call said, by which a repeat is known even after an edit."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = instant()
    updated_at: Mapped[datetime] = instant()


class TeamMember(Base):
    """Someone who runs the event, invited by e-mail: the first account that proves the address and uses it is the
    member from then on, whatever becomes of the address. So no event is orphaned, or inherited by a stranger,
    when an address is removed from one account and added to another."""

    __tablename__ = "team_members"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'manager', 'supervisor', 'door', 'analyst')", name="role"),
        UniqueConstraint("event_id", "email"),
        Index("ix_team_members_email", "email"),
        Index("ix_team_members_account", "account_id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column()
    role: Mapped[str] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    created_as: Mapped[bytes] = mapped_column(default=b"")
    version: Mapped[int] = mapped_column(default=1)
    added_at: Mapped[datetime] = instant()


class AuditEntry(Base):
    """What somebody of the team did, and to what: ids, and the address under which they were of the team."""

    __tablename__ = "audit_log"
    __table_args__ = (
        CheckConstraint("role in ('owner', 'manager', 'supervisor', 'door', 'analyst')", name="role"),
        Index("ix_audit_log_account", "account_id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    email: Mapped[str | None] = mapped_column()
    role: Mapped[str] = mapped_column()
    operation: Mapped[str] = mapped_column()
    subject_id: Mapped[UUID | None] = mapped_column()
    done_at: Mapped[datetime] = instant()


class Attendance(Base):
    """A person at an event: what the organizer imported and prints, and the person's own consents.

    `person_id` is a person of its own until claimed, then the claimer's. Consents are off until chosen then.
    A second place of one account is `joined` into its first: it stays on the organizer's list, and its badge and ticket
    lead to the other (`LEADS_TO`).
    """

    __tablename__ = "attendances"
    __table_args__ = (
        CheckConstraint("status in ('expected', 'cancelled', 'left', 'joined')", name="status"),
        CheckConstraint("(status = 'joined') = (joined_into_id is not null)", name="joined_into_one"),
        CheckConstraint("joined_into_id is null or account_id is null", name="joined_is_nobodys"),
        CheckConstraint("num_nulls(bounced_email, bounced_at) in (0, 2)", name="bounced"),
        ForeignKeyConstraint(["event_id", "joined_into_id"], ["attendances.event_id", "attendances.id"]),
        UniqueConstraint("event_id", "person_id"),
        UniqueConstraint("event_id", "external_id"),
        UniqueConstraint("event_id", "account_id"),
        Index("ix_attendances_email", "event_id", "email"),
        Index("ix_attendances_by_email", "email", postgresql_where=text("account_id is null")),
        Index("ix_attendances_external_code", "event_id", "external_code", unique=True),
        Index("ix_attendances_person", "person_id"),
        Index("ix_attendances_account", "account_id"),
        Index("ix_attendances_name", "event_id", "name", "id"),
        Index(
            "ix_attendances_joined_into",
            "event_id",
            "joined_into_id",
            postgresql_where=text("joined_into_id is not null"),
        ),
        Index(
            "ix_attendances_revocation",
            "event_id",
            "revocation_xid",
            "id",
            postgresql_where=text("revocation_xid is not null"),
        ),
        Index("ix_attendances_door", "event_id", "door_xid", "id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    external_id: Mapped[str | None] = mapped_column()
    external_code: Mapped[str | None] = mapped_column()
    email: Mapped[str | None] = mapped_column()
    bounced_email: Mapped[str | None] = mapped_column()
    """The last address from which mail came back, and when; another address may stand here since."""
    bounced_at: Mapped[datetime | None] = instant()
    name: Mapped[str] = mapped_column()
    pronouns: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    type: Mapped[str] = mapped_column(default="attendee")
    status: Mapped[str] = mapped_column(default="expected")
    joined_into_id: Mapped[UUID | None] = mapped_column()
    ticket_serial: Mapped[int] = mapped_column(default=1)
    ticket_replaced_at: Mapped[datetime | None] = instant()
    listed: Mapped[bool] = mapped_column(default=False)
    exhibitors_may_scan: Mapped[bool] = mapped_column(default=False)
    named_in_exports: Mapped[bool] = mapped_column(default=False)
    paused: Mapped[bool] = mapped_column(default=False)
    claimed_at: Mapped[datetime | None] = instant()
    checked_in_at: Mapped[datetime | None] = instant()
    left_at: Mapped[datetime | None] = instant()
    """When its person last left; what exhibitors captured before then gives them nothing, even when they come back."""
    """When they first came through the door, by the scans that stand."""
    cancelled_at: Mapped[datetime | None] = instant()
    created_as: Mapped[bytes] = mapped_column(default=b"")
    """A digest of what `add_attendee` said; empty for the places that an import made."""
    revocation_xid: Mapped[int | None] = mapped_column(BigInteger)
    """The transaction that last changed `status` or `ticket_serial`. A trigger writes it (migration 0008), so that
    doors hear of it whoever changed them."""
    door_xid: Mapped[int | None] = mapped_column(BigInteger)
    """The same for all that a door's list shows (migration 0009)."""
    purged_at: Mapped[datetime | None] = instant()
    """When what was imported was purged: nothing is left but that somebody was there (`privacy/`)."""
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = instant()
    updated_at: Mapped[datetime] = instant()

    @property
    def email_bounced_at(self) -> datetime | None:
        """When mail to the present address came back, if it did."""
        return self.bounced_at if self.email == self.bounced_email else None


LEADS_TO = func.coalesce(Attendance.joined_into_id, Attendance.id)
"""The place that a badge, ticket or foreign code of a place stands for."""


class ConsentChange(Base):
    """Every change of a consent, so that it can be judged as it stood at any time. `text_version` is of the words that
    were shown; nothing is given without, but taken back."""

    __tablename__ = "consent_changes"
    __table_args__ = (
        ForeignKeyConstraint(["event_id", "attendance_id"], ["attendances.event_id", "attendances.id"]),
        Index("ix_consent_changes_attendance", "event_id", "attendance_id", "changed_at"),
        CheckConstraint(
            "text_version is not null or not given or consent = 'paused'", name="given_after_words"
        ),
    )

    event_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    attendance_id: Mapped[UUID] = mapped_column()
    consent: Mapped[str] = mapped_column()
    given: Mapped[bool] = mapped_column()
    text_version: Mapped[int | None] = mapped_column()
    changed_at: Mapped[datetime] = instant()

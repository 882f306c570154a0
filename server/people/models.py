"""What is remembered of people."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Profile(Base):
    """What people met may see. A person without a row has an empty one."""

    __tablename__ = "profiles"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    name: Mapped[str] = mapped_column(default="")
    pronouns: Mapped[str] = mapped_column(default="")
    headline: Mapped[str] = mapped_column(default="")
    role: Mapped[str] = mapped_column(default="")
    organisation: Mapped[str] = mapped_column(default="")
    industry: Mapped[str] = mapped_column(default="")
    skills: Mapped[list[str]] = mapped_column(default=list)
    links: Mapped[list[str]] = mapped_column(default=list)
    zone: Mapped[str] = mapped_column(default="Etc/UTC")
    languages: Mapped[list[str]] = mapped_column(default=list)
    photo: Mapped[str | None] = mapped_column()  # names it (`photos/`)
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = instant()


class Goals(Base):
    """Situation and targets are the person's own; asks, offers and open-to-talk topics are for connections.

    `talk_medium`: how they like to talk; `talk_resource`: a link for whoever has to wait. While `talks_paused` nobody
    can ask, and everything else stays as they set it."""

    __tablename__ = "goals"
    __table_args__ = (
        CheckConstraint("situation in ('searching', 'employed', 'exploring')", name="situation"),
        CheckConstraint("talks_per_week between 0 and 50", name="talks_per_week"),
        CheckConstraint("talk_medium in ('phone', 'video', 'in_person')", name="talk_medium"),
    )

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    situation: Mapped[str | None] = mapped_column()
    target_roles: Mapped[list[str]] = mapped_column(default=list)
    target_industries: Mapped[list[str]] = mapped_column(default=list)
    target_skills: Mapped[list[str]] = mapped_column(default=list)
    asks: Mapped[list[str]] = mapped_column(default=list)
    offers: Mapped[list[str]] = mapped_column(default=list)
    open_to_talk: Mapped[bool] = mapped_column(default=False)
    talk_topics: Mapped[list[str]] = mapped_column(default=list)
    talk_minutes: Mapped[int] = mapped_column(default=20)
    talks_per_week: Mapped[int] = mapped_column(default=2)
    talks_paused: Mapped[bool] = mapped_column(default=False, server_default=false())
    talk_medium: Mapped[str] = mapped_column(default="phone", server_default="phone")
    talk_resource: Mapped[str] = mapped_column(default="", server_default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = instant()

    @property
    def takes_talks(self) -> bool:
        return self.open_to_talk and not self.talks_paused


class Card(Base):
    """The fields a person gives: one card for people met, one for exhibitors (with an e-mail of its own if wanted)."""

    __tablename__ = "cards"
    __table_args__ = (CheckConstraint("kind in ('met', 'exhibitors')", name="kind"),)

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    fields: Mapped[list[str]] = mapped_column()
    email: Mapped[str] = mapped_column(default="")
    phone: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    updated_at: Mapped[datetime] = instant()
    lead_xid: Mapped[int | None] = mapped_column(BigInteger)
    """Of the card for exhibitors: the transaction that last changed what it shows, stamped by a trigger."""


class Release(Base):
    """The ledger: who got which fields of whom, when and why. The subject sees every row and can withdraw it. What
    went to an exhibitor (`purpose` lead) bears the name that it had then. What named somebody in a file for an event's
    organizers (`purpose` export) bears the file's id; the row outlives the file.

    `withdrawn_because` is null when the subject did so, which stands until the subject gives again; else `left` (the
    subject, the event), `undone` (the scans were), `widened` (another row gives more), `joined` (two rows became one in
    a claim)."""

    __tablename__ = "releases"
    __table_args__ = (
        Index(
            "uq_releases_standing",
            "subject_id",
            "recipient_id",
            "purpose",
            unique=True,
            postgresql_where=text("withdrawn_at is null"),
        ),
        Index(
            "uq_releases_standing_lead",
            "event_id",
            "exhibitor_id",
            "subject_id",
            unique=True,
            postgresql_where=text("withdrawn_at is null and exhibitor_id is not null"),
        ),
        Index("ix_releases_recipient_id", "recipient_id", "subject_id"),
        Index(
            "ix_releases_leads",
            "event_id",
            "exhibitor_id",
            "subject_id",
            postgresql_where=text("exhibitor_id is not null"),
        ),
        Index(
            "ix_releases_changed_leads",
            "event_id",
            "exhibitor_id",
            "lead_xid",
            postgresql_where=text("exhibitor_id is not null"),
        ),
        CheckConstraint("subject_id <> recipient_id", name="two_people"),
        Index(
            "uq_releases_export",
            "export_id",
            "subject_id",
            unique=True,
            postgresql_where=text("export_id is not null"),
        ),
        CheckConstraint("num_nonnulls(recipient_id, exhibitor_id, export_id) = 1", name="one_recipient"),
        CheckConstraint(
            "(export_id is not null) = (purpose = 'export') and (export_id is null or event_id is not null)",
            name="exports_are_of_events",
        ),
        CheckConstraint(
            "num_nulls(exhibitor_id, exhibitor_name) in (0, 2)"
            " and (exhibitor_id is null or event_id is not null)"
            " and (exhibitor_id is not null) = (purpose = 'lead')",
            name="exhibitors_get_leads",
        ),
        ForeignKeyConstraint(["event_id", "exhibitor_id"], ["exhibitors.event_id", "exhibitors.id"]),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    recipient_id: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"))
    exhibitor_id: Mapped[UUID | None] = mapped_column()
    exhibitor_name: Mapped[str | None] = mapped_column()
    export_id: Mapped[UUID | None] = mapped_column()
    event_id: Mapped[UUID | None] = mapped_column()
    purpose: Mapped[str] = mapped_column()
    source: Mapped[str] = mapped_column()
    text_version: Mapped[int | None] = mapped_column()
    """Of the words of the consent that it rests on; null for people, to whom one gives by what one does."""
    fields: Mapped[list[str]] = mapped_column()
    released_at: Mapped[datetime] = instant()
    withdrawn_at: Mapped[datetime | None] = instant()
    withdrawn_because: Mapped[str | None] = mapped_column()
    lead_xid: Mapped[int | None] = mapped_column(BigInteger)
    """Of what went to an exhibitor: the transaction of its latest change, stamped by a trigger."""


class Block(Base):
    """Silent and symmetric: whoever blocked whom, neither sees the other. Checked when data is read. `name` is what the
    blocker knew the other by, for the blocker's own list."""

    __tablename__ = "blocks"
    __table_args__ = (CheckConstraint("blocker_id <> blocked_id", name="two_people"),)

    blocker_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    blocked_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    name: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime] = instant()

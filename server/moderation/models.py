"""What is remembered of reports."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant

STATES = "('open', 'looking', 'acted', 'dismissed')"


class PersonReport(Base):
    """What one person says another did, at an event or elsewhere (`event_id` null). The reported never learns of it.

    `settled_at` is set while the state is `acted` or `dismissed`. `created_as` is a digest of what the call said.
    """

    __tablename__ = "person_reports"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        CheckConstraint(
            "reason in ('harassment', 'spam', 'impersonation', 'unsafe', 'other')", name="reason"
        ),
        CheckConstraint("reporter_id <> subject_id", name="two_people"),
        CheckConstraint("(settled_at is not null) = (state in ('acted', 'dismissed'))", name="settled"),
        Index("ix_person_reports_event", "event_id", "reported_at", "id"),
        Index("ix_person_reports_subject", "subject_id"),
        Index("ix_person_reports_reporter", "reporter_id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    reporter_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    subject_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"))
    event_id: Mapped[UUID | None] = mapped_column(ForeignKey("events.id"))
    reason: Mapped[str] = mapped_column()
    words: Mapped[str] = mapped_column()
    created_as: Mapped[bytes] = mapped_column()
    state: Mapped[str] = mapped_column(default="open")
    reported_at: Mapped[datetime] = instant()
    settled_at: Mapped[datetime | None] = instant()


class ReportNote(Base):
    """One step of looking into a report: the state that it led to, and why. `account_id` is null for the operator."""

    __tablename__ = "report_notes"
    __table_args__ = (
        CheckConstraint(f"state in {STATES}", name="state"),
        Index("ix_report_notes_report", "report_id", "id"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    report_id: Mapped[UUID] = mapped_column(ForeignKey("person_reports.id", ondelete="CASCADE"))
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    state: Mapped[str] = mapped_column()
    words: Mapped[str] = mapped_column()
    written_at: Mapped[datetime] = instant()

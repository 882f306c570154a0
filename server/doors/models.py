"""What is remembered of doors. Who came in and when is in scans; what is wrong with these follows from them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class ScanIssueSettlement(Base):
    """What a supervisor decided about an issue, once and for all. The issue itself is not stored."""

    __tablename__ = "scan_issue_settlements"
    __table_args__ = (
        CheckConstraint("decision in ('release', 'discard', 'noted')", name="decision"),
        CheckConstraint("kind in ('parked', 'double_entry', 'refused_entry', 'too_fast')", name="kind"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    issue_id: Mapped[UUID] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column()
    scanner_id: Mapped[UUID] = mapped_column()
    scan_id: Mapped[UUID] = mapped_column()
    decision: Mapped[str] = mapped_column()
    note: Mapped[str] = mapped_column(default="")
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"))
    settled_at: Mapped[datetime] = instant()

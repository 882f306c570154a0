"""What is remembered of scans."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, ForeignKeyConstraint, Index, false, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Scan(Base):
    """A fact: this scanner read this code at this time, for this purpose. Append-only; its key is
    (event, scanner, id), the id chosen by the phone. `scanner_id` is the person of the account that delivers
    (one attendance per account and event, and an account's person never changes), or a device of the event.
    Only who meets has a `scanner_attendance_id`: whoever guards a door meets nobody by it. A lead is its
    `exhibitor_id`'s; `staff_id` is who was said to have read it, once recorded who of the staff did.

    `state`: `recorded` counts; `parked` waits for a missing fact; `refused` is kept with its reason.
    An undone scan is still recorded: `undone_at` takes it out of the counts.

    Times ending in `_raw_at` are the phone's own; the corrected one is the raw one plus `skew_ms`, which the first
    kept delivery fixes. `manual_code` is what `code` may also be: it is looked for when its badge is issued. Of a
    ticket (`is_ticket`), whose signature was good when it came, `code` says what it claims.
    `changed_at` says when it was received, judged again or undone, whichever was last: whatever follows from
    scans is out of date when it is older.
    """

    __tablename__ = "scans"
    __table_args__ = (
        CheckConstraint("state in ('recorded', 'parked', 'refused')", name="state"),
        CheckConstraint("purpose in ('meet', 'entry', 'exit', 'lead')", name="purpose"),
        CheckConstraint("(state = 'recorded') = (reason is null)", name="reason"),
        CheckConstraint(
            "state <> 'recorded' or target_attendance_id is not null", name="recorded_is_resolved"
        ),
        CheckConstraint(
            "case when purpose = 'meet' then state <> 'recorded' or scanner_attendance_id is not null"
            " else scanner_attendance_id is null end",
            name="people_meet",
        ),
        CheckConstraint(
            "purpose <> 'lead' or state <> 'recorded' or exhibitor_id is not null", name="leads_are_somebodys"
        ),
        CheckConstraint("rating between 0 and 5", name="rating"),
        CheckConstraint("captured_at <= received_at", name="not_from_the_future"),
        CheckConstraint("signal in ('none', 'yes', 'not_now', 'never')", name="signal"),
        CheckConstraint("(signal is null) = (signalled_raw_at is null)", name="signalled"),
        ForeignKeyConstraint(
            ["event_id", "scanner_attendance_id"], ["attendances.event_id", "attendances.id"]
        ),
        ForeignKeyConstraint(["event_id", "exhibitor_id"], ["exhibitors.event_id", "exhibitors.id"]),
        ForeignKeyConstraint(
            ["event_id", "target_attendance_id"], ["attendances.event_id", "attendances.id"]
        ),
        Index("ix_scans_parked", "event_id", "code", postgresql_where=text("state = 'parked'")),
        Index("ix_scans_changed", "event_id", "changed_at"),
        Index("ix_scans_target", "event_id", "target_attendance_id", "scanner_attendance_id"),
        Index("ix_scans_scanner", "event_id", "scanner_attendance_id", "target_attendance_id"),
        Index(
            "ix_scans_door",
            "event_id",
            "target_attendance_id",
            "captured_at",
            postgresql_where=text("purpose in ('entry', 'exit')"),
        ),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    scanner_id: Mapped[UUID] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(primary_key=True)
    scanner_attendance_id: Mapped[UUID | None] = mapped_column()
    target_attendance_id: Mapped[UUID | None] = mapped_column()
    exhibitor_id: Mapped[UUID | None] = mapped_column()
    staff_id: Mapped[UUID | None] = mapped_column()
    given_at_stand: Mapped[bool] = mapped_column(default=False, server_default=false())
    text_version: Mapped[int | None] = mapped_column()
    device_id: Mapped[UUID | None] = mapped_column()
    sequence: Mapped[int | None] = mapped_column(BigInteger)
    code: Mapped[str] = mapped_column()
    manual_code: Mapped[str | None] = mapped_column()
    is_ticket: Mapped[bool] = mapped_column(default=False, server_default=false())
    purpose: Mapped[str] = mapped_column()
    captured_raw_at: Mapped[datetime] = instant()
    captured_at: Mapped[datetime] = instant()
    skew_ms: Mapped[int] = mapped_column(BigInteger)
    time_doubtful: Mapped[bool] = mapped_column(default=False)
    received_at: Mapped[datetime] = instant()
    changed_at: Mapped[datetime] = instant()
    state: Mapped[str] = mapped_column()
    reason: Mapped[str | None] = mapped_column()
    label: Mapped[str] = mapped_column(default="")
    note: Mapped[str] = mapped_column(default="")
    tags: Mapped[list[str]] = mapped_column(default=list)
    rating: Mapped[int] = mapped_column(default=0, server_default=text("0"))
    annotated_raw_at: Mapped[datetime] = instant()
    signal: Mapped[str | None] = mapped_column()
    signalled_raw_at: Mapped[datetime | None] = instant()
    undone_at: Mapped[datetime | None] = instant()

    @property
    def undone(self) -> bool:
        return self.undone_at is not None


class ScanUndo(Base):
    """An undo, kept whether or not its scan is there yet: judged when both are. The earliest time said counts."""

    __tablename__ = "scan_undos"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    scanner_id: Mapped[UUID] = mapped_column(primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(primary_key=True)
    undone_raw_at: Mapped[datetime] = instant()
    received_at: Mapped[datetime] = instant()


class SequenceUse(Base):
    """A number that a device gave to a scan that is kept under another number: it came before, from an installation
    that is gone or under another count. Two scans under one number of one device are a fault of that device."""

    __tablename__ = "sequence_uses"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    scanner_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    sequence: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    scan_id: Mapped[UUID] = mapped_column(primary_key=True)


class DeviceCount(Base):
    """How far a device has counted its scans, as it last said: what it has not delivered is its backlog."""

    __tablename__ = "device_counts"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    scanner_id: Mapped[UUID] = mapped_column(primary_key=True)
    device_id: Mapped[UUID] = mapped_column(primary_key=True)
    last_sequence: Mapped[int] = mapped_column(BigInteger)
    reported_at: Mapped[datetime] = instant()


class Encounter(Base):
    """Two attendances within one event: what organizers count and retention purges. It follows from the scans
    that stand, so it has none left when the last is undone and is deleted then."""

    __tablename__ = "encounters"
    __table_args__ = (
        CheckConstraint("low_id < high_id", name="low_before_high"),
        CheckConstraint("scans_by_low + scans_by_high > 0", name="somebody_scanned"),
        CheckConstraint("first_at <= last_at", name="first_before_last"),
        ForeignKeyConstraint(["event_id", "low_id"], ["attendances.event_id", "attendances.id"]),
        ForeignKeyConstraint(["event_id", "high_id"], ["attendances.event_id", "attendances.id"]),
        Index("ix_encounters_high", "event_id", "high_id"),
    )

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    low_id: Mapped[UUID] = mapped_column(primary_key=True)
    high_id: Mapped[UUID] = mapped_column(primary_key=True)
    first_at: Mapped[datetime] = instant()
    last_at: Mapped[datetime] = instant()
    scans_by_low: Mapped[int] = mapped_column()
    scans_by_high: Mapped[int] = mapped_column()

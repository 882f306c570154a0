"""What is true of scans: what a code means here, what becomes of it, and whose word counts when two differ."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from uuid import UUID

from server.badges.codes import (
    FOREIGN_CHARACTERS,
    BadgeCode,
    CodeMalformed,
    ForeignCode,
    TicketToken,
    foreign_text,
    parse_code,
)
from server.badges.manual_codes import ManualCode
from server.limits import Limit

UNDO_WITHIN = timedelta(seconds=60)
ARCHIVED_AFTER = timedelta(days=30)  # once the doors have closed
DOUBTFUL_SKEW = timedelta(days=1)
MOST_PARKED = 2_000  # of one scanner at one event

WRONG_MANUAL_CODES = Limit("wrong_manual_codes", most=10, per=timedelta(hours=1))
# A request costs five and each of its items one: two single scans a second, or a full batch each minute.
DELIVERIES = Limit("scan_deliveries", most=6_000, per=timedelta(minutes=10))
REQUEST_COST = 5


class State(StrEnum):
    RECORDED = "recorded"
    PARKED = "parked"
    REFUSED = "refused"


class Reason(StrEnum):
    """Why a scan is parked or refused."""

    NO_BADGE_YET = "no_badge_yet"
    NOT_CLAIMED_YET = "not_claimed_yet"
    NOT_CHECKED_IN_YET = "not_checked_in_yet"
    DEVICE_REVOKED = "device_revoked"  # parked when captured before; refused when after

    MALFORMED = "malformed"
    ID_REUSED = "id_reused"
    OWN_BADGE = "own_badge"
    OTHER_EVENT = "other_event"
    BADGE_REVOKED = "badge_revoked"
    OUTSIDE_EVENT = "outside_event"
    TICKET_NOT_BADGE = "ticket_not_badge"
    PURPOSE_NOT_ALLOWED = "purpose_not_allowed"
    EVENT_ARCHIVED = "event_archived"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `text` is one spelling for one code, as it is stored and compared; `manual` is set when it may
    have been typed; `event_ref` when it is a badge of ours; `fault` when no arrival of anything makes it a badge."""

    text: str
    manual: str | None = None
    event_ref: bytes | None = None
    fault: Reason | None = None


def read(raw: str, *, public_url: str | None = None) -> Reading:
    try:
        scanned = parse_code(raw, public_url=public_url)
        match scanned:
            case BadgeCode():
                return Reading(scanned.text, event_ref=scanned.event_ref)
            case ManualCode():
                return Reading(foreign_text(raw), manual=scanned.characters)
            case TicketToken():
                # A ticket opens a door, so its text is not kept where badges are.
                return Reading("ticket", fault=Reason.TICKET_NOT_BADGE)
            case ForeignCode():
                return Reading(scanned.text)
    except CodeMalformed:
        return Reading(printable(raw), fault=Reason.MALFORMED)


def printable(raw: str) -> str:
    """What can be stored of any text."""
    return "".join(char if char.isprintable() else "�" for char in raw[:FOREIGN_CHARACTERS])


@dataclass(frozen=True, slots=True)
class Place:
    """What of an event decides about scans. `doors_*` are the hours with their grace."""

    code_reference: bytes
    doors_open_at: datetime
    doors_close_at: datetime
    cancelled_at: datetime | None
    check_in_required: bool

    def archived(self, *, at: datetime) -> bool:
        return at > self.doors_close_at + ARCHIVED_AFTER

    def open(self, *, at: datetime) -> bool:
        cancelled = self.cancelled_at is not None and at >= self.cancelled_at
        return self.doors_open_at <= at <= self.doors_close_at and not cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose code it is, and since when it counts no more."""

    attendance_id: UUID
    revoked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """The place at this event of whoever scanned."""

    attendance_id: UUID
    checked_in: bool


def judge(
    reading: Reading,
    *,
    purpose: str,
    captured_at: datetime,
    received_at: datetime,
    place: Place,
    target: Target | None,
    scanner: Scanner | None,
) -> Reason | None:
    """Why the scan does not count, or None when it does.

    What no later arrival can change is looked at first, so that the outcome does not depend on the order of
    arrival; `own_badge` and `badge_revoked` need facts, and wait for them.
    """
    final = never_counts(
        reading, purpose=purpose, captured_at=captured_at, received_at=received_at, place=place
    )
    if final is not None:
        return final
    if target is None:
        return Reason.NO_BADGE_YET
    if target.revoked_at is not None and captured_at >= target.revoked_at:
        return Reason.BADGE_REVOKED
    if scanner is None:
        return Reason.NOT_CLAIMED_YET
    if scanner.attendance_id == target.attendance_id:
        return Reason.OWN_BADGE
    if place.check_in_required and not scanner.checked_in:
        return Reason.NOT_CHECKED_IN_YET
    return None


def never_counts(
    reading: Reading, *, purpose: str, captured_at: datetime, received_at: datetime, place: Place
) -> Reason | None:
    """What the scan itself tells."""
    if reading.fault is not None:
        return reading.fault
    if purpose != "meet":
        return Reason.PURPOSE_NOT_ALLOWED
    if reading.event_ref is not None and reading.event_ref != place.code_reference:
        return Reason.OTHER_EVENT
    if place.archived(at=received_at):
        return Reason.EVENT_ARCHIVED
    return None if place.open(at=captured_at) else Reason.OUTSIDE_EVENT


WAITING = frozenset({Reason.NO_BADGE_YET, Reason.NOT_CLAIMED_YET, Reason.NOT_CHECKED_IN_YET})


def state_for(reason: Reason | None) -> State:
    if reason is None:
        return State.RECORDED
    return State.PARKED if reason in WAITING else State.REFUSED


@dataclass(frozen=True, slots=True)
class Clock:
    """A device's clock against ours, as one delivery shows it: `skew` is what to add to the device's times."""

    received_at: datetime
    skew: timedelta

    @property
    def doubtful(self) -> bool:
        return abs(self.skew) > DOUBTFUL_SKEW

    def corrected(self, raw: datetime) -> datetime:
        """Never later than receipt: nothing arrives before it happened."""
        return min(raw + self.skew, self.received_at)


def clock_of(device_time: datetime | None, *, received_at: datetime) -> Clock:
    return Clock(received_at, received_at - device_time if device_time else timedelta())


def undo_counts(*, captured_raw_at: datetime, undone_raw_at: datetime) -> bool:
    """Both by the device's own clock, so that no correction matters."""
    return undone_raw_at - captured_raw_at <= UNDO_WITHIN


@dataclass(frozen=True, slots=True, order=True)
class Annotation:
    """Label, note and tags as they were at one time. The greatest wins, whatever order they arrive in: the latest,
    and of two of the same time always the same one."""

    at: datetime
    note: str
    label: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, order=True)
class Tap:
    """A signal, and when it was tapped; the latest wins."""

    at: datetime
    signal: str

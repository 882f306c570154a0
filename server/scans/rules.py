"""What is true of scans: what a code means here, what a clock says, and whose word counts when two differ."""

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
from server.badges.tickets import Ticket, read_ticket
from server.limits import Limit

UNDO_WITHIN = timedelta(seconds=60)
DOUBTFUL_SKEW = timedelta(days=1)
ON_ITS_WAY = timedelta(seconds=5)
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
    NOT_ON_TEAM_YET = "not_on_team_yet"
    NOT_STAFF_YET = "not_staff_yet"
    DEVICE_REVOKED = "device_revoked"  # parked when captured before; refused when after

    MALFORMED = "malformed"
    ID_REUSED = "id_reused"
    OWN_BADGE = "own_badge"
    OTHER_EVENT = "other_event"
    BADGE_REVOKED = "badge_revoked"
    OUTSIDE_EVENT = "outside_event"
    TICKET_NOT_BADGE = "ticket_not_badge"
    BADGE_NOT_TICKET = "badge_not_ticket"
    TICKET_FORGED = "ticket_forged"
    TICKET_REPLACED = "ticket_replaced"
    TICKET_KEY_COMPROMISED = "ticket_key_compromised"
    PLACE_CANCELLED = "place_cancelled"
    NO_CONSENT = "no_consent"
    CONSENT_TEXT_UNKNOWN = "consent_text_unknown"
    PURPOSE_NOT_ALLOWED = "purpose_not_allowed"
    EVENT_ARCHIVED = "event_archived"
    DISCARDED = "discarded"


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read. `text` is one spelling for one code, as it is stored and compared; `manual` is set when it may
    have been typed; `event_ref` when it is a badge of ours; `ticket` what a ticket says of itself, and `token` how it
    was read, until its signature is checked; `fault` when no arrival of anything makes it good."""

    text: str
    manual: str | None = None
    event_ref: bytes | None = None
    ticket: Ticket | None = None
    token: str | None = None
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
                ticket = read_ticket(scanned.text)
                return Reading(ticket_text(ticket), ticket=ticket, token=scanned.text)
            case ForeignCode():
                return Reading(scanned.text)
    except CodeMalformed:
        return Reading(printable(raw), fault=Reason.MALFORMED)


def ticket_text(ticket: Ticket) -> str:
    """What is kept of a ticket: without its signature, since whoever has that comes in."""
    return f"{ticket.event_id} {ticket.attendance_id} {ticket.serial} {ticket.key_version}"


def ticket_of(text: str) -> Ticket:
    """The same the other way."""
    event_id, attendance_id, serial, key_version = text.split()
    return Ticket(
        event_id=UUID(event_id),
        attendance_id=UUID(attendance_id),
        serial=int(serial),
        key_version=int(key_version),
    )


def printable(raw: str) -> str:
    """What can be stored of any text."""
    return "".join(char if char.isprintable() else "�" for char in raw[:FOREIGN_CHARACTERS])


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
    """What a delivery takes on its way looks like a clock that is slow: so little is no skew."""
    skew = received_at - device_time if device_time else timedelta()
    return Clock(received_at, skew if abs(skew) > ON_ITS_WAY else timedelta())


def undo_counts(*, captured_raw_at: datetime, undone_raw_at: datetime) -> bool:
    """Both by the device's own clock, so that no correction matters."""
    return undone_raw_at - captured_raw_at <= UNDO_WITHIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What whoever read a visitor's badge said of it: that they agreed, to which version of the words, and who of the
    staff it was."""

    given_at_stand: bool = False
    text_version: int | None = None
    staff_id: UUID | None = None


NOTHING_SAID = Said()


@dataclass(frozen=True, slots=True, order=True)
class Annotation:
    """Label, note, tags and rating (0 for none) as they were at one time. The greatest wins, whatever order they
    arrive in: the latest, and of two of the same time always the same one."""

    at: datetime
    note: str
    label: str
    tags: tuple[str, ...]
    rating: int = 0


@dataclass(frozen=True, slots=True, order=True)
class Tap:
    """A signal, and when it was tapped; the latest wins."""

    at: datetime
    signal: str

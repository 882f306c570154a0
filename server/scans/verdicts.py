"""What becomes of a scan? One rule for each purpose; every fact is handed over.

What no later arrival can change is looked at first, so that the outcome does not depend on the order of arrival.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from server.events.consent_texts import is_known
from server.exhibitors.rules import Stand, agreed
from server.scans.rules import NOTHING_SAID, Reading, Reason, Said, State

ARCHIVED_AFTER = timedelta(days=30)  # once the doors have closed


@dataclass(frozen=True, slots=True)
class Place:
    """What of an event decides about scans. `doors_*` are the hours with their grace."""

    code_reference: bytes
    doors_open_at: datetime
    doors_close_at: datetime
    cancelled_at: datetime | None
    check_in_required: bool
    badge_opens_door: bool

    def archived(self, *, at: datetime) -> bool:
        return at > self.doors_close_at + ARCHIVED_AFTER

    def open(self, *, at: datetime) -> bool:
        cancelled = self.cancelled_at is not None and at >= self.cancelled_at
        return self.doors_open_at <= at <= self.doors_close_at and not cancelled


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Whose code it is, since when it counts no more, and whether it is worn in public. It was issued to that place,
    or to one that was joined into it."""

    attendance_id: UUID
    issued_to: UUID
    revoked_at: datetime | None = None
    worn: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanner:
    """The place at this event of whoever scanned."""

    attendance_id: UUID
    checked_in: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """What of a place decides at the door. Its tickets below `ticket_serial` count no more since `replaced_at`; one
    that was joined into another is cancelled with that."""

    ticket_serial: int
    replaced_at: datetime | None
    cancelled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """Whether the scanner lets people in and out here, and what of tickets decides."""

    guarded: bool
    admissions: Mapping[UUID, Admission]
    compromised_from: Mapping[int, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What decides about one scanner's scans at one event. `station` is the purpose of a device of the event, which
    has no place of its own; `door` is gathered when somebody goes in or out, `stand` when somebody becomes a lead."""

    place: Place
    scanner: Scanner | None = None
    station: str | None = None
    door: Door | None = None
    stand: Stand | None = None


# What a device of an event does. A person may do anything that their roles allow.
STATIONS = {"door": {"entry", "exit"}, "exhibitor": {"lead"}}


def judge(
    reading: Reading,
    *,
    purpose: str,
    captured_at: datetime,
    received_at: datetime,
    target: Target | None,
    facts: Facts,
    said: Said = NOTHING_SAID,
) -> Reason | None:
    """Why the scan does not count, or None when it does."""
    final = never_counts(
        reading, purpose=purpose, captured_at=captured_at, received_at=received_at, place=facts.place
    )
    if final is not None:
        return final
    if purpose == "lead" and said.text_version is not None and not is_known(said.text_version):
        return Reason.CONSENT_TEXT_UNKNOWN
    if facts.station is not None and purpose not in STATIONS[facts.station]:
        return Reason.PURPOSE_NOT_ALLOWED
    if target is None:
        return Reason.NO_BADGE_YET
    if since(target.revoked_at, captured_at):
        return Reason.BADGE_REVOKED
    if purpose == "meet":
        return _meets(target, facts)
    if purpose == "lead":
        return _visits(target, facts, said, captured_at=captured_at)
    if facts.door is None:
        raise LookupError("the facts of the door are gathered for who goes in or out")
    return _passes(
        reading, purpose=purpose, captured_at=captured_at, target=target, place=facts.place, door=facts.door
    )


def never_counts(
    reading: Reading, *, purpose: str, captured_at: datetime, received_at: datetime, place: Place
) -> Reason | None:
    """What the scan itself tells."""
    if reading.fault is not None:
        return reading.fault
    if purpose in {"meet", "lead"} and reading.ticket is not None:
        return Reason.TICKET_NOT_BADGE
    if reading.event_ref is not None and reading.event_ref != place.code_reference:
        return Reason.OTHER_EVENT
    if place.archived(at=received_at):
        return Reason.EVENT_ARCHIVED
    return None if place.open(at=captured_at) else Reason.OUTSIDE_EVENT


def _meets(target: Target, facts: Facts) -> Reason | None:
    scanner = facts.scanner
    if scanner is None:
        return Reason.NOT_CLAIMED_YET
    if scanner.attendance_id == target.attendance_id:
        return Reason.OWN_BADGE
    if facts.place.check_in_required and not scanner.checked_in:
        return Reason.NOT_CHECKED_IN_YET
    return None


def _passes(
    reading: Reading, *, purpose: str, captured_at: datetime, target: Target, place: Place, door: Door
) -> Reason | None:
    """In by a ticket, and by a badge where the event allows it; out by either."""
    admission = door.admissions[target.issued_to]
    ticket = reading.ticket
    if purpose == "entry" and target.worn and not place.badge_opens_door:
        return Reason.BADGE_NOT_TICKET
    if ticket is not None and since(door.compromised_from.get(ticket.key_version), captured_at):
        return Reason.TICKET_KEY_COMPROMISED
    if (
        ticket is not None
        and ticket.serial < admission.ticket_serial
        and since(admission.replaced_at, captured_at)
    ):
        return Reason.TICKET_REPLACED
    if since(admission.cancelled_at, captured_at):
        return Reason.PLACE_CANCELLED
    return None if door.guarded else Reason.NOT_ON_TEAM_YET


def _visits(target: Target, facts: Facts, said: Said, *, captured_at: datetime) -> Reason | None:
    """Whoever captures works for the exhibitor, and may well have no place at the event."""
    stand = _stand(facts)
    if stand.captures_for(captured_at) is None:
        return Reason.NOT_STAFF_YET
    consents = agreed(
        stand.visitors[target.attendance_id],
        at=captured_at,
        given_at_stand=said.given_at_stand,
        staff_id=stand.who(said.staff_id, captured_at),
    )
    return None if consents else Reason.NO_CONSENT


def _stand(facts: Facts) -> Stand:
    if facts.stand is None:
        raise LookupError("the facts of the stand are gathered for who becomes a lead")
    return facts.stand


def capturer(
    facts: Facts, said: Said, reason: Reason | None, *, purpose: str, captured_at: datetime
) -> tuple[UUID | None, UUID | None]:
    """Which exhibitor and who of its staff made a lead; while it is none, what was said of it."""
    if purpose != "lead" or reason is not None:
        return None, said.staff_id
    stand = _stand(facts)
    return stand.captures_for(captured_at), stand.who(said.staff_id, captured_at)


def since(began_at: datetime | None, at: datetime) -> bool:
    return began_at is not None and at >= began_at


WAITING = frozenset(
    {
        Reason.NO_BADGE_YET,
        Reason.NOT_CLAIMED_YET,
        Reason.NOT_CHECKED_IN_YET,
        Reason.NOT_ON_TEAM_YET,
        Reason.NOT_STAFF_YET,
    }
)


def state_for(reason: Reason | None) -> State:
    if reason is None:
        return State.RECORDED
    return State.PARKED if reason in WAITING else State.REFUSED

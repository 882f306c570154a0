"""Random days at a conference, and what must be left of each: a model that has never heard of deliveries.

Whatever the devices deliver, when, how often, in which order and through which replica, only what was read and what
was true at that minute counts.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from hypothesis import strategies as st

PEOPLE = 4
DEVICES = 2  # of each; one more stands at the door
DOOR = PEOPLE * DEVICES
LAST = 100  # minutes after the beginning
OPENS, CLOSES = 5, 95


@dataclass(frozen=True, kw_only=True)
class Person:
    """When they claim their place (None: never), get another badge, and their other code is imported; and when their
    first device is revoked."""

    claims_at: int | None
    replaced_at: int | None
    imported_at: int | None
    revoked_at: int | None


@dataclass(frozen=True, kw_only=True)
class Read:
    """A device reads a code of somebody at a minute; `code` is `badge`, `new badge`, `external` or `ticket`."""

    device: int
    target: int
    code: str
    at: int
    undone_after: int | None  # seconds
    labels: int  # how often it was annotated; each time with the next number

    @property
    def scanner(self) -> int | None:
        return None if self.device == DOOR else self.device // DEVICES

    @property
    def undone(self) -> bool:
        return self.undone_after is not None and self.undone_after <= 60


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """Some of what a device has read until then. `fate` is what becomes of the answer: it arrives, it is lost after
    the commit, or the connection is cut after so many steps of the server."""

    at: int
    device: int
    reads: tuple[tuple[int, int], ...]  # which, and with which of its labels
    undos: tuple[int, ...]
    replica: int
    fate: str | int


@dataclass(frozen=True, kw_only=True)
class History:
    check_in_required: bool
    people: tuple[Person, ...]
    skews: tuple[int, ...]  # seconds, of each device's clock
    reads: tuple[Read, ...]
    deliveries: tuple[Delivery, ...]


minutes = st.integers(1, LAST - 1)
sometimes = st.one_of(st.none(), minutes)
people = st.builds(
    Person,
    claims_at=st.one_of(st.just(0), st.just(0), sometimes),
    replaced_at=sometimes,
    imported_at=sometimes,
    revoked_at=st.one_of(st.none(), st.none(), minutes),
)
skews = st.sampled_from([0, 0, 0, 7, -45, 3_600, -86_400, 10 * 365 * 86_400])


@st.composite
def histories(draw: st.DrawFn) -> History:
    crowd = tuple(draw(st.lists(people, min_size=PEOPLE, max_size=PEOPLE)))
    reads = tuple(draw(read_of(crowd)) for _ in range(draw(st.integers(1, 12))))
    deliveries = tuple(draw(delivery_of(reads)) for _ in range(draw(st.integers(0, 8))))
    return History(
        check_in_required=draw(st.booleans()),
        people=crowd,
        skews=tuple(draw(st.lists(skews, min_size=DOOR + 1, max_size=DOOR + 1))),
        reads=reads,
        deliveries=deliveries,
    )


@st.composite
def read_of(draw: st.DrawFn, crowd: tuple[Person, ...]) -> Read:
    device = draw(st.integers(0, DOOR))
    target, at = draw(st.integers(0, PEOPLE - 1)), draw(minutes)
    replaced_at = crowd[target].replaced_at
    codes = ["badge", "external"] + ["new badge"] * (replaced_at is not None and at >= replaced_at)
    revoked = device < DOOR and device % DEVICES == 0 and crowd[device // DEVICES].revoked_at is not None
    return Read(
        device=device,
        target=target,
        code="ticket" if device == DOOR else draw(st.sampled_from(codes)),
        at=at,
        # What a revoked device brings beside its captures waits until somebody signs in on it.
        undone_after=None if revoked else draw(st.sampled_from([None, None, None, 0, 60, 61])),
        labels=1 if revoked else draw(st.integers(1, 3)),
    )


@st.composite
def delivery_of(draw: st.DrawFn, reads: tuple[Read, ...]) -> Delivery:
    device = draw(st.sampled_from(sorted({read.device for read in reads})))
    at = draw(st.integers(1, LAST))
    there = [index for index, read in enumerate(reads) if read.device == device and read.at <= at]
    chosen = draw(st.lists(st.sampled_from(there), max_size=6)) if there else []
    taken_back = [index for index in there if reads[index].undone_after is not None]
    return Delivery(
        at=at,
        device=device,
        reads=tuple((index, draw(st.integers(1, reads[index].labels))) for index in chosen),
        undos=tuple(draw(st.lists(st.sampled_from(taken_back), max_size=3))) if taken_back else (),
        replica=draw(st.integers(0, 1)),
        fate=draw(st.one_of(st.sampled_from(["answered", "lost"]), st.integers(1, 80))),
    )


def reason(history: History, read: Read) -> str | None:
    """Why a read does not count in the end, or None when it does."""
    target = history.people[read.target]
    if read.scanner is None:
        return None if OPENS <= read.at <= CLOSES else "outside_event"
    scanner = history.people[read.scanner]
    revoked_at = scanner.revoked_at if read.device % DEVICES == 0 else None
    if not OPENS <= read.at <= CLOSES:
        return "outside_event"
    if revoked_at is not None and read.at >= revoked_at:
        return "device_revoked"
    if read.code == "external" and target.imported_at is None:
        return "no_badge_yet"
    if read.code == "badge" and target.replaced_at is not None and read.at >= target.replaced_at:
        return "badge_revoked"
    if scanner.claims_at is None:
        return "not_claimed_yet"
    if read.scanner == read.target:
        return "own_badge"
    if history.check_in_required and checked_in_at(history, read.scanner) is None:
        return "not_checked_in_yet"
    return None


PARKED = {"no_badge_yet", "not_claimed_yet", "not_checked_in_yet"}


def state(history: History, read: Read) -> str:
    why = reason(history, read)
    return "recorded" if why is None else "parked" if why in PARKED else "refused"


def checked_in_at(history: History, person: int) -> int | None:
    entries = (
        read.at
        for read in history.reads
        if read.scanner is None
        and read.target == person
        and not read.undone
        and reason(history, read) is None
    )
    return min(entries, default=None)


def meetings(history: History) -> Iterable[tuple[int, int, int]]:
    """Who met whom at which minute, as far as it stands."""
    for read in history.reads:
        if read.scanner is not None and not read.undone and reason(history, read) is None:
            yield read.scanner, read.target, read.at


Encounter = tuple[int, int, dict[int, int]]


def encounters(history: History) -> dict[frozenset[int], Encounter]:
    """First, last, and scans by each, of every pair that met."""
    met: dict[frozenset[int], list[tuple[int, int]]] = {}
    for scanner, target, at in meetings(history):
        met.setdefault(frozenset((scanner, target)), []).append((at, scanner))
    return {
        pair: (
            min(at for at, _ in scans),
            max(at for at, _ in scans),
            {person: sum(scanner == person for _, scanner in scans) for person in pair},
        )
        for pair, scans in met.items()
    }


def views(history: History, me: int) -> set[tuple[int, bool]]:
    """Whom somebody sees, and whether with their e-mail: once each scanned the other."""
    ways = {(scanner, target) for scanner, target, _ in meetings(history)}
    return {
        (other, (me, other) in ways and (other, me) in ways)
        for other in range(PEOPLE)
        if (me, other) in ways or (other, me) in ways
    }

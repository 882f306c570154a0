"""Whatever order phones come back online in, and whatever is delivered twice, the same is left: what a model says
that has never heard of deliveries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.scans.models import Encounter
from server.scans.parked import judge_parked_scans
from tests.builders import make_attendance, make_badge
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone

PEOPLE = 3


@dataclass(frozen=True)
class Meeting:
    """Who scans whom, how many seconds after the doors opened, and after how many seconds they undo it."""

    scanner: int
    target: int
    at: int
    undone_after: int | None

    @property
    def stands(self) -> bool:
        return self.scanner != self.target and (self.undone_after is None or self.undone_after > 60)


meetings = st.builds(
    Meeting,
    scanner=st.integers(0, PEOPLE - 1),
    target=st.integers(0, PEOPLE - 1),
    at=st.integers(0, 600),
    undone_after=st.sampled_from([None, None, None, 0, 60, 61]),
)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Meeting], list[tuple[str, Any]]]:
    """Meetings, and what reaches the server in which order: deliveries, some twice, undos, badges and claims."""
    met = draw(st.lists(meetings, min_size=1, max_size=8))
    steps: list[tuple[str, Any]] = []
    for index, meeting in enumerate(met):
        steps += [("scan", index)] * draw(st.integers(1, 2))
        if meeting.undone_after is not None:
            steps += [("undo", index)] * draw(st.integers(1, 2))
    steps += [("badge", person) for person in draw(st.sets(st.integers(0, PEOPLE - 1)))]
    steps += [("claim", person) for person in draw(st.sets(st.integers(0, PEOPLE - 1)))]
    steps += [("look", None)] * draw(st.integers(0, 1))
    return met, draw(st.permutations(steps))


@given(day=days(), together=st.booleans())
@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
async def test_what_is_left_does_not_depend_on_the_order_of_arrival(
    client, database, clock, request, day, together
):
    met, steps = day
    setup = request.getfixturevalue("settings")
    began = clock.now - timedelta(minutes=30)
    conference = await hold_conference(database, now=clock.now)
    guests = []
    for index in range(PEOPLE):
        phone = await quick_phone(client, database, setup, email=f"{uuid4()}@example.org", now=clock.now)
        late_claim, late_badge = ("claim", index) in steps, ("badge", index) in steps
        guests.append(await arrive(conference, phone, late_claim=late_claim, late_badge=late_badge))
    items = [item_of(meeting, guests, began) for meeting in met]

    for step in grouped(steps, met) if together else ((kind, [which]) for kind, which in steps):
        await play(step, met, items, guests, conference, began)
    await judge_parked_scans(database, now=clock.now)

    standing = [meeting for meeting in met if meeting.stands]
    assert await encounters_of(conference, guests) == expected_encounters(standing, began)
    for index, guest in enumerate(guests):
        seen = {(view["person_id"], view["email"] != "") for view in await guest.connections()}
        assert seen == expected_views(index, standing, guests)


async def arrive(conference: Conference, phone, *, late_claim: bool, late_badge: bool) -> Guest:
    """Somebody whose badge or claim may come later in the day."""
    place = await make_attendance(
        conference.database, conference.event, None if late_claim else phone, now=conference.now,
        email=phone.email,
    )  # fmt: skip
    badge = await make_badge(conference.database, conference.event, place, now=conference.now)
    if late_badge:
        async with conference.database.transaction() as db:
            await db.delete(await db.merge(badge))
    return Guest(conference.event, place, badge, phone)


def item_of(meeting: Meeting, guests: list[Guest], began: datetime) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "code": guests[meeting.target].badge.code,
        "captured_at": (began + timedelta(seconds=meeting.at)).isoformat(),
    }


def grouped(steps: list[tuple[str, Any]], met: list[Meeting]) -> Iterable[tuple[str, list[Any]]]:
    """Neighbouring deliveries and undos of one phone in one batch."""
    batch: list[tuple[str, Any]] = []
    for kind, which in steps:
        joins = kind in {"scan", "undo"} and (not batch or met[batch[0][1]].scanner == met[which].scanner)
        if batch and not joins:
            yield "batch", batch
            batch = []
        if kind in {"scan", "undo"}:
            batch.append((kind, which))
        else:
            yield kind, [which]
    if batch:
        yield "batch", batch


async def play(step, met, items, guests, conference: Conference, began: datetime) -> None:
    kind, which = step
    now = conference.now
    if kind == "look":
        await judge_parked_scans(conference.database, now=now)
    elif kind == "badge":
        async with conference.database.transaction() as db:
            badge = guests[which[0]].badge
            db.add(type(badge)(**{c.name: getattr(badge, c.name) for c in badge.__table__.columns}))
    elif kind == "claim":
        answer = await guests[which[0]].post("/claim", {})
        assert answer.status_code == 200, answer.text
    else:
        parts = which if kind == "batch" else [(kind, which[0])]
        phone = guests[met[parts[0][1]].scanner]
        undone = [
            {
                "id": items[index]["id"],
                "undone_at": (
                    began + timedelta(seconds=met[index].at + (met[index].undone_after or 0))
                ).isoformat(),
            }
            for part, index in parts
            if part == "undo"
        ]
        scans = [items[index] for part, index in parts if part == "scan"]
        answer = await phone.sync(scans, undos=undone, now=now)
        assert (len(answer["items"]), len(answer["undos"])) == (len(scans), len(undone))


async def encounters_of(conference: Conference, guests: list[Guest]) -> dict[Any, Any]:
    numbers = {guest.attendance.id: index for index, guest in enumerate(guests)}
    async with conference.database.transaction() as db:
        rows = await db.scalars(select(Encounter).where(Encounter.event_id == conference.event.id))
        return {
            frozenset((numbers[row.low_id], numbers[row.high_id])): (
                row.first_at,
                row.last_at,
                {numbers[row.low_id]: row.scans_by_low, numbers[row.high_id]: row.scans_by_high},
            )
            for row in rows
        }


def expected_encounters(standing: list[Meeting], began: datetime) -> dict[Any, Any]:
    pairs = {frozenset((meeting.scanner, meeting.target)) for meeting in standing}
    expected = {}
    for pair in pairs:
        theirs = [meeting for meeting in standing if {meeting.scanner, meeting.target} == pair]
        times = [began + timedelta(seconds=meeting.at) for meeting in theirs]
        counts = {person: sum(meeting.scanner == person for meeting in theirs) for person in pair}
        expected[pair] = (min(times), max(times), counts)
    return expected


def expected_views(me: int, standing: list[Meeting], guests: list[Guest]) -> set[tuple[str, bool]]:
    """Whom I see, and whether with their e-mail: once each scanned the other."""
    expected = set()
    for other in range(PEOPLE):
        mine = any((m.scanner, m.target) == (me, other) for m in standing)
        theirs = any((m.scanner, m.target) == (other, me) for m in standing)
        if mine or theirs:
            expected.add((guests[other].phone.person_id, mine and theirs))
    return expected

"""Two places joined at any moment of any day leave what one place from the start leaves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from server.people.models import Release
from server.scans.parked import judge_parked_scans
from tests.claims.ticketing import Ticketing, claim
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone
from tests.scans.test_any_order import encounters_of

ADA, GRACE, MARY, SECOND = range(4)  # SECOND is Ada's other badge
Step = tuple[str, Any]


@dataclass(frozen=True)
class Reading:
    """Who reads whose badge, how many seconds after the doors opened, and after how many seconds they undo it."""

    scanner: int
    badge: int
    at: int
    undone_after: int | None
    note: str
    signal: str | None


readings = st.builds(
    Reading,
    scanner=st.sampled_from([ADA, GRACE, GRACE, MARY]),
    badge=st.sampled_from([ADA, GRACE, MARY, SECOND, SECOND]),
    at=st.integers(0, 600),
    undone_after=st.sampled_from([None, None, 0, 61]),
    note=st.sampled_from(["", "", "loom"]),
    signal=st.sampled_from([None, None, "yes", "not_now"]),
)


@st.composite
def days(draw: st.DrawFn) -> tuple[list[Reading], list[Step]]:
    """Readings, and what reaches the server in which order: scans, some twice, undos, and Ada's two tickets."""
    read = draw(st.lists(readings, min_size=1, max_size=8))
    steps: list[Step] = [("claim", ADA), ("claim", SECOND)]
    for index, reading in enumerate(read):
        steps += [("scan", index)] * draw(st.integers(1, 2))
        steps += [("undo", index)] * (reading.undone_after is not None)
    return read, draw(st.permutations(steps))


BOTH_WAYS = (
    [Reading(GRACE, SECOND, 10, None, "loom", "yes"), Reading(ADA, GRACE, 5, None, "", None)],
    [("claim", ADA), ("scan", 0), ("scan", 1), ("claim", SECOND)],
)
OWN_BADGE = (
    [Reading(ADA, SECOND, 10, None, "loom", "yes"), Reading(MARY, SECOND, 5, 0, "", None)],
    [("claim", ADA), ("scan", 0), ("scan", 1), ("claim", SECOND), ("undo", 1)],
)


@given(day=days())
@example(day=BOTH_WAYS)
@example(day=OWN_BADGE)
@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
async def test_joined_places_leave_what_one_place_leaves(client, database, clock, request, day):
    read, steps = day
    setup = request.getfixturevalue("settings")

    left = []
    for places in (2, 1):
        conference = await hold_conference(database, now=clock.now)
        guests = await arrive(client, conference, setup, places=places)
        items = await play(read, steps, conference, guests, Ticketing(conference, setup))
        await judge_parked_scans(database, now=clock.now)
        left.append(await look(conference, guests, items))

    joined, one = left
    assert joined == one


async def arrive(client, conference: Conference, setup, *, places: int) -> list[Guest]:
    """Ada, Grace and Mary, and Ada's second place: with one place, it is the first."""
    await Ticketing(conference, setup).publish()
    guests = []
    for name in ("Ada", "Grace", "Mary"):
        email = f"{name}-{uuid4()}@example.org"
        phone = await quick_phone(client, conference.database, setup, email=email, now=conference.now)
        guest = await conference.guest(None if name == "Ada" else phone, name=name)
        guests.append(Guest(guest.event, guest.attendance, guest.badge, phone))
    second = await conference.guest(name="Ada") if places == 2 else guests[ADA]
    return [*guests, second]


async def play(
    read: Sequence[Reading],
    steps: Sequence[Step],
    conference: Conference,
    guests: list[Guest],
    tickets: Ticketing,
) -> list[dict[str, Any]]:
    """Each step as a request of its own; the scans as they were sent."""
    began, now = conference.now - timedelta(minutes=30), conference.now
    items = []
    for index, reading in enumerate(read):
        at = (began + timedelta(seconds=reading.at)).isoformat()
        items.append(
            {
                "id": str(UUID(int=index + 1)),
                "code": guests[reading.badge].badge.code,
                "captured_at": at,
                "note": reading.note,
                "signal": reading.signal,
            }
        )
    for kind, which in steps:
        if kind == "claim":
            ticket = tickets.ticket(guests[which].attendance)
            answer = await claim(guests[ADA].phone, conference, ticket=ticket)
            assert answer.status_code == 200, answer.text
        elif kind == "scan":
            await guests[read[which].scanner].sync([items[which]], now=now)
        else:
            undone_at = began + timedelta(seconds=read[which].at + (read[which].undone_after or 0))
            undo = {"id": items[which]["id"], "undone_at": undone_at.isoformat()}
            await guests[read[which].scanner].sync([], undos=[undo], now=now)
    return items


async def look(conference: Conference, guests: list[Guest], items: list[dict[str, Any]]) -> dict[str, Any]:
    """All that is left, in names that two conferences share."""
    names = {guests[who].phone.person_id: ("Ada", "Grace", "Mary")[who] for who in (ADA, GRACE, MARY)}
    mine = (await guests[ADA].phone.get(f"/v1/events/{conference.event.id}/attendance")).json()
    here = {
        name: await seen_by(guests[who], conference, names, items)
        for who, name in enumerate(("Ada", "Grace", "Mary"))
    }
    async with conference.database.transaction() as db:
        people = [UUID(person_id) for person_id in names]
        rows = await db.scalars(
            select(Release).where(Release.subject_id.in_(people), Release.withdrawn_at.is_(None))
        )
        given_ = {
            (names[str(row.subject_id)], names[str(row.recipient_id)], row.purpose, *sorted(row.fields))
            for row in rows
        }
    stands = next(
        guest for guest in (guests[SECOND], guests[ADA]) if str(guest.attendance.id) == mine["attendance_id"]
    )
    return {
        "seen": here,
        "given": given_,
        "encounters": await encounters_of(conference, [stands, guests[GRACE], guests[MARY]]),
    }


async def seen_by(
    guest: Guest, conference: Conference, names: dict[str, str], items: list[dict[str, Any]]
) -> dict[str, Any]:
    """Connections, scans and what is answered when everything comes once more."""
    again = await guest.sync(
        [item for item in items if item["id"] in await ids_of(guest, conference)], now=conference.now
    )
    views = [
        {
            **{
                key: value for key, value in view.items() if key not in {"version", "first_event_id", "email"}
            },
            "person_id": names[view["person_id"]],
            "email": bool(view["email"]),
            "scan_notes": sorted(
                ({**note, "event_id": None} for note in view["scan_notes"]), key=lambda note: note["scan_id"]
            ),
        }
        for view in await guest.connections()
    ]
    return {
        "connections": sorted(views, key=lambda view: view["person_id"]),
        "scans": await scans_of(guest, conference),
        "again": [
            (item["id"], item["outcome"], item["state"], item["code"], names.get(item["person_id"]))
            for item in again["items"]
        ],
    }


async def scans_of(guest: Guest, conference: Conference) -> list[tuple[Any, ...]]:
    answer = await guest.phone.get(f"/v1/events/{conference.event.id}/scans")
    return [
        tuple(scan[name] for name in ("id", "captured_at", "state", "reason", "undone", "note", "signal"))
        for scan in answer.json()["items"]
    ]


async def ids_of(guest: Guest, conference: Conference) -> set[str]:
    return {scan[0] for scan in await scans_of(guest, conference)}

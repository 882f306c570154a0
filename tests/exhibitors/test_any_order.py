"""Whatever arrives in whatever order, from tablets and phones, once or twice: the same leads are left, those that a
model says which has never heard of deliveries."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from server.scans.parked import judge_parked_scans
from tests.exhibitors.fair import Fair, Tablet, hold_fair, lead_of, releases_of
from tests.scans.conference import Guest

VISITORS = 2
DEVICES = 3  # two tablets, and the phone of somebody who may be invited late


@dataclass(frozen=True)
class Visit:
    """Who is scanned by which device, how many seconds after the fair began, what was noted when, and when it was
    undone."""

    device: int
    visitor: int
    at: int
    at_stand: bool
    rating: int
    note: str
    noted_after: int
    undone_after: int | None

    @property
    def stands(self) -> bool:
        return self.undone_after is None or self.undone_after > 60


visits = st.builds(
    Visit,
    device=st.integers(0, DEVICES - 1),
    visitor=st.integers(0, VISITORS - 1),
    at=st.integers(0, 200),
    at_stand=st.booleans(),
    rating=st.integers(0, 5),
    note=st.sampled_from(["", "hot", "cold"]),
    noted_after=st.integers(0, 30),
    undone_after=st.sampled_from([None, None, None, 0, 60, 61]),
)


@dataclass(frozen=True)
class Day:
    visits: list[Visit]
    consents: list[list[int]]
    """By visitor: when they turn their consent on, off, on …, in seconds."""
    steps: list[tuple[str, int]]
    """What reaches the server after all of that, in which order."""


@st.composite
def days(draw: st.DrawFn) -> Day:
    seen = draw(st.lists(visits, min_size=1, max_size=7))
    consents = [sorted(draw(st.sets(st.integers(0, 200), max_size=3))) for _ in range(VISITORS)]
    steps: list[tuple[str, int]] = [("invite", 0), ("look", 0)]
    for index, visit in enumerate(seen):
        steps += [("scan", index)] * draw(st.integers(1, 2))
        if visit.undone_after is not None:
            steps += [("undo", index)] * draw(st.integers(1, 2))
    return Day(seen, consents, draw(st.permutations(steps)))


@given(day=days())
@settings(
    max_examples=40, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
async def test_the_leads_that_are_left_do_not_depend_on_the_order_of_arrival(
    client, database, clock, request, day: Day
):
    began = clock.now
    fair = await hold_fair(
        client, database, request.getfixturevalue("settings"), now=began, suffix=uuid4().hex
    )
    devices, staff, frank = await bring_devices(fair)
    guests = [await fair.visitor(f"v{uuid4().hex}", consents=False) for _ in range(VISITORS)]
    for at, visitor, given_now in sorted(
        (at, visitor, number % 2 == 0)
        for visitor, times in enumerate(day.consents)
        for number, at in enumerate(times)
    ):
        clock.now = began + timedelta(seconds=at)
        await fair.consent(guests[visitor], given=given_now)
    clock.now = began + timedelta(seconds=300)
    items = [item_of(visit, guests, staff, began) for visit in day.visits]

    for kind, index in day.steps:
        if kind == "invite":
            await fair.hire("frank", "staff", email=frank.email)
        elif kind == "look":
            await judge_parked_scans(database, now=clock.now)
        else:
            await deliver(kind, day.visits[index], items[index], devices, began, now=clock.now)
    await judge_parked_scans(database, now=clock.now)

    expected = {
        guest.phone.email.split("@")[0].title(): expected_lead(
            [
                (visit, item["id"])
                for visit, item in zip(day.visits, items, strict=True)
                if visit.visitor == index
            ],
            day.consents[index],
            began,
        )
        for index, guest in enumerate(guests)
    }
    standing = {lead["name"]: left_of(lead) for lead in await fair.leads() if not lead["withdrawn"]}
    assert standing == {name: lead for name, lead in expected.items() if lead is not None}
    for guest in guests:
        stands = [row for row in await releases_of(guest) if row["withdrawn_at"] is None]
        assert len(stands) == (guest.phone.email.split("@")[0].title() in standing)
    clock.now = began


async def bring_devices(fair: Fair) -> tuple[list[Tablet], str, Any]:
    frank = await fair.phone(f"frank{uuid4().hex}")
    sam = await fair.hire("sam", "scan_only")
    tablets = [await fair.tablet() for _ in range(DEVICES - 1)]
    return [*tablets, Tablet(fair.event_id, frank)], sam, frank


def item_of(visit: Visit, guests: list[Guest], staff: str, began: datetime) -> dict[str, Any]:
    at = began + timedelta(seconds=visit.at)
    return lead_of(
        guests[visit.visitor],
        at=at,
        given_at_stand=visit.at_stand,
        text_version=1,
        staff_id=staff,
        note=visit.note,
        annotated_at=(at + timedelta(seconds=visit.noted_after)).isoformat(),
        **({"rating": visit.rating} if visit.rating else {}),
    )


async def deliver(
    kind: str, visit: Visit, item: dict[str, Any], devices: list[Tablet], began: datetime, *, now: datetime
) -> None:
    if kind == "scan":
        await devices[visit.device].sync([item], now=now)
    else:
        undone_at = began + timedelta(seconds=visit.at + (visit.undone_after or 0))
        undo = {"id": item["id"], "undone_at": undone_at.isoformat()}
        await devices[visit.device].sync([], undos=[undo], now=now)


def expected_lead(
    scanned: list[tuple[Visit, str]], switched: list[int], began: datetime
) -> dict[str, Any] | None:
    """What a visitor's lead is: the scans that stand and that they agreed to, and the last word of each field."""

    def agreed(visit: Visit) -> bool:
        return visit.at_stand or len([at for at in switched if at <= visit.at]) % 2 == 1

    kept = [(visit, scan_id) for visit, scan_id in scanned if visit.stands and agreed(visit)]
    if not kept:
        return None
    said = sorted(kept, key=lambda pair: (pair[0].at + pair[0].noted_after, pair[1]))
    times = [began + timedelta(seconds=visit.at) for visit, _ in kept]
    return {
        "rating": next((visit.rating for visit, _ in reversed(said) if visit.rating), None),
        "note": next((visit.note for visit, _ in reversed(said) if visit.note), ""),
        "first": min(times).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "last": max(times).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def left_of(lead: dict[str, Any]) -> dict[str, Any]:
    return {
        "rating": lead["rating"],
        "note": lead["note"],
        "first": lead["first_captured_at"],
        "last": lead["last_captured_at"],
    }

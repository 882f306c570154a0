"""Whatever people do, a phone that keeps up has what the lists would answer it, and is told nothing twice."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from server.nudges.jobs import write_due_nudges
from server.people.models import Block
from server.suggestions.jobs import suggest_for_closed_events
from tests.builders import make_attendance, make_badge
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone, scan_of
from tests.sync.copies import NOTHING, Copy, spread

PEOPLE = 3
person = st.integers(0, PEOPLE - 1)
word = st.sampled_from(["", "Looms", "Engines"])

# What each does, as (name, who, to whom, with what).
ACTIONS: dict[str, Any] = {
    "scan": st.sampled_from([{}, {"note": "By the stairs"}, {"signal": "yes"}]),
    "undo": st.none(),
    "share": st.none(),
    "note": word,
    "signal": st.sampled_from(["none", "yes", "not_now", "never"]),
    "remove": st.none(),
    "block": st.none(),
    "unblock": st.none(),
    "take_back": st.none(),
    "profile": word,
    "goals": word,
    "card": st.sampled_from([[], ["headline"], ["headline", "email"]]),
    "attendance": st.sampled_from(
        [{"listed": True, "text_version": 1}, {"listed": False}, {"paused": True}, {"paused": False}]
    ),
    "leave": st.none(),
    "claim": st.none(),
    "replace_badge": st.none(),
    "ask": st.none(),
    "answer": st.sampled_from(["accept", "decline", "withdraw", "cancel"]),
    "dismiss": st.none(),
    "suggest": st.none(),
    "nudge": st.none(),
    "sync": st.none(),
}


@dataclass(frozen=True)
class Act:
    name: str
    who: int
    whom: int
    what: Any


@st.composite
def acts(draw: st.DrawFn) -> Act:
    name = draw(st.sampled_from(sorted(ACTIONS)))
    who = draw(person)
    whom = (who + draw(st.integers(1, PEOPLE - 1))) % PEOPLE
    return Act(name, who, whom, draw(ACTIONS[name]))


@dataclass
class Party:
    """An event that closed yesterday; the third has not claimed their place."""

    conference: Conference
    guests: list[Guest]
    copies: list[Copy]
    scans: list[tuple[int, str]]

    @property
    def database(self):
        return self.conference.database

    @property
    def now(self):
        return self.conference.now


async def hold_party(client, database, setup, now) -> Party:
    conference = await hold_conference(
        database, now=now, starts_at=now - timedelta(hours=25), ends_at=now - timedelta(hours=17)
    )
    guests = []
    for index in range(PEOPLE):
        phone = await quick_phone(client, database, setup, email=f"{uuid4()}@example.org", now=now)
        claimed_by = phone if index < PEOPLE - 1 else None
        place = await make_attendance(
            database, conference.event, claimed_by, now=now, email=phone.email, listed=claimed_by is not None
        )
        badge = await make_badge(database, conference.event, place, now=conference.event.starts_at)
        guests.append(Guest(conference.event, place, badge, phone))
    copies = [Copy(guest.phone, limit=1 + index) for index, guest in enumerate(guests)]
    return Party(conference, guests, copies, [])


@given(history=st.lists(acts(), max_size=25), met=st.booleans())
@settings(
    max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)
async def test_a_copy_that_keeps_up_is_what_the_lists_answer(client, database, clock, request, history, met):
    party = await hold_party(client, database, request.getfixturevalue("settings"), clock.now)
    if met:
        history = [Act("scan", 0, 1, {}), Act("scan", 1, 2, {}), Act("suggest", 0, 1, None), *history]
    for act in history:
        await play(party, act)

    await spread(database, party.now)
    for copy, guest in zip(party.copies, party.guests, strict=True):
        seen = await shown(guest)  # looking at suggestions ends a digest, so it comes first
        await copy.sync()  # to the end of what was begun, which is of the moment when it was
        await copy.sync()
        assert {name: ordered(copy[name]) for name in seen} == {
            name: ordered(rows) for name, rows in seen.items()
        }
        assert await copy.sync() == NOTHING
        fresh = Copy(guest.phone, limit=7)
        await fresh.sync()
        assert fresh.kept == copy.kept


def ordered(rows: list[Any]) -> list[Any]:
    return sorted(rows, key=str)


async def shown(guest: Guest) -> dict[str, list[Any]]:
    """What their lists answer."""
    phone, event = guest.phone, f"/v1/events/{guest.event.id}"
    found: dict[str, list[Any]] = {}
    for name in ("suggestions", "connections", "interviews", "nudges"):
        found[name] = (await phone.get(f"/v1/{name}")).json()["items"]
    people = await phone.get(f"{event}/people")
    found["directory"] = [
        {"event_id": str(guest.event.id), "person": one} for one in people.json().get("items", [])
    ]
    place = await phone.get(f"{event}/attendance")
    found["attendances"] = [place.json()] if place.status_code == 200 else []
    return found


async def play(party: Party, act: Act) -> None:
    """What is refused changes nothing, which is as good a step as any."""
    me, other = party.guests[act.who], party.guests[act.whom]
    if act.name in PLAYS:
        answer = await PLAYS[act.name](party, act, me, other)
    else:
        method, path, body = CALLS[act.name]
        answer = await me.phone.ask(
            method,
            path.format(other=f"/v1/connections/{other.person_id}", event=f"/v1/events/{me.event.id}"),
            json=body and body(act.what),
            headers={"if-match": "*"},
        )
    assert answer is None or answer.status_code < 500, answer.text


async def scan(party: Party, act: Act, me: Guest, other: Guest) -> Any:
    at = party.conference.event.starts_at + timedelta(minutes=len(party.scans))
    body = scan_of(other, at=at, **act.what)
    if "signal" in body:
        body["signalled_at"] = at.isoformat()
    party.scans.append((act.who, body["id"]))
    return await me.post("/scans", body)


async def undo(party: Party, act: Act, me: Guest, other: Guest) -> Any:
    mine = [scan_id for who, scan_id in party.scans if who == act.who]
    if not mine:
        return None
    number = [scan_id for _, scan_id in party.scans].index(mine[-1])
    return await me.undo(
        mine[-1], at=party.conference.event.starts_at + timedelta(minutes=number, seconds=30)
    )


async def block(party: Party, act: Act, me: Guest, other: Guest) -> None:
    row = {"blocker_id": me.phone.person_id, "blocked_id": other.phone.person_id, "created_at": party.now}
    async with party.database.transaction() as db:
        await db.execute(insert(Block).values(row).on_conflict_do_nothing())


async def unblock(party: Party, act: Act, me: Guest, other: Guest) -> None:
    async with party.database.transaction() as db:
        await db.execute(delete(Block).where(Block.blocker_id == UUID(me.phone.person_id)))


async def take_back(party: Party, act: Act, me: Guest, other: Guest) -> Any:
    given_away = (await me.phone.get("/v1/me/releases")).json()["items"]
    standing = [row["id"] for row in given_away if row["withdrawn_at"] is None]
    return await me.phone.delete(f"/v1/me/releases/{standing[0]}") if standing else None


async def replace_badge(party: Party, act: Act, me: Guest, other: Guest) -> None:
    async with party.database.transaction() as db:
        worn = await db.merge(me.badge)
        worn.revoked_at, worn.revoked_because = party.now, "lost"
    me.badge = await make_badge(party.database, me.event, me.attendance, now=party.conference.event.starts_at)


async def ask(party: Party, act: Act, me: Guest, other: Guest) -> Any:
    starts_at = (party.now + timedelta(days=1)).replace(hour=9)
    return await me.phone.post(
        "/v1/interviews",
        json={
            "id": str(uuid4()),
            "host_id": other.phone.person_id,
            "purpose": "learn",
            "ask": "How did you come to build engines?",
            "minutes": 20,
            "slots": [starts_at.isoformat()],
        },
    )


async def answer_talk(party: Party, act: Act, me: Guest, other: Guest) -> Any:
    talks = (await me.phone.get("/v1/interviews")).json()["items"]
    if not talks:
        return None
    body = {} if act.what == "cancel" else {"proposal": talks[0]["proposal"]}
    return await me.phone.post(f"/v1/interviews/{talks[0]['id']}/{act.what}", json=body)


async def dismiss(party: Party, act: Act, me: Guest, other: Guest) -> Any:
    mine = (await me.phone.get("/v1/suggestions")).json()["items"]
    return await me.phone.post(f"/v1/suggestions/{mine[0]['id']}/dismiss") if mine else None


async def suggest(party: Party, act: Act, me: Guest, other: Guest) -> None:
    await suggest_for_closed_events(party.database, now=party.now + timedelta(seconds=11))


async def nudge(party: Party, act: Act, me: Guest, other: Guest) -> None:
    await write_due_nudges(party.database, now=party.now + timedelta(seconds=11))


async def sync(party: Party, act: Act, me: Guest, other: Guest) -> None:
    await party.copies[act.who].page()


PLAYS: dict[str, Any] = {
    "scan": scan,
    "undo": undo,
    "block": block,
    "unblock": unblock,
    "take_back": take_back,
    "replace_badge": replace_badge,
    "ask": ask,
    "answer": answer_talk,
    "dismiss": dismiss,
    "suggest": suggest,
    "nudge": nudge,
    "sync": sync,
}

# The others are one call each: its method, path and body.
CALLS: dict[str, tuple[str, str, Any]] = {
    "share": ("POST", "{other}/share", None),
    "note": ("PATCH", "{other}", lambda what: {"note": what}),
    "signal": ("PUT", "{other}/signal", lambda what: {"signal": what}),
    "remove": ("DELETE", "{other}", None),
    "profile": ("PATCH", "/v1/me/profile", lambda what: {"headline": what, "role": what}),
    "goals": ("PATCH", "/v1/me/goals", lambda what: {"asks": [what] * bool(what)}),
    "card": ("PATCH", "/v1/me/cards/met", lambda what: {"fields": what}),
    "attendance": ("PATCH", "{event}/attendance", lambda what: what),
    "leave": ("POST", "{event}/attendance/leave", None),
    "claim": ("POST", "{event}/claim", lambda _: {"consents": {"listed": True, "text_version": 1}}),
}

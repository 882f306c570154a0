"""Everything at once, over real connections: who comes second is told so, and nobody is booked twice."""

import asyncio
import random
from datetime import datetime, timedelta
from itertools import pairwise
from uuid import UUID

import httpx2
from sqlalchemy import insert, select
from sqlalchemy.dialects.postgresql import Range
from structlog.testing import capture_logs

from server.database import Database
from server.ids import new_id
from server.interviews.models import Booking, Interview
from tests.interviews.people import (
    answer_talk,
    ask_for_talk,
    at_once,
    book_talk,
    code,
    connect,
    hours,
    request_to,
    sign_in_many,
    wire,
)
from tests.phones import Phone


async def bookings(database: Database) -> dict[UUID, list[tuple[datetime, datetime]]]:
    """Everybody's booked times, in order."""
    found: dict[UUID, list[tuple[datetime, datetime]]] = {}
    async with database.transaction() as db:
        for person_id, during in await db.execute(select(Booking.person_id, Booking.during)):
            found.setdefault(person_id, []).append((during.lower, during.upper))
    return {person_id: sorted(times) for person_id, times in found.items()}


async def test_of_two_overlapping_accepts_one_wins(client, database, settings, ada, grace, clock):
    for n in range(6):
        day = clock() + hours(24 * (n + 1))
        first, second = await sign_in_many(
            client, database, settings, [f"first{n}", f"second{n}"], now=clock()
        )
        await connect(database, first, grace, now=clock())
        await connect(database, second, grace, now=clock())
        one = await ask_for_talk(first, grace, day)
        other = await ask_for_talk(second, grace, day + timedelta(minutes=10))

        named = {"starts_at": other["slots"][0]["starts_at"]} if n % 2 else {}
        answers = await at_once(
            answer_talk(grace, one, "accept"), answer_talk(grace, other, "accept", **named)
        )

        outcomes = [code(answer) for answer in answers]
        assert sorted(status for status, _ in outcomes) == [200, 409]
        assert set(outcomes) <= {(200, "scheduled"), (409, "no_slot_left"), (409, "slot_taken")}


async def test_accept_and_withdraw_exclude_each_other(database, ada, grace, outbox, clock):
    await connect(database, ada, grace, now=clock())
    for n in range(6):
        talk = await ask_for_talk(ada, grace, clock() + hours(24 + n))
        calls = [answer_talk(grace, talk, "accept"), answer_talk(ada, talk, "withdraw")]
        answers = await at_once(*(calls if n % 2 else reversed(calls)))

        assert sorted(code(answer) for answer in answers) in [
            [(200, "scheduled"), (409, "no_longer_open")],
            [(200, "withdrawn"), (409, "no_longer_open")],
        ]
        state = (await ada.get(f"/v1/interviews/{talk['id']}")).json()["state"]
        booked = [times for times in (await bookings(database)).values() if times]
        assert len(booked) == (2 if state == "scheduled" else 0)
        assert len(await outbox.new_mails()) == len(booked)
        if state == "scheduled":
            await answer_talk(ada, talk, "cancel")
            await outbox.new_mails()


async def test_one_accept_delivered_eight_times_at_once_books_and_tells_once(
    database, ada, grace, outbox, clock
):
    await connect(database, ada, grace, now=clock())
    talk = await ask_for_talk(ada, grace, clock() + hours(24))
    answers = await at_once(*(answer_talk(grace, talk, "accept") for _ in range(8)))
    assert [code(answer) for answer in answers] == [(200, "scheduled")] * 8
    assert len({answer.text for answer in answers}) == 1
    assert len(await outbox.new_mails()) == 2


async def test_one_request_delivered_eight_times_at_once_is_one(database, ada, grace, clock):
    await connect(database, ada, grace, now=clock())
    wanted = request_to(grace, clock() + hours(24))
    answers = await at_once(*(ada.post("/v1/interviews", json=wanted) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len({answer.text for answer in answers}) == 1


async def test_racing_requests_keep_the_limits(client, database, settings, grace, clock):
    askers = await sign_in_many(client, database, settings, [f"asker{n}" for n in range(14)], now=clock())
    for asker in askers:
        await connect(database, asker, grace, now=clock())
    slot = clock() + hours(24)
    answers = await at_once(
        *(asker.post("/v1/interviews", json=request_to(grace, slot)) for asker in askers),
        *(grace.post("/v1/interviews", json=request_to(asker, slot)) for asker in askers[:4]),
    )

    refused = {code(answer) for answer in answers if answer.status_code != 201}
    assert refused <= {(409, "host_full"), (409, "already_requested")}
    waiting = (await grace.get("/v1/interviews")).json()["items"]
    assert len([talk for talk in waiting if talk["side"] == "host"]) == 8
    assert len({talk["other"]["person_id"] for talk in waiting}) == len(waiting)


async def test_crossing_talks_of_two_people_do_not_deadlock(client, database, settings, clock):
    """Each hosts the other at the same time: a lock order by role instead of by id would deadlock."""
    ada, grace = await sign_in_many(client, database, settings, ["ada", "grace"], now=clock())
    await connect(database, ada, grace, now=clock())
    slot = clock() + hours(24)
    one = await book_talk(ada, grace, slot)
    other = await book_talk(grace, ada, slot + hours(1))
    for n in range(5):
        moves = []
        for talk, asker in ((one, ada), (other, grace)):
            seen = (await asker.get(f"/v1/interviews/{talk['id']}")).json()
            times = [wire(slot + hours(2 + n))]
            moves.append((await answer_talk(asker, seen, "reschedule", slots=times)).json())
        answers = await at_once(answer_talk(grace, moves[0], "accept"), answer_talk(ada, moves[1], "accept"))
        assert sorted(code(answer) for answer in answers) == [(200, "scheduled"), (409, "no_slot_left")]
        for talk, host in ((one, grace), (other, ada)):
            await answer_talk(host, (await host.get(f"/v1/interviews/{talk['id']}")).json(), "decline")


async def test_a_booking_that_nobody_saw_coming_is_stopped_by_the_constraint(
    client, database, settings, ada, grace, clock
):
    """Somebody books without the locks: the exclusion constraint has the last word."""
    [alan] = await sign_in_many(client, database, settings, ["alan"], now=clock())
    await connect(database, ada, grace, now=clock())
    await connect(database, alan, grace, now=clock())
    slot = clock() + hours(24)
    talk = await ask_for_talk(ada, grace, slot)
    foreign = await ask_for_talk(alan, grace, slot)

    async with database.transaction() as db:
        await db.execute(
            insert(Booking).values(
                interview_id=UUID(foreign["id"]),
                person_id=UUID(grace.person_id),
                during=Range(slot, slot + timedelta(minutes=20)),
            )
        )
        accepting = asyncio.create_task(answer_talk(grace, talk, "accept"))
        await asyncio.sleep(0.3)  # it waits for us by now

    assert code(await accepting) == (409, "slot_taken")
    assert (await grace.get(f"/v1/interviews/{talk['id']}")).json()["state"] == "requested"


async def test_two_hundred_bookings_at_once_leave_no_overlap_and_no_error(client, database, settings, clock):
    """Twelve people, each asked by each other, all within three hours; then half of it moves and cancels."""
    people = await sign_in_many(client, database, settings, [f"p{n}" for n in range(12)], now=clock())
    await connect(database, *people, now=clock())
    chance = random.Random(7)  # noqa: S311
    morning = clock() + hours(24)
    talks = await plant_requests(database, people, morning, chance, now=clock(), count=200)

    with capture_logs() as logs:
        answers = await at_once(*(patiently(host, talk, "accept") for talk, _, host in talks))

    outcomes = [code(answer) for answer in answers]
    assert set(outcomes) <= {(200, "scheduled"), (409, "no_slot_left")}
    booked = [
        (answer.json(), asker, host)
        for answer, (_, asker, host) in zip(answers, talks, strict=True)
        if answer.status_code == 200
    ]
    assert len(booked) > 12
    await assert_sound(database)

    calls = []
    for seen, asker, host in booked:
        if chance.random() < 0.3:
            calls.append(patiently(asker, seen, "cancel"))
            continue
        start = morning + timedelta(minutes=5 * chance.randrange(36))
        moving = (await answer_talk(asker, seen, "reschedule", slots=[wire(start)])).json()
        calls.append(patiently(host, moving, "accept"))
    with capture_logs() as more_logs:
        outcomes = [code(answer) for answer in await at_once(*calls)]
    assert set(outcomes) <= {(200, "scheduled"), (200, "cancelled"), (409, "no_slot_left")}
    await assert_sound(database)
    assert not [line for line in logs + more_logs if line.get("sqlstate") == "40P01"], "a deadlock"


async def patiently(phone: Phone, talk: dict, verb: str) -> httpx2.Response:
    """As phones do: asked to come back, they do. Locks time out after 5 s, which a loaded machine may need."""
    answer = await answer_talk(phone, talk, verb)
    while answer.status_code == 503:
        await asyncio.sleep(int(answer.headers["retry-after"]))
        answer = await answer_talk(phone, talk, verb)
    return answer


async def assert_sound(database: Database) -> None:
    """Nobody is in two talks at once, and exactly the talks that stand are booked, for both, at their time."""
    async with database.transaction() as db:
        standing = list(await db.scalars(select(Interview).where(Interview.state == "scheduled")))
    expected: dict[UUID, list[tuple[datetime, datetime]]] = {}
    for talk in standing:
        for person_id in (talk.asker_id, talk.host_id):
            expected.setdefault(person_id, []).append((talk.starts_at, talk.ends_at))
    booked = await bookings(database)
    assert booked == {person_id: sorted(times) for person_id, times in expected.items()}
    for times in booked.values():
        assert all(before[1] <= after[0] for before, after in pairwise(times))


async def plant_requests(
    database: Database,
    people: list[Phone],
    morning: datetime,
    chance: random.Random,
    *,
    now: datetime,
    count: int,
) -> list[tuple[dict, Phone, Phone]]:
    """Requests as rows, more than the limits of asking would let through."""
    planted = []
    pairs = [(a, b) for a in people for b in people if a is not b]
    async with database.transaction() as db:
        for n in range(count):
            asker, host = pairs[n % len(pairs)]
            starts = [morning + timedelta(minutes=5 * chance.randrange(36)) for _ in range(3)]
            interview = Interview(
                id=new_id(),
                asker_id=UUID(asker.person_id),
                host_id=UUID(host.person_id),
                purpose="learn",
                ask="How did you get there?",
                minutes=20,
                content="",
                slots=starts,
                # One request waits for each pair; the others were answered by times of the host's.
                state="requested" if n < len(pairs) else "scheduled",
                proposed_by=UUID(asker.person_id),
                requested_at=now,
                expires_at=now + timedelta(days=10),
                updated_at=now,
            )
            if n >= len(pairs):  # booked on a day of its own, and being moved into that morning
                interview.moving = True
                interview.starts_at = morning + timedelta(days=1, minutes=20 * (n - len(pairs)))
                interview.ends_at = interview.starts_at + timedelta(minutes=20)
            db.add(interview)
            planted.append(({"id": str(interview.id), "proposal": 1}, asker, host))
        await db.flush()
        db.add_all(
            Booking(
                interview_id=UUID(talk["id"]),
                person_id=UUID(phone.person_id),
                during=Range(
                    morning + timedelta(days=1, minutes=20 * n),
                    morning + timedelta(days=1, minutes=20 * n + 20),
                ),
            )
            for n, (talk, asker, host) in enumerate(planted[len(pairs) :])
            for phone in (asker, host)
        )
    return planted

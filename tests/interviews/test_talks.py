"""A talk from the first ask to its end, as its two people see it."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import event, update

from server.connections.models import Connection
from server.ids import new_id
from server.interviews.jobs import record_expired
from server.people.models import Block
from tests.builders import make_attendance, make_event
from tests.interviews.people import (
    ASK,
    NOTHING_SAID,
    answer_talk,
    ask_for_talk,
    book_talk,
    code,
    connect,
    hours,
    request_to,
    sign_in_again,
    sign_in_many,
    wire,
)
from tests.phones import Phone


@pytest.fixture
async def met(database, ada: Phone, grace: Phone, clock):
    """Ada and Grace have met, and said who they are."""
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/profile", {"name": "Ada Lovelace", "zone": "Europe/London"})
    await grace.edit(
        "/v1/me/profile",
        {
            "name": "Grace Hopper",
            "headline": "I make compilers",
            "role": "Rear admiral",
            "organisation": "Navy",
        },
    )
    return clock() + hours(24)


def interview(talk, phone_side: str, other: Phone, **changes):
    grace = {
        "name": "Grace Hopper",
        "headline": "I make compilers",
        "role": "Rear admiral",
        "organisation": "Navy",
    }
    ada = {"name": "Ada Lovelace", "headline": "", "role": "", "organisation": ""}
    return {
        "id": talk["id"],
        "side": phone_side,
        "other": {"person_id": other.person_id, **(grace if phone_side == "asker" else ada)},
        "event_id": None,
        "purpose": "learn",
        "ask": ASK,
        "offer": "",
        "minutes": 20,
        "medium": "phone",
        "state": "requested",
        "waiting_for": "host",
        "proposal": 1,
        "proposed_by": "asker",
        "slots": talk["slots"],
        "starts_at": None,
        "ends_at": None,
        "place": "",
        "reply": "",
        "resource": "",
        "answered_by": None,
        "answered_at": None,
        "requested_at": "2026-06-04T09:00:00Z",
        "expires_at": "2026-06-14T09:00:00Z",
        "outcome": NOTHING_SAID,
        **changes,
    }


async def test_a_talk_is_asked_for_and_seen_by_both_and_by_nobody_else(
    client, database, settings, ada, grace, met, clock
):
    talk = await ask_for_talk(ada, grace, met, met + hours(2))

    assert talk == interview(talk, "asker", grace)
    assert talk["slots"] == [
        {"starts_at": wire(start), "ends_at": wire(start + timedelta(minutes=20))}
        for start in (met, met + hours(2))
    ]
    assert (await grace.get(f"/v1/interviews/{talk['id']}")).json() == interview(talk, "host", ada)

    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    assert code(await eve.get(f"/v1/interviews/{talk['id']}")) == (404, "interview_not_found")
    assert (await eve.get("/v1/interviews")).json() == {"items": [], "next_cursor": None}
    for verb, body in [
        ("accept", {"proposal": 1}),
        ("counter", {"proposal": 1, "slots": [wire(met)]}),
        ("decline", {"proposal": 1}),
        ("withdraw", {"proposal": 1}),
        ("reschedule", {"proposal": 1, "slots": [wire(met)]}),
        ("cancel", {}),
    ]:
        answer = await eve.post(f"/v1/interviews/{talk['id']}/{verb}", json=body)
        assert code(answer) == (404, "interview_not_found")
    assert code(await eve.get(f"/v1/interviews/{talk['id']}/calendar")) == (404, "interview_not_found")
    assert (await ada.get(f"/v1/interviews/{talk['id']}")).json() == talk


async def test_the_same_request_again_is_answered_as_it_stands_and_other_content_is_refused(
    client, database, settings, ada, grace, met, clock
):
    wanted = request_to(grace, met)
    first = await ada.post("/v1/interviews", json=wanted)
    again = await ada.post("/v1/interviews", json={**wanted, "slots": ["2026-06-05T11:00:00+02:00"]})
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == first.json()

    other = await ada.post("/v1/interviews", json={**wanted, "ask": "Something else entirely, please."})
    assert code(other) == (409, "id_reused")

    countered = (await answer_talk(grace, first.json(), "counter", slots=[wire(met + hours(1))])).json()
    clock.tick(days=2)  # the slots asked for have passed by now
    late = await sign_in_again(ada)
    again = await late.post("/v1/interviews", json=wanted)
    assert (again.status_code, again.json()["state"]) == (200, "countered")
    assert again.json()["proposal"] == countered["proposal"] == 2

    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    await connect(database, eve, grace, now=clock())
    theirs = await eve.post("/v1/interviews", json={**wanted, "slots": [wire(clock() + hours(3))]})
    assert code(theirs) == (409, "id_reused")


async def test_accepting_books_the_first_time_still_free(ada, grace, met, clock):
    talk = await ask_for_talk(ada, grace, met, met + hours(2))
    clock.tick(minutes=5)

    accepted = await answer_talk(grace, talk, "accept", place="Table 12")

    booked = {
        "state": "scheduled",
        "waiting_for": None,
        "starts_at": wire(met),
        "ends_at": wire(met + timedelta(minutes=20)),
        "place": "Table 12",
        "answered_by": "host",
        "answered_at": "2026-06-04T09:05:00Z",
    }
    assert accepted.json() == interview(talk, "host", ada, **booked)
    assert (await ada.get(f"/v1/interviews/{talk['id']}")).json() == interview(talk, "asker", grace, **booked)
    again = await answer_talk(grace, talk, "accept", place="Table 12")
    assert (again.status_code, again.json()) == (200, accepted.json())


async def test_a_taken_time_is_said_and_another_is_found(client, database, settings, ada, grace, met, clock):
    [alan] = await sign_in_many(client, database, settings, ["alan"], now=clock())
    await connect(database, alan, grace, now=clock())
    await book_talk(alan, grace, met)

    talk = await ask_for_talk(ada, grace, met + timedelta(minutes=10), met + hours(3))
    named = await answer_talk(grace, talk, "accept", starts_at=wire(met + timedelta(minutes=10)))
    foreign = await answer_talk(grace, talk, "accept", starts_at=wire(met + hours(1)))
    assert code(named) == (409, "slot_taken")
    assert code(foreign) == (409, "slot_not_proposed")

    accepted = (await answer_talk(grace, talk, "accept")).json()
    assert (accepted["state"], accepted["starts_at"]) == ("scheduled", wire(met + hours(3)))

    [joan] = await sign_in_many(client, database, settings, ["joan"], now=clock())
    await connect(database, joan, grace, now=clock())
    full = await ask_for_talk(joan, grace, met, met + hours(3))
    assert code(await answer_talk(grace, full, "accept")) == (409, "no_slot_left")
    assert (await grace.get(f"/v1/interviews/{full['id']}")).json()["state"] == "requested"


async def test_a_time_that_keeps_the_buffer_goes_first(client, database, settings, ada, grace, met, clock):
    [alan] = await sign_in_many(client, database, settings, ["alan"], now=clock())
    await connect(database, alan, grace, now=clock())
    await book_talk(alan, grace, met)

    talk = await ask_for_talk(ada, grace, met + timedelta(minutes=20), met + hours(3))
    assert (await answer_talk(grace, talk, "accept")).json()["starts_at"] == wire(met + hours(3))


async def test_host_and_asker_counter_until_one_accepts(ada, grace, met, clock):
    talk = await ask_for_talk(ada, grace, met)
    assert code(await answer_talk(ada, talk, "accept")) == (409, "not_your_turn")
    assert code(await answer_talk(ada, talk, "counter", slots=[wire(met)])) == (409, "not_your_turn")

    clock.tick(minutes=5)
    countered = await answer_talk(
        grace, talk, "counter", slots=[wire(met + hours(1))], reply="Later, please."
    )
    repeated = await answer_talk(grace, talk, "counter", slots=[wire(met + hours(1))], reply="Later, please.")
    assert repeated.json() == countered.json()
    assert countered.json() == interview(
        talk,
        "host",
        ada,
        state="countered",
        waiting_for="asker",
        proposal=2,
        proposed_by="host",
        slots=[{"starts_at": wire(met + hours(1)), "ends_at": wire(met + hours(1) + timedelta(minutes=20))}],
        reply="Later, please.",
        answered_by="host",
        answered_at="2026-06-04T09:05:00Z",
        expires_at="2026-06-14T09:05:00Z",
    )

    seen = (await ada.get(f"/v1/interviews/{talk['id']}")).json()
    back = (await answer_talk(ada, seen, "counter", slots=[wire(met + hours(2))])).json()
    assert (back["state"], back["waiting_for"], back["proposal"]) == ("requested", "host", 3)
    assert code(await answer_talk(grace, seen, "accept")) == (409, "proposal_changed")
    assert (await answer_talk(grace, back, "accept")).json()["starts_at"] == wire(met + hours(2))


async def test_declined_and_withdrawn_requests_are_over(client, database, settings, ada, grace, met, clock):
    talk = await ask_for_talk(ada, grace, met)
    assert code(await answer_talk(ada, talk, "decline")) == (409, "not_your_turn")
    declined = (await answer_talk(grace, talk, "decline", reply="Not this month.")).json()
    assert (declined["state"], declined["reply"], declined["waiting_for"]) == (
        "declined",
        "Not this month.",
        None,
    )
    assert (await answer_talk(grace, talk, "decline", reply="Not this month.")).json() == declined
    for phone, verb in [(grace, "accept"), (ada, "withdraw"), (ada, "cancel")]:
        assert code(await answer_talk(phone, talk, verb)) == (409, "no_longer_open")

    other = await ada.post("/v1/interviews", json=request_to(grace, met))
    assert code(other) == (409, "declined_recently")
    mirrored = await ask_for_talk(grace, ada, met)
    assert code(await answer_talk(ada, mirrored, "withdraw")) == (409, "not_your_turn")
    assert code(await answer_talk(grace, mirrored, "withdraw")) == (200, "withdrawn")
    assert code(await answer_talk(grace, mirrored, "withdraw")) == (200, "withdrawn")

    clock.tick(days=30)
    late = await sign_in_again(ada)
    await ask_for_talk(late, grace, clock() + hours(24))


async def test_moving_a_talk_is_proposed_and_the_old_time_stands_until_it_is_accepted(ada, grace, met, clock):
    talk = await ask_for_talk(ada, grace, met)
    assert code(await answer_talk(grace, talk, "reschedule", slots=[wire(met)])) == (409, "not_scheduled")
    assert code(await answer_talk(grace, talk, "cancel")) == (409, "not_scheduled")
    await answer_talk(grace, talk, "accept")

    moving = await answer_talk(ada, talk, "reschedule", slots=[wire(met + timedelta(minutes=10))])
    assert (await answer_talk(ada, talk, "reschedule", slots=[wire(met + timedelta(minutes=10))])).json() == (
        moving.json()
    )
    moving = moving.json()
    assert (moving["state"], moving["waiting_for"], moving["starts_at"]) == ("scheduled", "host", wire(met))

    assert code(await answer_talk(ada, moving, "accept")) == (409, "not_your_turn")
    assert code(await answer_talk(grace, talk, "accept")) == (
        200,
        "scheduled",
    )  # the first one, delivered again
    assert (await grace.get(f"/v1/interviews/{talk['id']}")).json()["starts_at"] == wire(met)

    declined = (await answer_talk(grace, moving, "decline")).json()
    assert (declined["state"], declined["waiting_for"], declined["starts_at"]) == (
        "scheduled",
        None,
        wire(met),
    )
    assert code(await answer_talk(grace, moving, "accept")) == (409, "no_longer_open")

    again = (await answer_talk(ada, moving, "reschedule", slots=[wire(met + hours(5))])).json()
    assert again["proposal"] == 3
    withdrawn = (await answer_talk(ada, again, "withdraw")).json()
    assert (withdrawn["state"], withdrawn["waiting_for"]) == ("scheduled", None)

    third = (
        await answer_talk(grace, withdrawn, "reschedule", slots=[wire(met + timedelta(minutes=10))])
    ).json()
    moved = (await answer_talk(ada, third, "accept")).json()
    assert (moved["starts_at"], moved["waiting_for"]) == (wire(met + timedelta(minutes=10)), None)
    assert (await answer_talk(ada, third, "accept")).json() == moved


async def test_a_cancelled_talk_frees_both(client, database, settings, ada, grace, met, clock):
    talk = await book_talk(ada, grace, met)
    cancelled = (await answer_talk(ada, talk, "cancel", reply="I fell ill.")).json()
    assert (cancelled["state"], cancelled["starts_at"], cancelled["answered_by"]) == (
        "cancelled",
        wire(met),
        "asker",
    )
    assert (await answer_talk(ada, talk, "cancel", reply="I fell ill.")).json() == cancelled
    assert code(await answer_talk(grace, talk, "cancel")) == (409, "no_longer_open")

    assert (await book_talk(ada, grace, met))["starts_at"] == wire(met)


async def test_nothing_changes_about_a_talk_that_is_over(ada, grace, met, clock, client, settings):
    talk = await book_talk(ada, grace, met)
    clock.now = met + timedelta(minutes=20)
    late = await sign_in_again(ada)
    assert code(await answer_talk(late, talk, "cancel")) == (409, "no_longer_open")
    moved = await answer_talk(late, talk, "reschedule", slots=[wire(met + hours(4))])
    assert code(moved) == (409, "no_longer_open")


async def test_a_request_expires_at_its_time_whether_the_job_ran_or_not(
    client, settings, tools, ada, grace, met, clock
):
    slot = clock() + timedelta(days=20)
    talk = await ask_for_talk(ada, grace, slot)
    clock.tick(days=10, seconds=-1)
    host, asker = [await sign_in_again(phone) for phone in (grace, ada)]
    assert (await host.get(f"/v1/interviews/{talk['id']}")).json()["state"] == "requested"
    assert [item["id"] for item in (await host.get("/v1/interviews?state=requested")).json()["items"]] == [
        talk["id"]
    ]

    clock.tick(seconds=1)
    expired = (await host.get(f"/v1/interviews/{talk['id']}")).json()
    assert (expired["state"], expired["waiting_for"]) == ("expired", None)
    assert (await host.get("/v1/interviews?state=requested")).json()["items"] == []
    assert (await host.get("/v1/interviews?state=expired")).json()["items"] == [expired]
    for phone, verb in [(host, "accept"), (host, "decline"), (asker, "withdraw")]:
        assert code(await answer_talk(phone, talk, verb)) == (409, "no_longer_open")

    await record_expired(tools.database, now=clock())
    assert (await host.get(f"/v1/interviews/{talk['id']}")).json() == expired
    assert (await ask_for_talk(asker, grace, slot))["state"] == "requested"


async def test_an_expired_request_nobody_wrote_down_does_not_stand_in_the_way(
    client, settings, ada, grace, met, clock
):
    await ask_for_talk(ada, grace, met)
    clock.tick(days=10)
    asker = await sign_in_again(ada)
    assert (await ask_for_talk(asker, grace, clock() + hours(24)))["state"] == "requested"


async def test_one_request_waits_between_two_people(ada, grace, met, clock):
    await ask_for_talk(ada, grace, met)
    for one, other in [(ada, grace), (grace, ada)]:
        answer = await one.post("/v1/interviews", json=request_to(other, met))
        assert code(answer) == (409, "already_requested")


async def test_ten_requests_of_one_asker_wait_at_most(client, database, settings, ada, clock):
    hosts = await sign_in_many(client, database, settings, [f"host{n}" for n in range(11)], now=clock())
    for host in hosts:
        await connect(database, ada, host, now=clock())
    slot = clock() + hours(24)
    talks = [await ask_for_talk(ada, host, slot) for host in hosts[:10]]

    assert code(await ada.post("/v1/interviews", json=request_to(hosts[10], slot))) == (
        409,
        "too_many_pending",
    )
    await answer_talk(ada, talks[0], "withdraw")
    await ask_for_talk(ada, hosts[10], slot)


async def test_a_host_is_not_flooded(client, database, settings, grace, clock):
    askers = await sign_in_many(client, database, settings, [f"asker{n}" for n in range(9)], now=clock())
    for asker in askers:
        await connect(database, asker, grace, now=clock())
    slot = clock() + hours(24)
    for asker in askers[:8]:  # twice the two talks a week of two weeks
        await ask_for_talk(asker, grace, slot)

    assert code(await askers[8].post("/v1/interviews", json=request_to(grace, slot))) == (409, "host_full")
    await grace.edit("/v1/me/goals", {"talks_per_week": 3})
    await ask_for_talk(askers[8], grace, slot)


async def test_who_takes_no_talks_or_paused_gets_no_request(database, ada, grace, met, clock):
    pycon = await make_event(database, now=clock())
    await make_attendance(database, pycon, ada, now=clock())
    await make_attendance(database, pycon, grace, now=clock(), paused=True)
    at_event = await ada.post("/v1/interviews", json=request_to(grace, met, event_id=str(pycon.id)))
    assert code(at_event) == (409, "host_full")

    await grace.edit("/v1/me/goals", {"talks_per_week": 0})
    assert code(await ada.post("/v1/interviews", json=request_to(grace, met))) == (409, "host_full")


async def test_never_is_never_again_and_told_apart_from_being_full_to_nobody(
    database, ada, grace, met, clock
):
    async with database.transaction() as db:
        hers = Connection.owner_id == UUID(grace.person_id)
        await db.execute(update(Connection).where(hers).values(signal="never", signalled_at=clock()))
    answer = await ada.post("/v1/interviews", json=request_to(grace, met))
    full = {"code": "host_full", "detail": None}
    assert (answer.status_code, {name: answer.json()[name] for name in full}) == (409, full)
    assert (await ask_for_talk(grace, ada, met))["state"] == "requested", (
        "it is for others that she is not there"
    )


async def test_only_people_who_met_can_ask_and_only_at_events_they_share(
    client, database, settings, ada, grace, met, clock
):
    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    unknown = str(new_id())
    for host_id in (eve.person_id, ada.person_id, unknown):
        answer = await ada.post("/v1/interviews", json={**request_to(grace, met), "host_id": host_id})
        assert code(answer) == (404, "person_not_found")

    pycon = await make_event(database, now=clock())
    await make_attendance(database, pycon, ada, now=clock())
    for event_id in (str(pycon.id), unknown):
        answer = await ada.post("/v1/interviews", json=request_to(grace, met, event_id=event_id))
        assert code(answer) == (404, "event_not_found")
    await make_attendance(database, pycon, grace, now=clock())
    talk = await ask_for_talk(ada, grace, met, event_id=str(pycon.id))
    assert talk["event_id"] == str(pycon.id)


async def test_somebody_who_has_not_joined_cannot_be_asked(database, ada, met, clock):
    pycon = await make_event(database, now=clock())
    place = await make_attendance(database, pycon, now=clock())
    nobody = Phone(ada.client, "", {"person_id": str(place.person_id)})
    await connect(database, ada, nobody, now=clock())
    assert code(await ada.post("/v1/interviews", json=request_to(nobody, met))) == (409, "not_joined")


@pytest.mark.parametrize("blocker", ["ada", "grace"])
async def test_a_block_is_silent_and_hides_what_was_not_booked(
    client, database, settings, ada, grace, met, clock, blocker
):
    waiting = await ask_for_talk(ada, grace, met)
    pair = (ada, grace) if blocker == "ada" else (grace, ada)
    async with database.transaction() as db:
        db.add(
            Block(blocker_id=UUID(pair[0].person_id), blocked_id=UUID(pair[1].person_id), created_at=clock())
        )

    for phone, other in [(ada, grace), (grace, ada)]:
        assert code(await phone.get(f"/v1/interviews/{waiting['id']}")) == (404, "interview_not_found")
        assert (await phone.get("/v1/interviews")).json()["items"] == []
        assert code(await phone.post("/v1/interviews", json=request_to(other, met))) == (
            404,
            "person_not_found",
        )
        slots = await phone.get(f"/v1/interviews/slots?with_person_id={other.person_id}&minutes=20")
        assert code(slots) == (404, "person_not_found")
    assert code(await answer_talk(grace, waiting, "accept")) == (404, "interview_not_found")


async def test_the_list_is_paged_and_filtered(client, database, settings, ada, clock):
    hosts = await sign_in_many(client, database, settings, [f"host{n}" for n in range(4)], now=clock())
    for host in hosts:
        await connect(database, ada, host, now=clock())
    talks = []
    for n, host in enumerate(hosts):
        clock.tick(minutes=1)
        one, other = (ada, host) if n % 2 else (host, ada)
        talks.append(
            await ask_for_talk(one, other, clock() + hours(24 + n), id=f"{9 - n}{str(new_id())[1:]}")
        )
    await answer_talk(ada, talks[0], "accept")
    newest_first = [talk["id"] for talk in reversed(talks)]

    async def listed(query: str) -> list[str]:
        found, cursor = [], None
        while True:
            page = (
                await ada.get(f"/v1/interviews?{query}&limit=1" + (f"&cursor={cursor}" if cursor else ""))
            ).json()
            found += [item["id"] for item in page["items"]]
            cursor = page["next_cursor"]
            if cursor is None:
                return found

    assert await listed("") == newest_first
    assert await listed("side=asker") == [talks[3]["id"], talks[1]["id"]]
    assert await listed("side=host&state=scheduled") == [talks[0]["id"]]
    for query, failure in [
        ("cursor=xyz", "cursor_invalid"),
        ("state=lost", "invalid_request"),
        ("limit=0", "invalid_request"),
    ]:
        answer = await ada.get(f"/v1/interviews?{query}")
        assert code(answer) == (400, failure)


async def test_a_page_costs_the_same_however_long_it_is(app, client, database, settings, ada, clock):
    hosts = await sign_in_many(client, database, settings, [f"host{n}" for n in range(3)], now=clock())
    costs = []
    for host in hosts:
        await connect(database, ada, host, now=clock())
        await ask_for_talk(ada, host, clock() + hours(24))
        asked: list[str] = []

        def count(_connection, _cursor, statement, *_, asked=asked):
            asked.append(statement)

        engine = app.state.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", count)
        await ada.get("/v1/interviews")
        event.remove(engine, "before_cursor_execute", count)
        costs.append(len(asked))
    assert costs == [7, 7, 7]


async def test_nobody_asks_thirty_one_times_a_day(ada, grace, met, clock):
    wanted = request_to(grace, met)
    for _ in range(30):
        assert (await ada.post("/v1/interviews", json=wanted)).status_code in {200, 201}
    answer = await ada.post("/v1/interviews", json=wanted)
    assert code(answer) == (429, "rate_limited")
    assert 0 < int(answer.headers["retry-after"]) <= 24 * 3600

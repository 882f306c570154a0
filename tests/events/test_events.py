"""Creating events, reading them, editing and cancelling them."""

import asyncio
import secrets
from uuid import uuid4

import pytest
from sqlalchemy import select, text, update

from server.events.actions import lock_event
from server.events.models import Event
from tests.builders import make_attendance, make_event
from tests.events.facts import EVENT, PATH, faults, problem
from tests.phones import Phone, sign_in


async def test_an_event_is_created_and_belongs_to_its_creator(olga: Phone):
    answer = await olga.post("/v1/events", json=EVENT)

    assert answer.status_code == 201
    assert answer.headers["etag"] == '"1"'
    assert answer.json() == {
        **EVENT,
        "starts_at": "2026-06-04T07:00:00Z",
        "ends_at": "2026-06-05T16:00:00Z",
        "doors_open_at": "2026-06-04T05:00:00Z",
        "doors_close_at": "2026-06-05T18:00:00Z",
        "doors_before_minutes": 120,
        "doors_after_minutes": 120,
        "check_in_required": False,
        "badge_opens_door": False,
        "paper_badge_mail": False,
        "cancelled_at": None,
        "my_role": "owner",
        "my_attendance": None,
        "my_attendance_id": None,
        "version": 1,
    }
    assert (await olga.get(PATH)).json() == answer.json()


async def test_only_whom_the_operator_allowed_creates_events(ada: Phone):
    assert problem(await ada.post("/v1/events", json=EVENT)) == (403, "organizer_not_allowed")
    assert (await ada.get("/v1/events")).json() == {"items": [], "next_cursor": None}


async def test_a_repeated_call_creates_nothing_and_a_reused_id_is_refused(olga: Phone, event):
    await olga.edit(PATH, {"name": "PyCon FR"})

    again = await olga.post("/v1/events", json={**EVENT, "starts_at": "2026-06-04T07:00:00Z"})
    other = await olga.post("/v1/events", json={**EVENT, "name": "PyCon FR"})

    assert (again.status_code, again.json()["name"]) == (200, "PyCon FR")
    assert problem(other) == (409, "id_reused")


async def test_an_id_of_somebody_elses_event_shows_nothing_of_it(olga: Phone, database, clock):
    theirs = await make_event(database, now=clock(), owner="oscar@example.org")
    answer = await olga.post("/v1/events", json={**EVENT, "id": str(theirs.id)})
    assert problem(answer) == (409, "id_reused")
    assert (await olga.get("/v1/events")).json()["items"] == []


async def test_racing_deliveries_of_one_creation_make_one_event(olga: Phone, database):
    answers = await asyncio.gather(*(olga.post("/v1/events", json=EVENT) for _ in range(8)))

    assert sorted(answer.status_code for answer in answers) == [200] * 7 + [201]
    assert len((await olga.get(f"{PATH}/team")).json()["items"]) == 1


async def test_a_reference_that_is_taken_is_drawn_again(olga: Phone, event, database, monkeypatch):
    async with database.transaction() as db:
        taken = await db.scalar(select(Event.code_reference))
    drawn = iter([taken, taken, b"new"])
    monkeypatch.setattr(secrets, "token_bytes", lambda _: next(drawn))

    answer = await olga.post("/v1/events", json={**EVENT, "id": str(uuid4())})

    assert answer.status_code == 201
    async with database.transaction() as db:
        assert set(await db.scalars(select(Event.code_reference))) == {taken, b"new"}


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"id": "1"}, "/id", "uuid_parsing"),
        ({"name": ""}, "/name", "string_too_short"),
        ({"name": "x" * 121}, "/name", "string_too_long"),
        ({"name": "a\x00b"}, "/name", "control_characters"),
        ({"zone": "Europe/Nowhere"}, "/zone", "zone_unknown"),
        ({"starts_at": 1780000000}, "/starts_at", "time_invalid"),
        ({"starts_at": "1969-01-01T00:00:00Z"}, "/starts_at", "time_out_of_range"),
        ({"ends_at": "2026-06-04T09:00:00+02:00"}, "/ends_at", "ends_before_it_starts"),
        ({"ends_at": "2026-07-05T09:00:01+02:00"}, "/ends_at", "event_too_long"),
        ({"doors_before_minutes": -1}, "/doors_before_minutes", "greater_than_equal"),
        ({"doors_after_minutes": 10**30}, "/doors_after_minutes", "less_than_equal"),
        ({"owner": "me"}, "/owner", "extra_forbidden"),
    ],
)
async def test_a_wrong_field_is_named_and_creates_nothing(olga: Phone, change, pointer, code):
    answer = await olga.post("/v1/events", json={**EVENT, **change})
    assert (problem(answer), faults(answer)) == ((400, "invalid_request"), [(pointer, code)])
    assert (await olga.get("/v1/events")).json()["items"] == []


async def test_an_event_may_lie_in_the_past_and_last_31_days(olga: Phone):
    answer = await olga.post(
        "/v1/events", json={**EVENT, "starts_at": "2009-06-04T00:00:00Z", "ends_at": "2009-07-05T00:00:00Z"}
    )
    assert answer.status_code == 201


async def test_when_only_the_times_move_the_minutes_of_the_doors_stay(olga: Phone, event):
    await olga.edit(PATH, {"doors_before_minutes": 30})
    edited = (await olga.edit(PATH, {"starts_at": "2026-06-04T10:00:00Z", "venue": ""})).json()

    assert edited == {
        **event,
        "venue": "",
        "starts_at": "2026-06-04T10:00:00Z",
        "doors_open_at": "2026-06-04T09:30:00Z",
        "doors_before_minutes": 30,
        "version": 3,
    }


async def test_an_edit_names_its_version_and_keeps_the_times_in_order(olga: Phone, event):
    assert problem(await olga.ask("PATCH", PATH, json={"name": "X"})) == (428, "version_required")
    stale = await olga.ask("PATCH", PATH, json={"name": "X"}, headers={"if-match": '"7"'})
    assert problem(stale) == (412, "version_stale")
    wrong = await olga.edit(PATH, {"starts_at": "2026-06-06T10:00:00Z"})
    assert faults(wrong) == [("/ends_at", "ends_before_it_starts")]
    assert (await olga.get(PATH)).json() == event


async def test_an_event_is_cancelled_once_and_for_good(olga: Phone, event, clock):
    cancelled = await olga.post(f"{PATH}/cancel")
    clock.tick(minutes=1)
    again = await olga.post(f"{PATH}/cancel")

    assert cancelled.json() == {**event, "cancelled_at": "2026-06-04T09:00:00Z", "version": 2}
    assert (again.status_code, again.json()) == (200, cancelled.json())
    assert problem(await olga.edit(PATH, {"name": "X"})) == (409, "event_cancelled")


async def test_my_events_are_those_i_run_attend_or_am_invited_to(ada: Phone, database, clock):
    now = clock()
    run = await make_event(database, now=now, name="Run", owner="ada@example.org")
    attended = await make_event(database, now=clock.tick(hours=1), name="Attended")
    invited = await make_event(database, now=clock.tick(hours=1), name="Invited")
    left = await make_event(database, now=clock.tick(hours=1), name="Left")
    clock.now = now
    await make_event(database, now=now, name="Somebody else's")
    cancelled = await make_event(database, now=now, name="Not any more")
    place = await make_attendance(database, attended, ada, now=now)
    await make_attendance(database, attended, now=now, email="ada@example.org")  # a colleague's ticket
    await make_attendance(database, invited, now=now, email="ada@example.org")
    gone = await make_attendance(database, left, ada, now=now, status="left")
    await make_attendance(database, cancelled, now=now, email="ada@example.org", status="cancelled")

    pages, cursor = [], None
    while cursor or not pages:
        page = (
            await ada.get("/v1/events", params={"limit": 2, **({"cursor": cursor} if cursor else {})})
        ).json()
        pages.append(page["items"])
        cursor = page["next_cursor"]

    assert [
        (item["name"], item["my_role"], item["my_attendance"], item["my_attendance_id"])
        for page in pages
        for item in page
    ] == [
        ("Left", None, "left", str(gone.id)),
        ("Invited", None, "unclaimed", None),
        ("Attended", None, "expected", str(place.id)),
        ("Run", "owner", None, None),
    ]
    assert [len(page) for page in pages] == [2, 2]
    for found in (run, attended, invited, left):
        assert (await ada.get(f"/v1/events/{found.id}")).status_code == 200
    assert problem(await ada.get(f"/v1/events/{cancelled.id}")) == (404, "event_not_found")


async def test_an_event_that_is_not_mine_is_not_there(ada: Phone, event):
    assert problem(await ada.get(PATH)) == (404, "event_not_found")
    assert problem(await ada.get(f"/v1/events/{uuid4()}")) == (404, "event_not_found")


@pytest.mark.parametrize("event_id", ["1", "null", "%00", "01981d4e-3c00-7000-8000-0000000000eg", "x" * 500])
@pytest.mark.parametrize("path", ["", "/attendees", "/attendance", "/people", "/team"])
async def test_a_malformed_id_is_named(olga: Phone, event_id, path):
    answer = await olga.get(f"/v1/events/{event_id}{path}")
    assert problem(answer) == (400, "invalid_request")
    assert ("path/event_id", "invalid") in faults(answer)


@pytest.mark.parametrize(
    "cursor", ["x", "bnVsbA", "WzFd", "WyJcdWQ4MDAiXQ", "WyJhIiwiYiIsImMiXQ", "%00", "A" * 600, "A" * 2001]
)
async def test_a_malformed_cursor_is_refused(olga: Phone, event, cursor):
    for path in ("/v1/events", f"{PATH}/attendees", f"{PATH}/team"):
        answer = await olga.get(f"{path}?cursor={cursor}")
        assert answer.status_code == 400
        assert answer.json()["code"] in {"cursor_invalid", "invalid_request"}


async def test_a_locked_event_lets_scans_and_claims_go_on(database, clock, client):
    """They refer to the event by a foreign key, which a plain FOR UPDATE would hold up for the whole import."""
    event = await make_event(database, now=clock())
    async with database.transaction() as db:
        await lock_event(db, event.id)
        async with asyncio.timeout(5):
            await make_attendance(database, event, now=clock())


async def test_one_edit_of_an_event_waits_for_the_other(database, clock, client):
    event = await make_event(database, now=clock())
    async with database.transaction() as db:
        await lock_event(db, event.id)
        async with database.engine.connect() as other:
            await other.execute(text("set local lock_timeout = '50ms'"))
            with pytest.raises(Exception, match="lock timeout"):
                await other.execute(update(Event).where(Event.id == event.id).values(name="X"))


async def test_a_phone_of_the_team_by_another_address_is_the_same_person(
    client, outbox, ada: Phone, database, clock
):
    event = await make_event(database, now=clock(), owner="ada@work.example.org")
    path = f"/v1/events/{event.id}"
    assert problem(await ada.get(path)) == (404, "event_not_found")

    asked = await ada.post("/v1/me/emails", json={"email": "ada@work.example.org"})
    code = await outbox.code_for("ada@work.example.org")
    await ada.post("/v1/me/emails/confirm", json={"request_id": asked.json()["request_id"], "code": code})

    assert (await ada.get(path)).json()["my_role"] == "owner"


async def test_an_event_is_neither_orphaned_nor_inherited_with_an_address(
    client, outbox, olga: Phone, event, clock
):
    clock.tick(seconds=1)
    asked = await olga.post("/v1/me/emails", json={"email": "olga@home.example.org"})
    code = await outbox.code_for("olga@home.example.org")
    me = await olga.post(
        "/v1/me/emails/confirm", json={"request_id": asked.json()["request_id"], "code": code}
    )
    await olga.delete(f"/v1/me/emails/{me.json()['emails'][0]['id']}")
    stranger = await sign_in(client, outbox, "olga@example.org")

    assert (await olga.get(PATH)).json()["my_role"] == "owner"
    assert problem(await stranger.get(PATH)) == (404, "event_not_found")
    assert problem(await stranger.get(f"{PATH}/team")) == (404, "event_not_found")

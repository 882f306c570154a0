"""When people can talk, and what suits two of them."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from server.ids import new_id
from tests.interviews.people import (
    answer_talk,
    ask_for_talk,
    book_talk,
    code,
    connect,
    hours,
    request_to,
    sign_in_many,
    wire,
)
from tests.phones import Phone

WORKING_WEEK = [
    {"weekday": day, "start": "09:00", "end": "17:00"}
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday")
]
USUAL = {
    "windows": WORKING_WEEK,
    "exceptions": [],
    "buffer_minutes": 10,
    "notice_hours": 2,
    "zone": "Etc/UTC",
    "version": 1,
}
HOST = {"host_minutes": 20, "host_medium": "phone", "host_resource": ""}
ALWAYS = [
    {"weekday": day, "start": "00:00", "end": "00:00"}
    for day in ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
]


async def test_hours_have_a_usual_week_and_are_edited_part_by_part(ada: Phone, clock):
    assert (await ada.get("/v1/me/availability")).json() == USUAL

    await ada.edit("/v1/me/profile", {"zone": "Asia/Kolkata"})
    exceptions = [
        {"day": "2026-12-24", "windows": []},
        {"day": "2026-12-28", "windows": [{"start": "10:00", "end": "00:00"}]},
    ]
    edited = await ada.edit("/v1/me/availability", {"exceptions": exceptions, "buffer_minutes": 0})
    expected = {**USUAL, "exceptions": exceptions, "buffer_minutes": 0, "zone": "Asia/Kolkata", "version": 2}
    assert edited.json() == expected
    assert edited.headers["etag"] == '"2"'
    assert (await ada.get("/v1/me/availability")).json() == expected

    cleared = (await ada.edit("/v1/me/availability", {"windows": [], "exceptions": None})).json()
    assert cleared == {**expected, "windows": [], "version": 3}


async def test_an_edit_of_hours_names_its_version(ada: Phone, clock):
    missing = await ada.ask("PATCH", "/v1/me/availability", json={"notice_hours": 1})
    stale = await ada.ask(
        "PATCH", "/v1/me/availability", json={"notice_hours": 1}, headers={"if-match": '"7"'}
    )
    first = await ada.ask(
        "PATCH", "/v1/me/availability", json={"notice_hours": 1}, headers={"if-match": '"1"'}
    )
    assert (code(missing), code(stale)) == ((428, "version_required"), (412, "version_stale"))
    assert first.json() == {**USUAL, "notice_hours": 1, "version": 2}


def window(start: str, end: str, weekday: str = "monday") -> dict[str, str]:
    return {"weekday": weekday, "start": start, "end": end}


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({"windows": [window("17:00", "09:00")]}, [("/windows/0", "window_empty")]),
        ({"windows": [window("09:00", "09:00")]}, [("/windows/0", "window_empty")]),
        (
            {"windows": [window("09:00", "12:00"), window("11:59", "13:00"), window("11:59", "13:00", "friday")]},
            [("/windows/1", "windows_overlap")],
        ),
        (
            {"exceptions": [{"day": "2026-12-24", "windows": []}, {"day": "2026-12-24", "windows": []}]},
            [("/exceptions/1", "day_repeated")],
        ),
        (
            {
                "windows": [window("09:00", "08:00")],
                "exceptions": [
                    {
                        "day": "2026-12-24",
                        "windows": [{"start": "09:00", "end": "10:00"}, {"start": "12:00", "end": "11:00"}],
                    }
                ],
            },
            [("/windows/0", "window_empty"), ("/exceptions/0/windows/1", "window_empty")],
        ),
        ({"windows": [window("09:00", "24:00")]}, [("/windows/0/end", "string_pattern_mismatch")]),
        ({"windows": [window("9:00", "10:00")]}, [("/windows/0/start", "string_pattern_mismatch")]),
        ({"windows": [window("09:00", "10:00", "funday")]}, [("/windows/0/weekday", "enum")]),
        ({"windows": [{"start": "09:00", "end": "10:00"}]}, [("/windows/0/weekday", "missing")]),
        ({"windows": [window("09:00", "10:00")] * 51}, [("/windows", "too_long")]),
        ({"exceptions": [{"day": "2026-02-30", "windows": []}]}, [("/exceptions/0/day", "date_from_datetime_parsing")]),
        ({"exceptions": [{"day": 20260224, "windows": []}]}, [("/exceptions/0/day", "date_invalid")]),
        ({"exceptions": [{"day": "0001-01-01", "windows": []}]}, [("/exceptions/0/day", "date_out_of_range")]),
        ({"buffer_minutes": -1}, [("/buffer_minutes", "greater_than_equal")]),
        ({"notice_hours": 10**20}, [("/notice_hours", "less_than_equal")]),
        ({"zone": "Europe/Paris"}, [("/zone", "extra_forbidden")]),
    ],
)  # fmt: skip
async def test_hours_that_cannot_be_meant_are_named_and_change_nothing(ada: Phone, clock, body, faults):
    answer = await ada.edit("/v1/me/availability", {"notice_hours": 5, **body})
    assert code(answer) == (400, "invalid_request")
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == faults
    assert (await ada.get("/v1/me/availability")).json() == USUAL


async def slots_of(phone: Phone, other: Phone, **query) -> dict:
    answer = await phone.get(
        "/v1/interviews/slots", params={"with_person_id": other.person_id, "minutes": 20, **query}
    )
    assert answer.status_code == 200, answer.text
    return answer.json()


def starts(found: dict) -> list[str]:
    return [slot["starts_at"] for slot in found["items"]]


async def test_a_few_times_suit_both_in_their_own_zones(database, ada, grace, clock):
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/profile", {"zone": "Europe/London"})
    await grace.edit("/v1/me/profile", {"zone": "America/New_York"})

    found = await slots_of(ada, grace)

    # 14:00 to 17:00 in London is 09:00 to 12:00 in New York; it is Thursday 10:00 in London.
    days = ["2026-06-04", "2026-06-05", "2026-06-08", "2026-06-09"]
    assert starts(found) == [f"{day}T{time}:00Z" for day in days for time in ("13:00", "14:00", "15:30")]
    assert found["items"][0]["ends_at"] == "2026-06-04T13:20:00Z"
    assert found["full_until"] is None
    assert starts(await slots_of(grace, ada)) == starts(found)


async def test_what_is_booked_with_its_buffer_is_not_offered_and_moving_ignores_the_talk_itself(
    client, database, settings, ada, grace, clock
):
    await connect(database, ada, grace, now=clock())
    monday = {"windows": [window("09:00", "10:00")], "buffer_minutes": 10}
    await grace.edit("/v1/me/availability", monday)
    booked = datetime(2026, 6, 8, 9, 30, tzinfo=UTC)
    talk = await book_talk(ada, grace, booked)

    first_monday = [at for at in starts(await slots_of(ada, grace)) if at.startswith("2026-06-08")]
    to_move = await slots_of(grace, ada, interview_id=talk["id"])

    assert first_monday == ["2026-06-08T09:00:00Z"]
    assert [at for at in starts(to_move) if at.startswith("2026-06-08")] == [
        "2026-06-08T09:00:00Z",
        "2026-06-08T09:30:00Z",
    ]
    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    for phone, other, interview_id in [
        (eve, ada, talk["id"]),
        (ada, eve, talk["id"]),
        (ada, grace, new_id()),
    ]:
        answer = await phone.get(
            "/v1/interviews/slots",
            params={"with_person_id": other.person_id, "minutes": 20, "interview_id": str(interview_id)},
        )
        assert code(answer) == (404, "interview_not_found")


async def test_full_weeks_are_not_offered_and_the_host_may_accept_more(
    client, database, settings, ada, grace, clock
):
    others = await sign_in_many(client, database, settings, [f"asker{n}" for n in range(5)], now=clock())
    for phone in (ada, *others):
        await connect(database, phone, grace, now=clock())
    await grace.edit("/v1/me/goals", {"talks_per_week": 1})
    monday = datetime(2026, 6, 1, tzinfo=UTC)

    # One talk in each of the coming weeks, the present one included (it is Thursday).
    talks = []
    for week, phone in enumerate(others):
        at = monday + timedelta(weeks=week, days=0 if week else 4, hours=10)
        talks.append(await book_talk(phone, grace, at))
        found = await slots_of(ada, grace)
        assert not [at for at in starts(found) if at < wire(monday + timedelta(weeks=week + 1))], week

    assert found == {"items": [], "full_until": "2026-07-06T00:00:00Z", **HOST}
    more = await book_talk(ada, grace, monday + timedelta(weeks=1, hours=13))
    assert more["state"] == "scheduled"

    # What Grace asks for herself takes no room of hers, and cancelled talks give theirs back.
    await others[0].post(f"/v1/interviews/{talks[0]['id']}/cancel", json={})
    assert starts(await slots_of(ada, grace))[0].startswith("2026-06-04")


async def test_a_pending_request_blocks_no_slot(database, ada, grace, clock):
    await connect(database, ada, grace, now=clock())
    before = await slots_of(ada, grace)
    await ask_for_talk(ada, grace, *starts(before)[:5])
    assert await slots_of(ada, grace) == before


async def test_no_hours_no_slots(database, ada, grace, clock):
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/availability", {"windows": []})
    assert await slots_of(ada, grace) == {"items": [], "full_until": None, **HOST}


async def test_slots_across_a_clock_change_stay_at_nine_on_the_hosts_clock(client, database, settings, clock):
    clock.now = datetime(2026, 10, 22, 6, 0, tzinfo=UTC)
    ada, grace = await sign_in_many(client, database, settings, ["ada", "grace"], now=clock())
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/availability", {"windows": ALWAYS})
    await grace.edit("/v1/me/profile", {"zone": "Europe/Paris"})
    await grace.edit(
        "/v1/me/availability", {"windows": [window("09:00", "09:30", "friday"), window("09:00", "09:30")]}
    )
    assert starts(await slots_of(ada, grace))[:2] == ["2026-10-23T07:00:00Z", "2026-10-26T08:00:00Z"]


@pytest.mark.parametrize(
    "query",
    ["", "minutes=20", "with_person_id=grace&minutes=20", "with_person_id={id}", "with_person_id={id}&minutes=25",
     "with_person_id={id}&minutes=x", "with_person_id={id}&minutes=20&interview_id=1"],
)  # fmt: skip
async def test_a_malformed_question_for_slots_is_a_problem(ada, clock, query):
    answer = await ada.get(f"/v1/interviews/slots?{query.format(id=new_id())}")
    assert code(answer) == (400, "invalid_request")


async def test_slots_are_for_people_who_met(client, database, settings, ada, clock):
    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    for other in (eve.person_id, ada.person_id, str(new_id())):
        answer = await ada.get(f"/v1/interviews/slots?with_person_id={other}&minutes=20")
        assert code(answer) == (404, "person_not_found")
    await connect(database, ada, eve, now=clock(), removed_at=clock())
    answer = await ada.get(f"/v1/interviews/slots?with_person_id={UUID(eve.person_id)}&minutes=20")
    assert code(answer) == (404, "person_not_found")


async def test_a_host_who_pauses_is_asked_nothing_and_keeps_everything_as_it_was(
    client, database, settings, ada, grace, clock
):
    [alan] = await sign_in_many(client, database, settings, ["alan"], now=clock())
    await connect(database, ada, grace, alan, now=clock())
    hers = {"open_to_talk": True, "talk_topics": ["Compilers"], "talks_per_week": 3, "talk_medium": "video"}
    await grace.edit("/v1/me/goals", hers)
    talk = await ask_for_talk(ada, grace, clock() + hours(48))
    assert talk["medium"] == "video", "as she likes to talk, since Ada did not say"
    await grace.edit("/v1/me/goals", {"talks_paused": True})

    refused = await alan.post("/v1/interviews", json=request_to(grace, clock() + hours(48)))
    assert code(refused) == (409, "host_full")
    for_new = await slots_of(alan, grace)
    assert (for_new["items"], for_new["full_until"]) == ([], None)
    moving = await slots_of(ada, grace, interview_id=talk["id"])
    assert moving["items"], "what was asked before can still be answered and moved"
    paused = (await grace.get("/v1/me/goals")).json()
    assert {name: paused[name] for name in hers} == hers


async def test_whoever_has_to_wait_gets_something_to_read(database, ada, grace, clock):
    await connect(database, ada, grace, now=clock())
    link = "https://grace.example.org/how-i-got-here"
    await grace.edit(
        "/v1/me/goals",
        {"talk_minutes": 15, "talk_medium": "in_person", "talk_resource": link, "talks_per_week": 1},
    )
    found = await slots_of(ada, grace)
    assert {name: found[name] for name in ("host_minutes", "host_medium", "host_resource")} == {
        "host_minutes": 15,
        "host_medium": "in_person",
        "host_resource": link,
    }

    talk = await ask_for_talk(ada, grace, clock() + hours(24), medium="phone")
    kind_no = await answer_talk(grace, talk, "decline", reply="Not this month, sorry.", resource=link)
    assert code(kind_no) == (200, "declined")
    seen = (await ada.get(f"/v1/interviews/{talk['id']}")).json()
    assert {name: seen[name] for name in ("medium", "reply", "resource")} == {
        "medium": "phone",
        "reply": "Not this month, sorry.",
        "resource": link,
    }

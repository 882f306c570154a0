"""Two yes: both are told, once, and the way to a time is one tap."""

from datetime import timedelta
from uuid import UUID

import pytest

from server.nudges.notices import write_notices
from tests.phones import Phone
from tests.suggestions.gathering import make_gathering, still_signed_in


async def told(phone: Phone) -> list[dict]:
    return (await phone.get("/v1/nudges")).json()["items"]


async def say(phone: Phone, other: Phone, signal: str) -> None:
    answer = await phone.put(f"/v1/connections/{other.person_id}/signal", json={"signal": signal})
    assert answer.status_code == 200


@pytest.fixture
async def met(database, ada, grace, clock):
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id))
    await grace.edit("/v1/me/profile", {"name": "Grace Hopper"})


async def test_one_yes_is_told_to_nobody_and_two_to_both(database, ada, grace, met, clock):
    await say(ada, grace, "yes")
    await write_notices(database, now=clock())
    assert (await told(ada), await told(grace)) == ([], [])

    await say(grace, ada, "yes")
    for _ in range(2):
        await write_notices(database, now=clock())
    [notice] = await told(ada)
    assert notice == {
        "id": notice["id"],
        "kind": "both_want_to_talk",
        "title": "Grace Hopper wants to talk to you, too",
        "reason": "You both said yes. Whoever proposes a time first makes it easy for the other.",
        "action": {
            "operation": "find_common_slots",
            "text": "Find a time",
            "event_id": None,
            "release_id": None,
            "interview_id": None,
            "introduction_id": None,
            "proposal": None,
            "person_id": grace.person_id,
        },
        "outcomes": ["done", "dismissed", "snoozed"],
        "state": "open",
        "snoozed_until": None,
        "created_at": "2026-06-04T09:00:00Z",
        "useful_until": "2026-07-04T09:00:00Z",
    }
    assert [one["title"] for one in await told(grace)] == ["Ada wants to talk to you, too"]

    query = {"with_person_id": notice["action"]["person_id"], "minutes": 20}
    slots = (await ada.get("/v1/interviews/slots", params=query)).json()["items"]
    assert slots, "one tap away"


async def test_who_changes_their_mind_is_not_held_to_it_and_nobody_is_told_twice(
    database, ada, grace, met, clock
):
    for phone, other in ((ada, grace), (grace, ada)):
        await say(phone, other, "yes")
    await write_notices(database, now=clock())
    await say(grace, ada, "never")
    assert (await told(ada), await told(grace)) == ([], [])
    await say(grace, ada, "yes")
    [notice] = await told(ada)
    await ada.post(f"/v1/nudges/{notice['id']}/act", json={"outcome": "done"})
    await say(ada, grace, "none")
    clock.tick(minutes=1)
    await say(ada, grace, "yes")
    await write_notices(database, now=clock())
    assert await told(ada) == []


async def test_a_yes_of_long_ago_counts_when_the_other_says_yes_today(database, ada, grace, met, clock):
    await say(ada, grace, "yes")
    clock.tick(days=50)
    await still_signed_in(grace)
    await still_signed_in(ada)
    await say(grace, ada, "yes")
    await write_notices(database, now=clock())
    assert (len(await told(ada)), len(await told(grace))) == (1, 1)
    clock.tick(days=30)
    await still_signed_in(ada)
    assert await told(ada) == []


async def test_phones_hear_of_it_and_of_its_going(database, ada, grace, met, clock):
    for phone, other in ((ada, grace), (grace, ada)):
        await say(phone, other, "yes")
    before = (await ada.get("/v1/me/changes")).json()["next_cursor"]
    await write_notices(database, now=clock() + timedelta(seconds=1))
    heard = (await ada.get("/v1/me/changes", params={"cursor": before})).json()
    [notice] = heard["nudges"]
    assert notice["kind"] == "both_want_to_talk"
    await say(grace, ada, "none")
    gone = (await ada.get("/v1/me/changes", params={"cursor": heard["next_cursor"]})).json()["removed"]
    assert [(one["kind"], one["id"]) for one in gone] == [("nudge", notice["id"])]

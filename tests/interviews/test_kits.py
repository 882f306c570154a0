"""What helps with a talk, as each of its two people reads it."""

from uuid import UUID, uuid4

import pytest

from server.connections.models import ScanNote
from tests.builders import make_event
from tests.interviews.people import (
    ASK,
    answer_talk,
    ask_for_talk,
    book_talk,
    code,
    connect,
    hours,
    sign_in_many,
)
from tests.phones import Phone


@pytest.fixture
async def talk(database, ada: Phone, grace: Phone, clock):
    """Ada asked Grace, whom she met."""
    event = await make_event(database, now=clock())
    await connect(database, ada, grace, now=clock(), first_event_id=event.id)
    people = [UUID(ada.person_id), UUID(grace.person_id)]
    async with database.transaction() as db:
        db.add(
            ScanNote(
                owner_id=people[0],
                other_id=people[1],
                event_id=event.id,
                scan_id=uuid4(),
                captured_at=clock(),
                label="by the coffee",
                note="Found the moth.",
                tags=[],
            )
        )
    await ada.edit("/v1/me/profile", {"name": "Ada Lovelace", "industry": "Software"})
    await grace.edit("/v1/me/profile", {"name": "Grace Hopper", "industry": "Software", "role": "Admiral"})
    await ada.edit("/v1/me/goals", {"asks": ["Compiler design"], "offers": ["Mathematics"]})
    await grace.edit("/v1/me/goals", {"asks": ["Mathematics"], "offers": ["Compiler design"]})
    return await book_talk(ada, grace, clock() + hours(24), offer="I can show you a proof.")


async def kit_of(phone: Phone, talk) -> dict:
    answer = await phone.get(f"/v1/interviews/{talk['id']}/kit")
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_the_asker_reads_what_helps_her(ada, talk):
    kit = await kit_of(ada, talk)

    assert {name: kit[name] for name in ("interview_id", "side", "purpose", "ask", "offer")} == {
        "interview_id": talk["id"],
        "side": "asker",
        "purpose": "learn",
        "ask": ASK,
        "offer": "I can show you a proof.",
    }
    assert kit["noted"] == [
        {"label": "by the coffee", "note": "Found the moth.", "tags": [], "noted_at": "2026-06-04T09:00:00Z"}
    ]
    assert [reason["text"] for reason in kit["in_common"]] == [
        "You ask for “Compiler design”, they offer “Compiler design”.",
        "They ask for “Mathematics”, you offer “Mathematics”.",
        "You both work in “Software”.",
    ]
    asked = {one["theme"]: one["text"] for one in kit["questions"]}
    assert list(asked) == ["path", "challenges", "practices", "trends", "who_else"]
    assert (
        asked["practices"]
        == "You know your way around “Compiler design”. What would you do first in my place?"
    )
    assert asked["challenges"] == "You have been asking for “Mathematics”. How is that going?"
    assert asked["trends"] == "We both work in “Software”. What do you see coming that I may be missing?"
    assert kit["opening"]["hints"][0] == "You noted something when you met. It makes a good beginning."
    assert kit["afterwards"]["thanks"] == (
        "Hello Grace Hopper,\n\nThank you for our talk. I came with questions and left with things to try, and I will "
        "tell you how they go. If there is something I can do for you, just say so.\n\nAda Lovelace"
    )
    assert kit["afterwards"]["what_i_can_do"] == [
        "They ask for “Mathematics”, and you offer “Mathematics”: take the first step."
    ]


async def test_notes_are_their_writers_alone(grace, talk):
    kit = await kit_of(grace, talk)
    assert (kit["side"], kit["noted"]) == ("host", [])
    assert kit["opening"]["say"].startswith("Good to see you again.")


async def test_my_situation_chooses_my_edition_and_changes_nothing_for_the_other(ada, grace, talk):
    mine, theirs = await kit_of(ada, talk), await kit_of(grace, talk)
    await ada.edit("/v1/me/goals", {"situation": "searching", "target_roles": ["Admiral"]})

    assert (await kit_of(ada, talk)) != mine
    assert (
        "If you are looking for work, say so once, early" in (await kit_of(ada, talk))["opening"]["hints"][2]
    )
    assert await kit_of(grace, talk) == theirs


async def test_only_what_the_reader_may_see_is_in_common(database, ada, grace, talk):
    await grace.edit("/v1/me/cards/met", {"fields": []})
    kit = await kit_of(ada, talk)
    assert "same_industry" not in [reason["code"] for reason in kit["in_common"]]
    assert "Software" not in str(kit)


async def test_it_comes_with_ones_own_booked_talk(client, database, settings, ada, grace, talk, clock):
    [eve] = await sign_in_many(client, database, settings, ["eve"], now=clock())
    await connect(database, eve, grace, now=clock())
    waiting = await ask_for_talk(eve, grace, clock() + hours(30))

    async def asked(phone, one):
        return code(await phone.get(f"/v1/interviews/{one['id']}/kit"))

    assert await asked(eve, talk) == (404, "interview_not_found")
    assert await asked(grace, waiting) == (409, "not_scheduled")
    clock.tick(minutes=1)
    await answer_talk(ada, talk, "cancel")
    assert await asked(ada, talk) == (409, "not_scheduled")

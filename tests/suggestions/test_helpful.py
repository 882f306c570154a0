"""Give first: whom of those I have met I can help, and who can help me with what I ask."""

from uuid import UUID

import pytest
from sqlalchemy import update

from server.connections.models import Connection
from server.connections.rules import ON_EVERY_CARD
from server.people.models import Block, Release
from tests.counting import counted
from tests.phones import Phone
from tests.suggestions.gathering import Gathering, add, change, say_who


@pytest.fixture
async def circle(party: Gathering, ada: Phone, grace: Phone, clock) -> Gathering:
    """Ada offers code review and asks for hiring. Grace offers hiring; Joan asks for code review; Linus says nothing of
    either, and talks; a stranger whom she has not met would do best."""
    await say_who(
        party.database, UUID(ada.person_id), now=clock(), asks=["Hiring engineers"], offers=["Code review"]
    )
    await say_who(
        party.database, UUID(grace.person_id), now=clock(), name="Grace", offers=["Hiring engineers"]
    )
    for name, said in (
        ("Joan", {"asks": ["Code review"], "offers": ["Hiring"]}),
        ("Linus", {"open_to_talk": True}),
        ("Nobody", {}),
    ):
        guest = await party.guest(name, now=clock())
        await say_who(party.database, guest, now=clock(), name=name, **said)
        await party.meet(UUID(ada.person_id), guest)
    # As scans release it.
    await change(party.database, update(Release).values(fields=[*ON_EVERY_CARD, "role"]))
    stranger = await party.guest("Stranger", now=clock())
    await say_who(party.database, stranger, now=clock(), asks=["Code review"], offers=["Hiring engineers"])
    return party


async def helpful(phone: Phone, **query: str) -> list[dict]:
    answer = await phone.get("/v1/connections/helpful", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def brief(items: list[dict]) -> list[tuple[str, list[str], str]]:
    return [
        (item["person"]["name"], [reason["code"] for reason in item["reasons"]], item["action"]["code"])
        for item in items
    ]


async def test_whom_i_can_help_comes_before_who_can_help_me(circle, ada, grace):
    items = await helpful(ada)
    assert brief(items) == [
        ("Joan", ["you_offer_what_they_ask", "they_offer_what_you_ask"], "offer_help"),
        ("Grace", ["they_offer_what_you_ask"], "ask_for_talk"),
    ]
    assert items[1] == {
        "person": {
            "person_id": grace.person_id,
            "name": "Grace",
            "headline": "",
            "role": "",
            "organisation": "",
        },
        "reasons": [
            {
                "code": "they_offer_what_you_ask",
                "text": "You ask for “Hiring engineers”, they offer “Hiring engineers”.",
                "evidence": {"mine": "Hiring engineers", "theirs": "Hiring engineers", "count": None},
            }
        ],
        "action": {"code": "ask_for_talk", "text": "Ask for a short talk.", "operation": "request_interview"},
    }


async def test_an_ask_goes_first_to_those_who_offered_on_that_topic(circle, ada):
    assert brief(await helpful(ada, ask="hiring")) == [
        ("Joan", ["they_offer_what_you_ask"], "ask_for_talk"),
        ("Grace", ["they_offer_what_you_ask"], "ask_for_talk"),
        ("Linus", ["open_to_talk"], "ask_for_talk"),
    ]
    assert brief(await helpful(ada, ask="Gardening")) == [("Linus", ["open_to_talk"], "ask_for_talk")]


async def blocks(party, ada, grace):
    ids = {"blocker_id": UUID(grace.person_id), "blocked_id": UUID(ada.person_id)}
    await add(party.database, [Block(**ids, created_at=party.event.ends_at)])


async def narrows_nothing_but_says_never(party, ada, grace):
    hers = Connection.owner_id == UUID(grace.person_id)
    await change(party.database, update(Connection).where(hers).values(signal="never"))


async def withdraws_her_card(party, ada, grace):
    releases = (await grace.get("/v1/me/releases")).json()["items"]
    for one in releases:
        assert (await grace.delete(f"/v1/me/releases/{one['id']}")).status_code == 204


async def pauses_and_offers_no_more(party, ada, grace):
    await grace.edit("/v1/me/goals", {"offers": [], "open_to_talk": True, "talks_paused": True})


@pytest.mark.parametrize(
    "why", [blocks, narrows_nothing_but_says_never, withdraws_her_card, pauses_and_offers_no_more]
)
async def test_only_what_the_other_shows_me_today_counts(circle, ada, grace, why):
    await why(circle, ada, grace)
    assert "Grace" not in [item["person"]["name"] for item in await helpful(ada, ask="hiring engineers")]


async def test_it_comes_page_by_page_and_costs_the_same(circle, app, monkeypatch, ada):
    whole = await helpful(ada, ask="hiring")
    paged, cursor, costs = [], None, []
    while True:
        query = {"ask": "hiring", "limit": "1"} | ({"cursor": cursor} if cursor else {})
        with counted(app, monkeypatch) as sent:
            page = (await ada.get("/v1/connections/helpful", params=query)).json()
        costs.append(len(sent))
        paged += page["items"]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert (paged, costs) == (whole, [5, 5, 5])
    answer = await ada.get("/v1/connections/helpful?cursor=x")
    assert (answer.status_code, answer.json()["code"]) == (400, "cursor_invalid")


@pytest.mark.parametrize("ask", ["", "   ", "x" * 10_000])
async def test_an_ask_of_nothing_or_of_ten_kilobytes_is_refused(circle, ada, ask):
    answer = await ada.get("/v1/connections/helpful", params={"ask": ask})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert [error["pointer"] for error in answer.json()["errors"]] == ["query/ask"]

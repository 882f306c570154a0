"""Who is told of an introduction, and who is not."""

from typing import Any

import pytest

from server.nudges.notices import write_notices
from tests.introductions.people import act, ask, block, keep, offer, only
from tests.phones import Phone

Trio = tuple[Phone, Phone, Phone]


@pytest.fixture
def told(database, clock):
    async def look(phone: Phone) -> list[tuple[Any, ...]]:
        """(kind, title, operation, introduction) of what is to be read now."""
        await write_notices(database, now=clock.now)
        items = (await phone.get("/v1/nudges")).json()["items"]
        return [
            (
                one["kind"],
                one["title"],
                one["action"]["operation"],
                one["action"]["introduction_id"],
            )
            for one in items
        ]

    return look


async def test_each_is_told_when_it_is_their_turn_and_the_asker_when_both_agreed(trio: Trio, clock, told):
    ada, charles, grace = trio
    asked = await ask(ada, charles)
    at_charles = await only(charles, "connector")
    assert await told(charles) == [
        (
            "introduction_asked",
            "Ada hopes that you can introduce them to somebody",
            "list_introduction_candidates",
            at_charles["id"],
        )
    ]
    await offer(charles, grace)
    assert (await told(charles), await told(ada)) == ([], [])
    at_grace = await only(grace, "target")
    assert await told(grace) == [
        (
            "introduction_offered",
            "Charles would introduce you to somebody",
            "agree_to_be_introduced",
            at_grace["id"],
        )
    ]
    await act(grace, at_grace, "agree")
    assert (await told(grace), await told(charles)) == ([], [])
    for _ in range(2):
        assert await told(ada) == [
            ("introduced", "You and Grace are introduced", "request_interview", asked["id"])
        ]


@pytest.mark.parametrize("why", ["private", "blocked", "withdrawn", "declined"])
async def test_who_is_not_reached_or_has_answered_is_told_nothing(trio: Trio, clock, database, told, why):
    ada, charles, grace = trio
    asked = await ask(ada, charles)
    if why == "private":
        await keep(database, grace, charles, private=True)
    await offer(charles, grace)
    before = await told(grace)
    if why == "blocked":
        await block(database, grace, ada, now=clock.now)
    elif why == "withdrawn":
        await act(ada, asked, "withdraw")
    elif why == "declined":
        await act(grace, await only(grace, "target"), "decline")

    assert (len(before), await told(grace)) == (0 if why == "private" else 1, [])
    assert await told(ada) == []


async def test_what_has_expired_is_told_no_longer(trio: Trio, clock, told, later):
    ada, charles, _ = trio
    await ask(ada, charles)
    later(*trio, days=14)
    assert await told(charles) == []

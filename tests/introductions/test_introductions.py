"""From asking to a card: who learns what, and when."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from server.connections.models import Connection
from server.connections.rules import ON_EVERY_CARD
from server.people.models import Release
from tests.interviews.people import ask_for_talk, at_once, code, sign_in_many
from tests.introductions.people import act, ask, block, candidates, keep, listed, meet, offer, only, wish
from tests.phones import Phone

Trio = tuple[Phone, Phone, Phone]


def person(phone: Phone, name: str) -> dict[str, Any]:
    said = {"headline": f"I am {name}", "role": f"{name}'s role", "organisation": ""}
    return {"person_id": phone.person_id, "name": name, **said}


async def connected(phone: Phone) -> dict[str, dict[str, Any]]:
    return {one["person_id"]: one for one in (await phone.get("/v1/connections")).json()["items"]}


async def test_an_introduction_leads_from_the_asker_over_the_connector_to_the_target(
    trio: Trio, clock, later
):
    ada, charles, grace = trio
    asked = await ask(ada, charles)
    assert asked == {
        "id": asked["id"],
        "side": "asker",
        "state": "asked",
        "seeks": "topic",
        "what": "Compilers",
        "why": "I know nobody who works on one.",
        "blurb": "Ada builds engines, and would like to hear how compilers are made.",
        "interview_id": None,
        "asker": person(ada, "Ada"),
        "connectors": [person(charles, "Charles")],
        "targets": [],
        "asked_at": "2026-06-04T09:00:00Z",
        "expires_at": "2026-06-28T09:00:00Z",
    }
    at_charles = await only(charles, "connector")
    its_own = {"id": at_charles["id"], "side": "connector", "expires_at": "2026-06-18T09:00:00Z"}
    assert at_charles == {**asked, **its_own}
    assert await listed(grace) == []

    later(*trio, days=1)
    offered = await offer(charles, grace)
    target = {"person": person(grace, "Grace"), "connector_id": charles.person_id, "introduced_at": None}
    until = {"expires_at": "2026-06-15T09:00:00Z"}
    assert offered == {**at_charles, "state": "offered", "targets": [target], **until}
    assert await listed(ada) == [asked]
    at_grace = await only(grace, "target")
    for_connectors_alone = {"seeks": None, "what": "", "why": ""}
    assert at_grace == {
        **offered, "side": "target", **for_connectors_alone, "asked_at": "2026-06-05T09:00:00Z",
    }  # fmt: skip
    assert [set(await connected(phone)) for phone in (ada, grace)] == [{charles.person_id}] * 2

    later(*trio, minutes=5)
    agreed = (await act(grace, at_grace, "agree")).json()
    target["introduced_at"] = "2026-06-05T09:05:00Z"
    assert agreed == {**at_grace, "state": "introduced", "targets": [target]}
    assert await listed(ada) == [{**asked, "state": "introduced", "targets": [target]}]
    assert await listed(charles) == [{**offered, "state": "introduced", "targets": [target]}]


async def test_cards_flow_both_ways_when_the_target_agrees_and_the_ledger_says_why(trio: Trio, clock):
    ada, charles, grace = trio
    await ask(ada, charles)
    await offer(charles, grace)
    await act(grace, await only(grace, "target"), "agree")

    for one, other, name in ((ada, grace, "Grace"), (grace, ada, "Ada")):
        seen = (await connected(one))[other.person_id]
        assert (seen["name"], seen["email"], seen["first_event_id"], seen["first_met_at"]) == (
            name, other.email, None, "2026-06-04T09:00:00Z",
        )  # fmt: skip
        ledger = (await one.get("/v1/me/releases")).json()["items"]
        given = {row["purpose"]: row["fields"] for row in ledger if row["recipient_id"] == other.person_id}
        assert given == {
            "card": [*ON_EVERY_CARD, "headline", "role", "organisation", "industry", "links"],
            "contact": ["email"],
        }
        assert {row["source"] for row in ledger if row["recipient_id"] == other.person_id} == {"introduction"}
    assert (await ask_for_talk(ada, grace, clock.now + timedelta(days=2)))["state"] == "requested"


async def test_each_connector_stands_for_themselves(trio: Trio, client, database, settings, clock):
    ada, charles, grace = trio
    mary, hedy = await sign_in_many(client, database, settings, ("mary", "hedy"), now=clock.now)
    for other in (ada, grace, hedy):
        await meet(database, mary, other, now=clock.now)
    asked = await ask(ada, charles, mary)
    await offer(charles, grace)
    await offer(mary, grace)

    assert await listed(ada) == [asked]
    assert [one["connectors"][0]["person_id"] for one in await listed(charles)] == [charles.person_id]
    first, second = await listed(grace)
    assert {one["connectors"][0]["person_id"] for one in (first, second)} == {
        charles.person_id,
        mary.person_id,
    }
    await act(grace, first, "agree")
    assert len((await only(ada, "asker"))["targets"]) == 1
    await act(grace, second, "agree")
    (mine,) = await listed(ada)
    assert {one["connector_id"] for one in mine["targets"]} == {charles.person_id, mary.person_id}
    assert set(await connected(ada)) == {charles.person_id, mary.person_id, grace.person_id}


@pytest.mark.parametrize("what_happens", ["nothing", "connector declines", "offered", "target declines"])
async def test_the_asker_cannot_tell_no_from_silence(trio: Trio, clock, later, what_happens):
    ada, charles, grace = trio
    asked = await ask(ada, charles)
    if what_happens == "connector declines":
        await act(charles, await only(charles, "connector"), "decline")
    elif what_happens != "nothing":
        await offer(charles, grace)
    if what_happens == "target declines":
        await act(grace, await only(grace, "target"), "decline")

    assert await listed(ada) == [asked]
    again = await ada.post("/v1/introductions", json=wish(charles))
    assert code(again) == (409, "already_asked")
    later(*trio, days=23, hours=23)
    assert await listed(ada) == [asked]
    later(*trio, hours=1)
    assert await listed(ada) == [{**asked, "state": "expired"}]
    assert (await ada.post("/v1/introductions", json=wish(charles))).status_code == 201


async def test_the_connector_cannot_tell_a_refusal_from_silence(trio: Trio, clock, later):
    ada, charles, grace = trio
    await ask(ada, charles)
    offered = await offer(charles, grace)
    assert (await act(grace, await only(grace, "target"), "decline")).json()["state"] == "declined"

    assert await listed(charles) == [offered]
    assert (await act(charles, offered, "offer", grace)).json() == offered
    assert code(await act(grace, await only(grace, "target"), "agree")) == (409, "introduction_closed")
    later(*trio, days=10)
    assert await listed(charles) == [{**offered, "state": "expired"}]
    assert (await only(grace, "target"))["state"] == "declined"


async def hidden_facts(name: str, trio: Trio, database, now) -> None:
    ada, charles, grace = trio
    match name:
        case "grace keeps charles private":
            await keep(database, grace, charles, private=True)
        case "grace removed charles":
            await keep(database, grace, charles, removed_at=now)
        case "grace never wants charles":
            await keep(database, grace, charles, signal="never")
        case "grace blocked ada":
            await block(database, grace, ada, now=now)
        case "ada blocked grace":
            await block(database, ada, grace, now=now)
        case "ada never wants grace":
            await meet(database, ada, grace, now=now)
            await keep(database, ada, grace, signal="never")
        case "ada and grace know each other":
            await meet(database, ada, grace, now=now)


ABOUT_THE_OTHERS = ["grace blocked ada", "ada blocked grace", "ada never wants grace"]
OF_GRACE = ["grace keeps charles private", "grace removed charles", "grace never wants charles"]


@pytest.mark.parametrize("fact", [*ABOUT_THE_OTHERS, "ada and grace know each other"])
async def test_what_is_between_the_asker_and_others_the_connector_does_not_see(
    trio: Trio, clock, database, fact
):
    ada, charles, grace = trio
    await ask(ada, charles)
    before = await candidates(charles)
    assert [one["person"]["name"] for one in before] == ["Grace"]
    await hidden_facts(fact, trio, database, clock.now)

    assert await candidates(charles) == before
    assert (await offer(charles, grace))["state"] == "offered"
    assert len(await listed(grace)) == (1 if fact == "ada and grace know each other" else 0)


@pytest.mark.parametrize("fact", OF_GRACE)
async def test_along_a_connection_kept_private_nobody_is_introduced_and_nobody_told(
    trio: Trio, clock, database, fact
):
    ada, charles, grace = trio
    await ask(ada, charles)
    await hidden_facts(fact, trio, database, clock.now)

    assert await candidates(charles) == []
    assert (await offer(charles, grace))["state"] == "offered"
    assert await listed(grace) == []
    item = await only(charles, "connector")
    assert code(await act(grace, item, "agree")) == (404, "introduction_not_found")
    assert code(await act(grace, item, "decline")) == (404, "introduction_not_found")
    assert [one["targets"] for one in await listed(ada)] == [[]]


async def test_what_i_keep_private_i_can_neither_ask_along_nor_offer(trio: Trio, clock, database):
    ada, charles, grace = trio
    await ask(ada, charles)
    await keep(database, charles, grace, private=True)
    assert await candidates(charles) == []
    refused = await act(charles, await only(charles, "connector"), "offer", grace)
    assert code(refused) == (409, "connection_private")

    await keep(database, grace, charles, private=True)
    answer = await grace.post("/v1/introductions", json=wish(charles))
    assert (code(answer), answer.json()["errors"][0]["pointer"]) == (
        (409, "connection_private"),
        "/connector_ids/0",
    )


async def test_a_connector_who_keeps_the_asker_private_is_not_asked_and_the_asker_not_told(
    trio: Trio, clock, database
):
    ada, charles, _ = trio
    await keep(database, charles, ada, private=True)
    asked = await ask(ada, charles)

    assert asked["state"] == "asked"
    assert await listed(charles) == []
    assert [one["person_id"] for one in asked["connectors"]] == [charles.person_id]


@pytest.mark.parametrize("pair", ["ada charles", "charles grace", "ada grace"])
async def test_a_block_hides_what_waits_at_once(trio: Trio, clock, database, pair):
    ada, charles, grace = trio
    await ask(ada, charles)
    await offer(charles, grace)
    people = {"ada": ada, "charles": charles, "grace": grace}
    one, other = (people[name] for name in pair.split())
    item = await only(grace, "target")
    await block(database, one, other, now=clock.now)

    assert await listed(grace) == []
    assert code(await act(grace, item, "agree")) == (404, "introduction_not_found")
    assert len(await listed(charles)) == (0 if pair == "ada charles" else 1)
    assert [one["targets"] for one in await listed(charles) if pair == "charles grace"] in ([], [[]])


async def test_candidates_come_with_reasons_from_what_the_connector_sees(
    trio: Trio, client, database, settings, clock
):
    ada, charles, grace = trio
    mary, hedy = await sign_in_many(client, database, settings, ("mary", "hedy"), now=clock.now)
    await mary.edit("/v1/me/profile", {"name": "Mary", "headline": "Nothing in common"})
    await hedy.edit("/v1/me/profile", {"name": "Hedy"})
    for other in (mary, hedy):
        await meet(database, charles, other, now=clock.now)
    await charles.edit(f"/v1/connections/{hedy.person_id}", {"tags": ["compilers"]})
    await ask(ada, charles)

    assert await candidates(charles) == [
        {
            "person": person(grace, "Grace"),
            "reasons": [{"code": "offers", "text": "They offer “Compilers”.", "evidence": "Compilers"}],
        },
        {
            "person": {**person(hedy, "Hedy"), "headline": "", "role": ""},
            "reasons": [{"code": "noted", "text": "You noted “compilers”.", "evidence": "compilers"}],
        },
    ]
    assert code(await ada.get(f"/v1/introductions/{(await only(ada, 'asker'))['id']}/candidates")) == (
        404,
        "introduction_not_found",
    )


async def test_what_is_repeated_is_answered_as_it_stands(trio: Trio, clock):
    ada, charles, grace = trio
    body = wish(charles)
    first = await ada.post("/v1/introductions", json=body)
    again = await ada.post("/v1/introductions", json=body)
    other = await ada.post("/v1/introductions", json={**body, "what": "Looms"})
    foreign = await charles.post("/v1/introductions", json={**wish(grace), "id": body["id"]})
    assert [one.status_code for one in (first, again)] == [201, 200]
    assert again.json() == first.json()
    assert [code(one) for one in (other, foreign)] == [(409, "id_reused")] * 2

    offered = await offer(charles, grace)
    assert (await act(charles, offered, "offer", grace)).json() == offered
    item = await only(grace, "target")
    agreed = [(await act(grace, item, "agree")).json() for _ in range(2)]
    assert agreed[0] == agreed[1]
    assert code(await act(grace, item, "decline")) == (409, "introduction_closed")
    withdrawn = [(await act(ada, first.json(), "withdraw")).json() for _ in range(2)]
    assert [one["state"] for one in withdrawn] == ["introduced"] * 2


async def test_what_the_asker_takes_back_is_over_for_everybody(trio: Trio, clock):
    ada, charles, grace = trio
    asked = await ask(ada, charles)
    await offer(charles, grace)
    item = await only(grace, "target")

    assert (await act(ada, asked, "withdraw")).json()["state"] == "withdrawn"

    assert [(await only(phone, side))["state"] for phone, side in ((charles, "connector"), (grace, "target"))] == [
        "withdrawn"
    ] * 2  # fmt: skip
    assert code(await act(grace, item, "agree")) == (409, "introduction_closed")
    assert code(await act(charles, asked, "withdraw")) == (404, "introduction_not_found")
    await ask(ada, charles)


async def test_agreeing_and_taking_back_at_once_cannot_both_win(trio: Trio, clock, database):
    ada, charles, grace = trio
    for _ in range(5):
        asked = await ask(ada, charles)
        (waiting,) = [one for one in await listed(charles, "connector") if one["state"] == "asked"]
        await act(charles, waiting, "offer", grace)
        (item,) = [one for one in await listed(grace, "target") if one["state"] == "offered"]

        agree, withdraw, *_ = await at_once(
            act(grace, item, "agree"), act(ada, asked, "withdraw"), act(grace, item, "decline")
        )

        mine = (await ada.get(f"/v1/introductions/{asked['id']}")).json()["state"]
        assert (agree.status_code == 200) is (mine == "introduced")
        assert withdraw.status_code == 200


async def test_one_of_two_offers_at_once_wins_and_one_of_two_agreements_counts(
    trio: Trio, client, database, settings, clock
):
    ada, charles, grace = trio
    (hedy,) = await sign_in_many(client, database, settings, ("hedy",), now=clock.now)
    await meet(database, charles, hedy, now=clock.now)
    await ask(ada, charles)
    item = await only(charles, "connector")

    answers = await at_once(*(act(charles, item, "offer", who) for who in (grace, hedy) * 3))

    won = {one.json()["targets"][0]["person"]["person_id"] for one in answers if one.status_code == 200}
    assert (len(won), [one.status_code for one in answers].count(409)) == (1, 3)
    winner = grace if won == {grace.person_id} else hedy
    offered = await only(winner, "target")
    agreed = await at_once(*(act(winner, offered, "agree") for _ in range(4)))
    assert [one.status_code for one in agreed] == [200] * 4
    async with database.transaction() as db:
        pair = {UUID(ada.person_id), UUID(winner.person_id)}
        rows = select(func.count()).where(Connection.owner_id.in_(pair), Connection.other_id.in_(pair))
        given = select(func.count()).where(Release.subject_id.in_(pair), Release.recipient_id.in_(pair))
        assert (await db.scalar(rows), await db.scalar(given)) == (2, 4)


async def test_connectors_and_askers_have_limits(trio: Trio, client, database, settings, clock):
    ada, charles, _ = trio
    crowd = await sign_in_many(client, database, settings, [f"p{n}" for n in range(5)], now=clock.now)
    for one in crowd:
        await meet(database, charles, one, now=clock.now)
        await meet(database, ada, one, now=clock.now)
    for one in crowd:
        await ask(one, charles)

    full = await ada.post("/v1/introductions", json=wish(crowd[0], charles))
    assert (code(full), full.json()["errors"][0]["pointer"]) == ((409, "connector_full"), "/connector_ids/1")
    for one in crowd[:3]:
        await ask(ada, one)
    assert code(await ada.post("/v1/introductions", json=wish(crowd[3]))) == (409, "too_many_introductions")
    await act(charles, (await listed(charles, "connector"))[0], "decline")
    (mine, *_) = await listed(ada, "asker")
    await act(ada, mine, "withdraw")
    await ask(ada, charles)


async def test_pages_hold_everything_once(trio: Trio, client, database, settings, clock, later):
    ada, charles, grace = trio
    await ask(ada, charles)
    later(*trio, minutes=1)
    await offer(charles, grace)
    await ask(charles, grace)
    later(*trio, minutes=1)
    await ask(grace, charles)

    for phone in trio:
        pages, cursor = [], None
        while True:
            query = {"limit": 1, **({"cursor": cursor} if cursor else {})}
            page = (await phone.get("/v1/introductions", params=query)).json()
            pages += page["items"]
            cursor = page["next_cursor"]
            if cursor is None:
                break
        assert pages == await listed(phone)
    assert [one["side"] for one in await listed(charles)] == ["connector", "asker", "connector"]


@pytest.mark.parametrize(
    ("changes", "pointer", "fault"),
    [
        ({"connector_ids": []}, "/connector_ids", "too_short"),
        ({"connector_ids": [str(uuid4()) for _ in range(6)]}, "/connector_ids", "too_long"),
        ({"what": "x"}, "/what", "string_too_short"),
        ({"why": "   "}, "/why", "string_too_short"),
        ({"blurb": "x" * 10_000}, "/blurb", "string_too_long"),
        ({"seeks": "love"}, "/seeks", "enum"),
    ],
)
async def test_what_cannot_be_asked_is_refused_with_its_field(trio: Trio, clock, changes, pointer, fault):
    ada, charles, _ = trio
    answer = await ada.post("/v1/introductions", json=wish(charles, **changes))
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, fault)]


async def test_only_people_met_can_be_asked_or_offered(trio: Trio, clock):
    ada, charles, grace = trio
    twice = await ada.post("/v1/introductions", json=wish(charles, charles))
    assert [(one["pointer"], one["code"]) for one in twice.json()["errors"]] == [
        ("/connector_ids/1", "connector_repeated")
    ]
    assert code(await ada.post("/v1/introductions", json=wish(grace))) == (404, "person_not_found")
    talk = await ada.post("/v1/introductions", json=wish(charles, interview_id=str(uuid4())))
    assert code(talk) == (404, "interview_not_found")
    await ask(ada, charles)
    item = await only(charles, "connector")
    for who in (ada, charles):
        assert code(await act(charles, item, "offer", who)) == (404, "person_not_found")
    assert code(await act(grace, item, "offer", ada)) == (404, "introduction_not_found")


async def test_what_came_up_in_a_talk_becomes_an_introduction(trio: Trio, clock):
    ada, charles, grace = trio
    talk = await ask_for_talk(ada, charles, clock.now + timedelta(days=2))
    asked = await ask(ada, charles, interview_id=talk["id"])
    assert asked["interview_id"] == talk["id"]
    assert (await only(charles, "connector"))["interview_id"] is None
    foreign = await charles.post("/v1/introductions", json=wish(grace, interview_id=talk["id"]))
    assert code(foreign) == (404, "interview_not_found")

"""Choosing when and how one is reminded; contradictions are refused with the field."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from server.devices.models import Device
from server.nudges.deliveries import Delivery
from server.nudges.jobs import write_due_nudges
from server.nudges.kinds import KINDS
from server.nudges.preferences import stop_all, stop_kind, stop_mails
from tests.interviews.people import code, connect
from tests.nudges.promising import make_nudge
from tests.phones import Phone
from tests.suggestions.gathering import close_and_suggest, make_gathering, still_signed_in

MINE = "/v1/me/nudge_preferences"
DAY = timedelta(days=1)


async def mine(phone: Phone) -> dict:
    return (await phone.get(MINE)).json()


async def test_at_first_nights_are_quiet_and_all_kinds_come_by_push_or_else_by_mail(ada: Phone):
    answer = await ada.get(MINE)
    assert answer.headers["etag"].startswith('W/"1-')
    kinds = answer.json().pop("kinds")
    assert {key: value for key, value in answer.json().items() if key != "kinds"} == {
        "quiet_from": "21:00", "quiet_until": "08:00", "zone": "Etc/UTC", "unknown_zones": [], "rhythm": "daily",
        "paused_until": None, "stopped": False, "mails_stopped": False, "details_in_push": False,
        "stopped_people": [], "version": 1,
    }  # fmt: skip
    assert [one["kind"] for one in kinds] == list(KINDS)
    assert kinds[3] == {
        "kind": "digest", "label": "your suggestions, the morning after an event", "notice": False, "wanted": True,
        "push": True, "email": "instead_of_push",
    }  # fmt: skip


async def test_what_is_chosen_stays_and_counts_the_version_up_once(database, ada: Phone, grace: Phone, clock):
    await connect(database, ada, grace, now=clock())
    said = {
        "quiet_from": "22:30", "quiet_until": "07:15", "rhythm": "weekly", "pause_weeks": 2, "details_in_push": True,
        "kinds": [{"kind": "digest", "email": "always"}, {"kind": "in_touch", "wanted": False}],
        "stopped_people": [grace.person_id],
    }  # fmt: skip
    for _ in range(2):
        answer = (await ada.edit(MINE, said)).json()
        by_kind = {one["kind"]: one for one in answer.pop("kinds")}
        assert answer == {
            "quiet_from": "22:30", "quiet_until": "07:15", "zone": "Etc/UTC", "unknown_zones": [], "rhythm": "weekly",
            "paused_until": "2026-06-18T09:00:00Z", "stopped": False, "mails_stopped": False, "details_in_push": True,
            "stopped_people": [grace.person_id], "version": 2,
        }  # fmt: skip
    assert (by_kind["digest"]["email"], by_kind["in_touch"]["wanted"]) == ("always", False)

    answer = await ada.ask(
        "PATCH", MINE, json={"pause_weeks": 0, "stopped_people": []}, headers={"if-match": '"2"'}
    )
    assert (answer.json()["paused_until"], answer.json()["stopped_people"], answer.json()["version"]) == (
        None,
        [],
        3,
    )
    stale = await ada.ask("PATCH", MINE, json={"pause_weeks": 1}, headers={"if-match": '"2"'})
    assert code(stale) == (412, "version_stale")
    assert code(await ada.ask("PATCH", MINE, json={"pause_weeks": 1})) == (428, "version_required")


@pytest.mark.parametrize(
    ("said", "pointer", "fault"),
    [
        ({"quiet_from": "09:00", "quiet_until": "09:00"}, "/quiet_until", "quiet_hours_empty"),
        ({"quiet_until": "21:00"}, "/quiet_until", "quiet_hours_empty"),
        ({"quiet_from": "10:00", "quiet_until": "06:01"}, "/quiet_until", "no_waking_hours"),
        ({"stopped": True, "pause_weeks": 2}, "/pause_weeks", "stopped_and_paused"),
        ({"kinds": [{"kind": "digest", "wanted": False, "push": True}]}, "/kinds/0/push", "unwanted_yet_sent"),
        ({"kinds": [{"kind": "thank", "wanted": False, "email": "always"}]}, "/kinds/0/email", "unwanted_yet_sent"),
        ({"kinds": [{"kind": "note"}, {"kind": "note"}]}, "/kinds/1/kind", "kind_repeated"),
        ({"stopped_people": [str(uuid4())]}, "/stopped_people/0", "person_unknown"),
        ({"quiet_from": "24:00"}, "/quiet_from", "string_pattern_mismatch"),
        ({"pause_weeks": 53}, "/pause_weeks", "less_than_equal"),
        ({"kinds": [{"kind": "spam"}]}, "/kinds/0/kind", "literal_error"),
    ],
)  # fmt: skip
async def test_what_contradicts_itself_is_refused_with_its_field_and_changes_nothing(
    ada: Phone, said, pointer, fault
):
    before = await mine(ada)
    answer = await ada.edit(MINE, said)
    assert code(answer) == (400, "invalid_request")
    assert [(one["pointer"], one["code"]) for one in answer.json()["errors"]] == [(pointer, fault)]
    assert await mine(ada) == before


async def test_stopping_ends_a_pause_and_what_is_stopped_cannot_be_paused(ada: Phone):
    await ada.edit(MINE, {"pause_weeks": 2})
    stopped = (await ada.edit(MINE, {"stopped": True})).json()
    assert (stopped["stopped"], stopped["paused_until"]) == (True, None)
    assert code(await ada.edit(MINE, {"pause_weeks": 1})) == (400, "invalid_request")
    assert (await ada.edit(MINE, {"stopped": False, "pause_weeks": 1})).json()[
        "paused_until"
    ] == "2026-06-11T09:00:00Z"


async def test_the_zone_is_the_phone_s_else_the_profile_s_and_one_that_is_gone_is_said(
    database, ada: Phone, clock
):
    await ada.edit("/v1/me/profile", {"zone": "Asia/Kolkata"})
    assert (await mine(ada))["zone"] == "Asia/Kolkata"
    device = {"label": "Phone", "platform": "ios", "zone": "Pacific/Auckland"}
    answer = await ada.put(f"/v1/me/devices/{uuid4()}", json=device)
    assert answer.status_code in {200, 201}, answer.text
    assert (await mine(ada))["zone"] == "Pacific/Auckland"

    async with database.transaction() as db:  # as a tz database does that drops a name
        await db.execute(update(Device).values(zone="US/Pacific-New"))
    assert {"zone": "Asia/Kolkata", "unknown_zones": ["US/Pacific-New"]}.items() <= (await mine(ada)).items()


@pytest.mark.parametrize(
    ("said", "channels"),
    [
        ({}, ["email"]),
        ({"kinds": [{"kind": "digest", "email": "never"}]}, []),
        ({"mails_stopped": True}, []),
        ({"rhythm": "weekly"}, []),
        ({"stopped": True}, None),
        ({"pause_weeks": 1}, None),
        ({"kinds": [{"kind": "digest", "wanted": False}]}, None),
        ({"quiet_until": "13:00"}, None),
    ],
)
async def test_choices_hold_for_what_is_decided_from_then_on(
    database, ada: Phone, grace: Phone, clock, said, channels
):
    party = await make_gathering(database, now=clock())
    await party.come(ada, grace, now=clock())
    await party.meet(UUID(ada.person_id), UUID(grace.person_id))
    await close_and_suggest(party, clock)
    await still_signed_in(grace)
    assert (await grace.edit(MINE, said)).status_code == 200
    clock.now = party.event.doors_close_at.replace(hour=7, minute=0) + DAY
    await write_due_nudges(database, now=clock())

    nudges = (await (await still_signed_in(grace)).get("/v1/nudges")).json()["items"]
    assert [one["kind"] for one in nudges] == ([] if channels is None else ["digest"])
    async with database.transaction() as db:
        sent = await db.scalars(
            select(Delivery.channel).where(Delivery.nudge_id.in_([UUID(one["id"]) for one in nudges]))
        )
        assert sorted(sent) == (channels or [])


async def test_links_in_mails_stop_mails_a_kind_or_all_however_often_they_are_followed(
    database, ada: Phone, clock
):
    nudge = await make_nudge(database, ada.person_id, now=clock())
    for stop, expected in [
        (stop_kind, {"mails_stopped": False, "stopped": False, "version": 2}),
        (stop_mails, {"mails_stopped": True, "stopped": False, "version": 3}),
        (stop_all, {"mails_stopped": True, "stopped": True, "version": 4}),
    ]:
        for nudge_id in (nudge.id, nudge.id, uuid4()):
            async with database.transaction() as db:
                await stop(db, nudge_id, now=clock())
        assert expected.items() <= (await mine(ada)).items()
    assert [one["kind"] for one in (await mine(ada))["kinds"] if one["email"] == "never"] == ["weekly"]

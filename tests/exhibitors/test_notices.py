"""Whoever is said to have agreed at a stand is told, and takes it back by one tap."""

from server.nudges.notices import write_notices
from tests.exhibitors.fair import Fair, releases_of


async def nudges_of(phone) -> list[dict]:
    return (await phone.get("/v1/nudges")).json()["items"]


async def test_the_visitor_is_told_once_and_takes_it_back_by_one_tap(fair: Fair, clock, database):
    ada = await fair.visitor("ada", consents=False)
    await fair.capture(fair.erin, ada, at=clock.now, given_at_stand=True, text_version=1)
    for _ in range(2):
        await write_notices(database, now=clock.now)

    (released,) = await releases_of(ada)
    (nudge,) = await nudges_of(ada.phone)
    assert nudge == {
        "id": nudge["id"],
        "kind": "given_at_stand",
        "title": "Acme noted that you agreed at their stand",
        "reason": "At PyCon they got what your card for exhibitors gives. If you did not agree, take it back.",
        "action": {
            "operation": "withdraw_release",
            "text": "Take it back",
            "event_id": fair.event_id,
            "release_id": released["id"],
            "interview_id": None,
            "introduction_id": None,
            "proposal": None,
            "person_id": None,
        },
        "outcomes": ["done", "dismissed", "snoozed"],
        "state": "open",
        "snoozed_until": None,
        "created_at": "2026-06-04T09:00:00Z",
        "useful_until": "2026-07-04T09:00:00Z",
    }
    assert (await ada.phone.delete(f"/v1/me/releases/{nudge['action']['release_id']}")).status_code == 204
    assert await nudges_of(ada.phone) == []
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True]


async def test_who_agreed_on_their_own_phone_is_not_told_what_they_know(fair: Fair, clock, database):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    await write_notices(database, now=clock.now)
    assert await nudges_of(ada.phone) == []


async def test_who_claims_the_place_later_is_told_then(fair: Fair, clock, database):
    ida = await fair.phone("ida")
    unclaimed = await fair.conference.guest(name="Ida", email=ida.email)
    await fair.capture(fair.erin, unclaimed, at=clock.now, given_at_stand=True, text_version=1)
    await write_notices(database, now=clock.now)
    assert await nudges_of(ida) == []

    await ida.post(f"/v1/events/{fair.event_id}/claim", json={})
    await write_notices(database, now=clock.now)
    assert [nudge["kind"] for nudge in await nudges_of(ida)] == ["given_at_stand"]

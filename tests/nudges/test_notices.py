"""Notices leave at once, but for the night; only a talk that is near wakes anybody."""

from datetime import datetime, timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server.database import Database
from server.nudges.deliveries import Delivery
from server.nudges.models import Nudge
from server.nudges.notices import write_notices
from tests.interviews.people import ask_for_talk, book_talk, connect
from tests.phones import Phone
from tests.suggestions.gathering import still_signed_in

DAY = timedelta(days=1)


@pytest.fixture
async def met(database: Database, ada: Phone, grace: Phone, clock):
    """Ada and Grace have met. Grace's phone takes pushes and is in Auckland, where it is 21:00."""
    await connect(database, ada, grace, now=clock())
    await ada.edit("/v1/me/profile", {"name": "Ada"})
    device = {"label": "Phone", "platform": "ios", "zone": "Pacific/Auckland", "push_token": "c1f0"}
    assert (await grace.put(f"/v1/me/devices/{uuid4()}", json=device)).status_code in {200, 201}


async def on_its_way(database: Database, phone: Phone) -> list[tuple[str, str, datetime]]:
    async with database.transaction() as db:
        found = await db.execute(
            select(Nudge.kind, Delivery.channel, Delivery.due_at)
            .join(Delivery, Delivery.nudge_id == Nudge.id)
            .where(Nudge.person_id == UUID(phone.person_id))
            .order_by(Delivery.due_at)
        )
        return [tuple(row) for row in found]


async def test_a_request_is_told_in_the_app_at_once_and_pushed_in_the_morning(
    database, met, ada, grace, clock
):
    await ask_for_talk(ada, grace, clock() + 3 * DAY)
    for _ in range(2):
        await write_notices(database, now=clock())

    (notice,) = (await grace.get("/v1/nudges")).json()["items"]
    assert (notice["kind"], notice["title"]) == ("talk_asked", "Ada waits for your answer about a talk")
    assert notice["reason"].endswith("It expires on Sunday 14 June, 21:00.")
    assert await on_its_way(database, grace) == [
        ("talk_asked", "push", datetime.fromisoformat("2026-06-04T20:00:00+00:00"))
    ]


async def test_a_talk_that_is_near_is_told_to_both_also_at_night(database, met, ada, grace, clock):
    talk = await book_talk(ada, grace, clock() + DAY + timedelta(hours=3))
    clock.now = datetime.fromisoformat(talk["starts_at"]) - timedelta(minutes=61)
    await write_notices(database, now=clock())
    assert await on_its_way(database, grace) == []

    now = clock.tick(minutes=1)
    for _ in range(2):
        await write_notices(database, now=now)
    assert await on_its_way(database, grace) == [("talk_near", "push", now)]
    assert await on_its_way(database, ada) == [("talk_near", "email", now)]
    (notice,) = (await (await still_signed_in(ada)).get("/v1/nudges")).json()["items"]
    assert (notice["useful_until"], notice["action"]["interview_id"]) == (talk["starts_at"], talk["id"])


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"stopped": True}, 0),
        ({"pause_weeks": 4}, 1),
        ({"kinds": [{"kind": "talk_asked", "push": False, "email": "never"}]}, 0),
    ],
)
async def test_who_stopped_finds_notices_in_the_app_alone(database, met, ada, grace, clock, said, expected):
    assert (await grace.edit("/v1/me/nudge_preferences", said)).status_code == 200
    await ask_for_talk(ada, grace, clock() + 3 * DAY)
    await write_notices(database, now=clock())
    assert len((await grace.get("/v1/nudges")).json()["items"]) == 1
    assert len(await on_its_way(database, grace)) == expected

"""Whoever was scanned and never claimed their place gets one mail, where the event chose so, and it names nobody."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from server.accounts.models import AccountEmail, Person
from server.events.models import Attendance, Event
from server.nudges.deliveries import Delivery
from server.nudges.models import Nudge, NudgePreferences
from server.nudges.notices import write_notices
from tests.phones import sign_in
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone, scan_of

DAY = timedelta(days=1)
MORNING = datetime(2026, 6, 5, 6, 0, tzinfo=UTC)
"""08:00 in Paris, after doors that closed there on 4 June at 21:00."""
STOP = re.compile(r"https://hallway\.example(/stop/\S+)")


@pytest.fixture
async def conference(client, database, outbox, clock) -> Conference:
    await outbox.new_mails()  # those of tests before
    return await hold_conference(database, now=clock(), paper_badge_mail=True)


@pytest.fixture
async def eve(conference: Conference) -> Guest:
    """Nobody's place yet."""
    return await conference.guest(email="eve@example.org")


@pytest.fixture
async def readers(conference, client, database, settings, clock) -> list[Guest]:
    return [
        await conference.guest(
            await quick_phone(client, database, settings, email=f"{name}@example.org", now=clock())
        )
        for name in ("ada", "grace", "joan")
    ]


@pytest.fixture
async def scanned(eve: Guest, readers: list[Guest], clock) -> list[str]:
    """Three people scanned Eve's badge, one of them twice; the ids of the scans."""
    ids = []
    for guest in (*readers, readers[0]):
        scan = scan_of(eve, at=clock.tick(minutes=1))
        assert (await guest.post("/scans", scan)).status_code == 201
        ids.append(scan["id"])
    return ids


async def mails_at(moment: datetime, database, outbox, clock) -> list:
    clock.now = moment
    await write_notices(database, now=moment)
    return [mail for mail in await outbox.new_mails() if "scanned your badge" in mail["Subject"]]


async def test_one_mail_the_morning_after_says_how_many_and_how_to_claim_and_names_nobody(
    scanned, eve, database, outbox, clock
):
    assert await mails_at(MORNING - timedelta(minutes=1), database, outbox, clock) == []
    (mail,) = await mails_at(MORNING, database, outbox, clock)
    text, page = (mail.get_body((kind,)).get_content() for kind in ("plain", "html"))

    assert (mail["To"], mail["Subject"]) == ("eve@example.org", "3 people scanned your badge at PyCon")
    for said in (text, page):
        assert "sign in to the app with this e-mail address, or give it your ticket" in said
        assert not re.search("ada|grace|joan", said, re.IGNORECASE)
    for personal in ("eve", str(eve.attendance.id), eve.person_id):
        assert personal not in " ".join(re.findall(r"https?://\S+", text + page))
    for later in (timedelta(minutes=1), DAY, 2 * DAY):
        assert await mails_at(MORNING + later, database, outbox, clock) == []


async def test_one_person_is_said_as_one(eve, readers, database, outbox, clock):
    await readers[0].scan(eve, at=clock.tick(minutes=1))
    (mail,) = await mails_at(MORNING, database, outbox, clock)
    assert mail["Subject"] == "One person scanned your badge at PyCon"


async def test_racing_workers_write_it_once(scanned, database, outbox, clock):
    clock.now = MORNING
    await asyncio.gather(*(write_notices(database, now=MORNING) for _ in range(5)))
    assert len(await outbox.new_mails()) == 1


async def test_only_scans_that_stand_count_and_only_those_of_people_who_stay(
    scanned, readers, database, outbox, clock
):
    undone = await readers[1].undo(scanned[1], at=clock() - timedelta(minutes=1))
    assert undone.json()["outcome"] == "undone"
    async with database.transaction() as db:
        leaver = UUID(readers[2].person_id)
        await db.execute(update(Person).where(Person.id == leaver).values(leaving_at=clock()))
    (mail,) = await mails_at(MORNING, database, outbox, clock)
    assert mail["Subject"] == "One person scanned your badge at PyCon"


async def test_whose_badge_nobody_scanned_hears_nothing(eve, readers, database, outbox, clock):
    assert await mails_at(MORNING, database, outbox, clock) == []


async def test_it_comes_late_while_it_is_of_use_and_not_after(scanned, database, outbox, clock):
    assert await mails_at(MORNING + 3 * DAY, database, outbox, clock) == []
    assert len(await mails_at(MORNING + timedelta(days=2, hours=12), database, outbox, clock)) == 1
    async with database.transaction() as db:
        assert await db.scalar(select(Delivery.useful_until)) == MORNING + 3 * DAY


async def test_in_the_night_nothing_leaves_by_the_events_clock(scanned, eve, database, outbox, clock):
    night = MORNING + timedelta(hours=15)
    assert await mails_at(night, database, outbox, clock) == []
    async with database.transaction() as db:
        assert await db.scalar(select(Delivery.due_at)) == MORNING + DAY


BEFORE = {
    "not chosen": update(Event).values(paper_badge_mail=False),
    "cancelled event": update(Event).values(cancelled_at=MORNING),
    "cancelled place": update(Attendance)
    .where(Attendance.email == "eve@example.org")
    .values(status="cancelled"),
    "came back": update(Attendance)
    .where(Attendance.email == "eve@example.org")
    .values(bounced_email="eve@example.org", bounced_at=MORNING),
    "no address": update(Attendance).where(Attendance.email == "eve@example.org").values(email=None),
    "opted out": update(Person)
    .where(Person.id.in_(select(Attendance.person_id).where(Attendance.email == "eve@example.org")))
    .values(leaving_at=MORNING),
}


@pytest.mark.parametrize("why", BEFORE)
@pytest.mark.parametrize("promised", [False, True], ids=["before", "once promised"])
async def test_who_must_not_be_mailed_is_not(scanned, database, outbox, clock, why, promised):
    clock.now = MORNING
    if promised:
        await write_notices(database, now=MORNING)
    async with database.transaction() as db:
        await db.execute(BEFORE[why])
    assert await mails_at(MORNING, database, outbox, clock) == []
    async with database.transaction() as db:
        assert (await db.scalar(select(Nudge.id)) is not None) is promised


@pytest.mark.parametrize("promised", [False, True], ids=["before", "once promised"])
async def test_who_claimed_meanwhile_hears_nothing(scanned, eve, client, outbox, database, clock, promised):
    clock.now = MORNING
    if promised:
        await write_notices(database, now=MORNING)
    claimer = await quick_phone(client, database, outbox.tools.settings, email="eve@example.org", now=MORNING)
    answer = await claimer.post(f"/v1/events/{eve.event.id}/claim", json={})
    assert answer.status_code == 200, answer.text
    assert await mails_at(MORNING, database, outbox, clock) == []


async def test_its_stop_link_works_without_an_account_and_holds_at_the_next_event(
    scanned, eve, readers, client, database, outbox, clock
):
    (mail,) = await mails_at(MORNING, database, outbox, clock)
    (path,) = set(STOP.findall(mail.get_body(("plain",)).get_content()))
    assert mail["List-Unsubscribe"] == f"<https://hallway.example{path}>"
    assert (await client.get(path)).status_code == 200
    async with database.transaction() as db:
        assert await db.scalar(select(NudgePreferences)) is None, "a GET never acts"
    assert "no more reminders" in (await client.post(path, data={"List-Unsubscribe": "One-Click"})).text

    again = await hold_conference(database, now=clock.tick(days=10), paper_badge_mail=True)
    reader = await again.guest(
        await quick_phone(client, database, outbox.tools.settings, email="kurt@example.org", now=clock())
    )
    for email in ("eve@example.org", "zoe@example.org"):
        await reader.scan(await again.guest(email=email), at=clock())
    mails = await mails_at(MORNING + 11 * DAY, database, outbox, clock)
    assert [mail["To"] for mail in mails] == ["zoe@example.org"]


@pytest.mark.parametrize(
    "said",
    [{"mails_stopped": True}, {"stopped": True}, {"kinds": [{"kind": "paper_badge", "email": "never"}]}],
)
async def test_who_stopped_such_mails_in_an_account_with_this_address_gets_none(
    scanned, client, outbox, database, clock, said
):
    account = await sign_in(client, outbox, "eve@example.org")
    assert (await account.edit("/v1/me/nudge_preferences", said)).status_code == 200
    assert await mails_at(MORNING, database, outbox, clock) == []


@pytest.mark.parametrize(("came_back_at", "mailed"), [(None, 1), (MORNING, 0)])
async def test_who_has_an_account_and_never_claimed_is_mailed_unless_its_address_came_back(
    scanned, client, outbox, database, clock, came_back_at, mailed
):
    await sign_in(client, outbox, "eve@example.org")
    async with database.transaction() as db:
        await db.execute(update(AccountEmail).values(bounced_at=came_back_at))
    assert len(await mails_at(MORNING, database, outbox, clock)) == mailed

"""What became of pushes and mails, as the operator sees it."""

from datetime import timedelta

from sqlalchemy import update

from server.clock import utc_now
from server.doctor import look_at_deliveries, look_at_pushes
from server.nudges.deliveries import EMAIL, PUSH, Delivery
from server.nudges.overview import Ended, Overview, Waiting, overview, phones_by_platform
from tests.nudges.promising import make_nudge, promise_one
from tests.nudges.test_sending import IPHONE, register
from tests.push.apple import refuse


async def look(database, clock) -> Overview:
    async with database.autocommit.connect() as connection:
        return await overview(connection, since=clock() - timedelta(days=1), now=clock())


async def doctor_says(database, clock) -> tuple[bool, str]:
    async with database.autocommit.connect() as connection:
        finding = await look_at_deliveries(connection, now=clock())
    return finding.good, finding.says


async def test_ends_are_counted_by_what_was_said_and_what_waits_by_why(
    dispatch, ada, apple, mail_server, database, clock
):
    await register(ada, IPHONE)
    for said in (None, None, refuse(413, "PayloadTooLarge"), refuse(503, "ServiceUnavailable")):
        apple.answers.extend([said] if said else [])
        push = await promise_one(database, await make_nudge(database, ada.person_id, now=clock()), PUSH)
        await dispatch.deliver(push.id, clock=clock)
    mail = await promise_one(database, await make_nudge(database, ada.person_id, now=clock()), EMAIL)

    assert await look(database, clock) == Overview(
        ended=[
            Ended("push", "sent", "", 2, clock()),
            Ended("push", "refused", "PayloadTooLarge", 1, clock()),
        ],
        waiting=[Waiting("email", "", 1, 0), Waiting("push", "ServiceUnavailable", 1, 1)],
        overdue=0,
    )
    assert await doctor_says(database, clock) == (
        False,
        "2 nudges and notices sent in a day, 1 failed, 0 overdue; see hallway deliveries",
    )

    clock.tick(minutes=10, seconds=1)
    assert (await look(database, clock)).overdue == 1, "the mail, not what was put off"
    await dispatch.deliver(mail.id, clock=clock)
    async with database.transaction() as db:
        await db.execute(update(Delivery).where(Delivery.outcome == "refused").values(outcome="unreachable"))
    clock.tick(minutes=-5)
    assert await doctor_says(database, clock) == (
        True,
        "3 nudges and notices sent in a day, 0 failed, 0 overdue",
    )


async def test_the_doctor_asks_apple_and_google_and_says_what_is_missing(
    pushing, ada, apple, google, database
):
    await register(ada, IPHONE)
    async with database.autocommit.connect() as connection:
        phones = await phones_by_platform(connection)
    assert phones == {"ios": 1}

    async def says(settings) -> dict[str, tuple[bool, str]]:
        return {found.what: (found.good, found.says) async for found in look_at_pushes(settings, phones)}

    apple.clock = google.clock = utc_now  # the doctor's own
    unset = dict.fromkeys(("apns_key", "apns_key_id", "apns_team_id", "apns_topic", "fcm_credentials"))
    assert await says(pushing.model_copy(update=unset)) == {
        "apns": (False, "not set up (HALLWAY_APNS_KEY, _KEY_ID, _TEAM_ID, _TOPIC); 1 phones want pushes"),
        "fcm": (True, "not set up (HALLWAY_FCM_CREDENTIALS); 0 phones want pushes"),
    }
    assert (await says(pushing))["apns"] == (True, "answers; 1 phones want pushes")
    apple.answers.append(refuse(403, "InvalidProviderToken"))
    assert (await says(pushing))["apns"] == (False, "InvalidProviderToken")

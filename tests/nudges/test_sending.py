"""A delivery leaves once, by the channel it was promised for, or it is known why not."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select, update

from server.accounts.models import AccountEmail
from server.bounces import note_report
from server.devices.models import Device
from server.nudges.deliveries import EMAIL, PUSH, Delivery
from server.nudges.models import Nudge
from server.nudges.trying import LEASE
from server.push.messages import Answer, Outcome
from server.worker import BOUNCE_BOOKS
from tests.nudges.promising import delivery_of, make_nudge, promise_one, settled
from tests.push import apple as apples
from tests.test_bounces import report

IPHONE, ANDROID = "ab" * 32, "installation-1"


async def register(phone, push_token: str | None, *, platform: str = "ios") -> UUID:
    device = uuid4()
    facts = {"label": "Phone", "platform": platform, "zone": "Europe/Paris", "push_token": push_token}
    answer = await phone.put(
        f"/v1/me/devices/{device}", json={name: said for name, said in facts.items() if said is not None}
    )
    assert answer.status_code == 201, answer.text
    return device


async def tokens_of(database) -> dict[UUID, str | None]:
    async with database.transaction() as db:
        return {row.id: row.push_token for row in await db.execute(select(Device.id, Device.push_token))}


@pytest.fixture
async def nudge(ada, database, clock) -> Nudge:
    return await make_nudge(database, ada.person_id, now=clock())


@pytest.fixture
async def push(ada, nudge, database) -> Delivery:
    """Promised to Ada's iPhone."""
    await register(ada, IPHONE)
    return await promise_one(database, nudge, PUSH)


@pytest.fixture
async def mail(nudge, database) -> Delivery:
    return await promise_one(database, nudge, EMAIL)


async def test_a_push_is_sent_once_and_carries_a_name_and_an_action(
    dispatch, push, nudge, apple, database, clock
):
    for _ in range(2):
        assert await dispatch.deliver(push.id, clock=clock) is None

    (taken,) = apple.taken
    assert (taken.device, taken.collapse_id) == (IPHONE, str(nudge.id))
    assert taken.payload == {
        "aps": {"alert": {"title": "Hallway", "body": "See what waits"}, "sound": "default"},
        "nudge_id": str(nudge.id),
        "operation": "list_nudges",
    }
    assert await settled(database, nudge, PUSH) == ("sent", None)


async def test_a_nudge_mail_is_sent_once_under_its_own_message_id(
    dispatch, mail, nudge, ada, mail_server, database, clock
):
    for _ in range(2):
        assert await dispatch.deliver(mail.id, clock=clock) is None

    (message,) = mail_server.taken
    assert (message["To"], message["Message-ID"]) == (ada.email, f"<{mail.id}@hallway.example>")
    assert await settled(database, nudge, EMAIL) == ("sent", None)


@pytest.mark.parametrize("channel", [PUSH, EMAIL])
async def test_workers_at_once_send_one(dispatch, ada, nudge, apple, mail_server, database, clock, channel):
    await register(ada, IPHONE)
    delivery = await promise_one(database, nudge, channel)
    await asyncio.gather(*(dispatch.deliver(delivery.id, clock=clock) for _ in range(8)))
    assert len(apple.taken) + len(mail_server.taken) == 1


async def test_a_push_goes_to_the_one_phone_that_was_heard_of_last(
    dispatch, ada, nudge, apple, google, database, clock
):
    await register(ada, IPHONE)
    clock.tick(minutes=1)
    await register(ada, ANDROID, platform="android")
    push = await promise_one(database, nudge, PUSH)
    await dispatch.deliver(push.id, clock=clock)
    assert ([taken["token"] for taken in google.taken], apple.taken) == ([ANDROID], [])


async def test_a_dead_phone_loses_its_token_and_the_next_one_gets_the_push(
    dispatch, ada, nudge, apple, google, database, clock
):
    iphone = await register(ada, IPHONE)
    clock.tick(minutes=1)
    android = await register(ada, ANDROID, platform="android")
    google.gone.add(ANDROID)
    push = await promise_one(database, nudge, PUSH)

    assert await dispatch.deliver(push.id, clock=clock) is None
    assert [taken.device for taken in apple.taken] == [IPHONE]
    assert await tokens_of(database) == {iphone: IPHONE, android: None}
    assert (await delivery_of(database, nudge, PUSH)).target == iphone


async def test_without_a_phone_that_takes_pushes_the_nudge_is_mailed(
    dispatch, ada, nudge, apple, mail_server, database, clock
):
    apple.gone[IPHONE] = clock()
    await register(ada, IPHONE)
    await register(ada, "elsewhere", platform="other")
    await register(ada, None)
    push = await promise_one(database, nudge, PUSH)
    assert await dispatch.deliver(push.id, clock=clock) is None
    assert await settled(database, nudge, PUSH) == ("unreachable", "Unregistered")
    instead = await delivery_of(database, nudge, EMAIL)
    assert await dispatch.deliver(instead.id, clock=clock) is None
    assert [message["To"] for message in mail_server.taken] == [ada.email]


async def test_where_no_push_service_is_set_up_mail_takes_over_unless_it_is_unwanted(
    dispatch, ada, nudge, mail_server, database, clock
):
    await register(ada, IPHONE)
    without = replace(dispatch, pushes={})
    push = await promise_one(database, nudge, PUSH)
    assert await without.deliver(push.id, clock=clock) is None
    kinds = [{"kind": nudge.kind, "email": "never"}]
    await ada.edit("/v1/me/nudge_preferences", {"kinds": kinds})

    instead = await delivery_of(database, nudge, EMAIL)
    assert await without.deliver(instead.id, clock=clock) is None
    assert (await settled(database, nudge, EMAIL), mail_server.taken) == (("nothing_to_say", None), [])


async def test_a_phone_that_reported_since_it_died_keeps_its_token(
    dispatch, push, apple, nudge, database, clock
):
    apple.gone[IPHONE] = clock() - timedelta(seconds=1)
    assert await dispatch.deliver(push.id, clock=clock) == timedelta(seconds=15)
    assert list((await tokens_of(database)).values()) == [IPHONE]

    apple.gone.clear()
    clock.tick(seconds=15)
    assert await dispatch.deliver(push.id, clock=clock) is None
    assert await settled(database, nudge, PUSH) == ("sent", None)


async def test_a_token_that_changed_while_the_old_one_died_is_kept(
    dispatch, push, apple, ada, nudge, database, clock
):
    """The phone registers anew while Apple answers that it is gone."""
    (device,) = await tokens_of(database)
    apple.gone[IPHONE] = clock()

    async def change() -> None:
        async with database.transaction() as db:
            await db.execute(update(Device).values(push_token="cd" * 32))

    changed = []
    look_at = apple.look_at

    def meanwhile(*asked):
        changed.append(asyncio.get_running_loop().create_task(change()))
        return look_at(*asked)

    apple.look_at = meanwhile
    claimed = await dispatch.claim(push.id, now=clock())
    answer = await dispatch.send(claimed, now=clock())
    await asyncio.gather(*changed)
    apple.look_at = look_at
    assert await dispatch.record(claimed, answer, now=clock()) == timedelta(seconds=15)
    assert await tokens_of(database) == {device: "cd" * 32}


@pytest.mark.parametrize(
    ("said", "wait"),
    [
        (apples.refuse(429, "TooManyRequests", headers={"retry-after": "600"}), timedelta(minutes=10)),
        (apples.refuse(503, "ServiceUnavailable"), timedelta(seconds=15)),
    ],
)
async def test_a_service_that_is_busy_is_left_alone_for_as_long_as_it_asks(
    dispatch, push, apple, nudge, database, clock, said, wait
):
    apple.answers.append(said)
    assert await dispatch.deliver(push.id, clock=clock) == wait
    assert await dispatch.deliver(push.id, clock=clock) == wait, "not before"

    clock.tick(seconds=wait.total_seconds())
    assert await dispatch.deliver(push.id, clock=clock) is None
    assert (len(apple.taken), await settled(database, nudge, PUSH)) == (1, ("sent", None))


async def test_an_outage_ends_with_the_last_useful_moment(dispatch, ada, nudge, apple, database, clock):
    await register(ada, IPHONE)
    push = await promise_one(database, nudge, PUSH, not_after=clock() + timedelta(minutes=10))
    apple.answers.extend([apples.Say(503)] * 100)
    while (wait := await dispatch.deliver(push.id, clock=clock)) is not None:
        clock.tick(seconds=wait.total_seconds())
    assert await settled(database, nudge, PUSH) == ("given_up", "503")
    assert apple.asked == 4


async def test_what_lay_too_long_is_not_sent(
    dispatch, push, mail, apple, mail_server, nudge, database, clock
):
    clock.tick(days=7)
    for delivery in (push, mail):
        assert await dispatch.deliver(delivery.id, clock=clock) is None
    assert (apple.taken, mail_server.taken) == ([], [])
    assert await settled(database, nudge, PUSH) == ("too_late", None)


async def test_what_was_acted_on_meanwhile_is_not_sent(
    dispatch, push, mail, apple, mail_server, ada, nudge, clock
):
    answer = await ada.post(f"/v1/nudges/{nudge.id}/act", json={"outcome": "done"})
    assert answer.status_code == 200
    for delivery in (push, mail):
        assert await dispatch.deliver(delivery.id, clock=clock) is None
    assert (apple.taken, mail_server.taken) == ([], [])


async def test_what_is_held_waits_for_its_time(dispatch, ada, nudge, apple, database, clock):
    await register(ada, IPHONE)
    push = await promise_one(database, nudge, PUSH, not_before=clock() + timedelta(hours=9))
    assert await dispatch.deliver(push.id, clock=clock) == timedelta(hours=9)
    clock.tick(hours=9)
    assert await dispatch.deliver(push.id, clock=clock) is None
    assert len(apple.taken) == 1


async def test_a_push_that_may_have_arrived_is_repeated_once_under_its_collapse_key(
    dispatch, push, apple, nudge, database, clock
):
    apple.answers.extend([apples.Say(taken=True, cut=True)] * 3)
    assert await dispatch.deliver(push.id, clock=clock) == timedelta(seconds=15)
    clock.tick(seconds=15)
    assert await dispatch.deliver(push.id, clock=clock) is None
    clock.tick(days=1)
    assert await dispatch.deliver(push.id, clock=clock) is None

    assert [taken.collapse_id for taken in apple.taken] == [str(nudge.id)] * 2
    assert (await settled(database, nudge, PUSH))[0] == "unknown"


async def test_a_nudge_mail_that_may_have_arrived_is_not_repeated(
    dispatch, mail, mail_server, nudge, database, clock
):
    mail_server.cut_after_taking = True
    assert await dispatch.deliver(mail.id, clock=clock) is None
    assert len(mail_server.taken) == 1
    assert await settled(database, nudge, EMAIL) == ("unknown", "SMTPServerDisconnected")


@pytest.mark.parametrize("channel", [PUSH, EMAIL])
async def test_a_worker_that_died_after_sending_leaves_its_lease_and_no_flood(
    dispatch, ada, nudge, apple, mail_server, database, clock, channel
):
    """It claimed and sent, and never recorded."""
    await register(ada, IPHONE)
    delivery = await promise_one(database, nudge, channel)
    claimed = await dispatch.claim(delivery.id, now=clock())
    await dispatch.send(claimed, now=clock())

    assert await dispatch.deliver(delivery.id, clock=clock) == LEASE, "nobody knows yet that it is dead"
    clock.tick(seconds=LEASE.total_seconds())
    assert await dispatch.deliver(delivery.id, clock=clock) is None
    assert (len(apple.taken), len(mail_server.taken)) == ((2, 0) if channel == PUSH else (0, 1))
    expected = ("sent", None) if channel == PUSH else ("unknown", "the worker was lost")
    assert await settled(database, nudge, channel) == expected

    # It was not dead, but slow: what it records now does not count any more.
    assert await dispatch.record(claimed, Answer(Outcome.LATER, "late"), now=clock()) is None
    assert await settled(database, nudge, channel) == expected


async def test_a_repeat_goes_to_the_same_phone_even_if_another_was_heard_of_since(
    dispatch, push, ada, apple, google, clock
):
    apple.answers.append(apples.Say(taken=True, cut=True))
    await dispatch.deliver(push.id, clock=clock)
    clock.tick(seconds=15)
    await register(ada, ANDROID, platform="android")
    await dispatch.deliver(push.id, clock=clock)
    assert (len(apple.taken), google.taken) == (2, [])


async def test_a_mail_server_that_is_away_is_tried_again(without_mail, dispatch, mail, mail_server, clock):
    assert await without_mail.deliver(mail.id, clock=clock) == timedelta(seconds=15)
    mail_server.answer = "451 busy"
    clock.tick(seconds=15)
    assert await dispatch.deliver(mail.id, clock=clock) == timedelta(minutes=1)
    mail_server.answer = "250 OK"
    clock.tick(minutes=1)
    assert await dispatch.deliver(mail.id, clock=clock) is None
    assert len(mail_server.taken) == 1


async def test_an_address_that_is_refused_gets_no_more_nudges(
    dispatch, mail, mail_server, nudge, ada, database, clock
):
    mail_server.answer_to_address = "550 5.1.1 no such person"
    assert await dispatch.deliver(mail.id, clock=clock) is None
    assert await settled(database, nudge, EMAIL) == ("unreachable", "550")

    mail_server.answer_to_address = "250 OK"
    again = await make_nudge(database, ada.person_id, now=clock())
    second = await promise_one(database, again, EMAIL)
    assert await dispatch.deliver(second.id, clock=clock) is None
    assert (await settled(database, again, EMAIL), mail_server.taken) == (("unreachable", None), [])


@pytest.mark.parametrize(
    "says", [{"answer": "554 5.6.0 odd"}, {"answer_to_address": "550 5.7.1 we do not like your host"}]
)
async def test_a_receiver_that_refuses_us_or_the_letter_says_nothing_of_the_address(
    dispatch, mail, mail_server, nudge, ada, database, clock, says
):
    vars(mail_server).update(says)
    assert await dispatch.deliver(mail.id, clock=clock) is None
    assert (await settled(database, nudge, EMAIL))[0] == "refused"
    async with database.transaction() as db:
        assert await db.scalar(select(AccountEmail.bounced_at)) is None


async def test_a_report_that_blames_the_letter_says_nothing_of_the_address(
    dispatch, mail, nudge, database, clock
):
    await dispatch.deliver(mail.id, clock=clock)
    raw = report(mail.id, status="5.7.1")
    assert await note_report(database, raw, BOUNCE_BOOKS, now=clock()) == 1
    assert await settled(database, nudge, EMAIL) == ("bounced", "5.7.1")
    async with database.transaction() as db:
        assert await db.scalar(select(AccountEmail.bounced_at)) is None


async def test_an_address_from_which_a_nudge_came_back_gets_no_more_and_the_next_one_does(
    dispatch, mail, mail_server, nudge, ada, client, outbox, database, clock
):
    assert await dispatch.deliver(mail.id, clock=clock) is None
    assert mail_server.returned_to == ["hallway@localhost.localdomain"]
    assert await note_report(database, report(mail.id), BOUNCE_BOOKS, now=clock()) == 1
    assert await note_report(database, report(mail.id), BOUNCE_BOOKS, now=clock()) == 0
    assert (await settled(database, nudge, EMAIL))[0] == "bounced"

    asked = await ada.post("/v1/me/emails", json={"email": "ada@work.example"})
    code = await outbox.code_for("ada@work.example")
    confirmed = await ada.post(
        "/v1/me/emails/confirm", json={"request_id": asked.json()["request_id"], "code": code}
    )
    assert confirmed.status_code in {200, 201}, confirmed.text
    again = await make_nudge(database, ada.person_id, now=clock())
    await dispatch.deliver((await promise_one(database, again, EMAIL)).id, clock=clock)
    assert [message["To"] for message in mail_server.taken] == [ada.email, "ada@work.example"]
    async with database.transaction() as db:
        assert (
            await db.scalar(select(AccountEmail.bounced_at).where(AccountEmail.email == ada.email)) == clock()
        )


async def test_what_is_gone_is_no_delivery(dispatch, clock):
    assert await dispatch.deliver(uuid4(), clock=clock) is None

"""Apple's service, over HTTP/2: what it takes, and each way in which it does not."""

import asyncio
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from server.push.messages import Answer, Outcome, Push
from tests.push.apple import Say, refuse

PHONE = "ab" * 32


@pytest.fixture
def push(clock) -> Push:
    return Push(
        token=PHONE,
        title="Grace",
        body="Write her a note",
        data={"nudge_id": "n1"},
        collapse_key="n1",
        expires_at=clock() + timedelta(hours=2),
    )


@pytest.fixture
def line(lines):
    return lines["ios"]


async def test_a_push_carries_its_words_its_key_and_when_it_is_stale(line, apple, push, clock):
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)

    (taken,) = apple.taken
    assert (taken.device, taken.collapse_id) == (PHONE, "n1")
    assert taken.payload == {
        "aps": {"alert": {"title": "Grace", "body": "Write her a note"}, "sound": "default"},
        "nudge_id": "n1",
    }
    assert {name: taken.headers[name] for name in taken.headers if name.startswith("apns-")} == {
        "apns-topic": "org.example.hallway",
        "apns-push-type": "alert",
        "apns-priority": "10",
        "apns-expiration": str(int(push.expires_at.timestamp())),
        "apns-collapse-id": "n1",
    }


async def test_many_go_over_one_connection_with_one_token(line, apple, push, clock):
    await line.send(push, now=clock())
    await asyncio.gather(*(line.send(push, now=clock()) for _ in range(30)))
    assert (len(apple.taken), apple.connections, len(set(apple.tokens))) == (31, 1, 1)


async def test_the_token_that_signs_us_in_is_made_anew_before_apple_finds_it_old(line, apple, push, clock):
    for minutes in (0, 39, 1, 39, 1):
        assert (await line.send(push, now=clock.tick(minutes=minutes))).outcome is Outcome.SENT
    assert [apple.tokens.index(token) for token in apple.tokens] == [0, 0, 2, 2, 4]


async def test_a_token_that_apple_finds_too_old_is_made_anew_at_once(line, apple, push, clock):
    await line.send(push, now=clock())
    clock.tick(minutes=25)
    apple.answers.append(refuse(403, "ExpiredProviderToken"))
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)
    assert (apple.asked, len(set(apple.tokens))) == (3, 2)


async def test_a_new_token_that_apple_finds_too_old_is_ours_to_mend(line, apple, push, clock):
    now = clock()
    clock.tick(hours=2)  # Apple's
    assert await line.send(push, now=now) == Answer(Outcome.LATER, "ExpiredProviderToken")
    assert apple.asked == 1, "a new one every time would be refused for being too many"


async def test_a_key_that_is_not_ours_is_ours_to_mend(line, apple, push, clock):
    apple.key = ec.generate_private_key(ec.SECP256R1())
    assert await line.send(push, now=clock()) == Answer(Outcome.LATER, "InvalidProviderToken")
    assert await line.check(now=clock()) == "InvalidProviderToken"


async def test_an_operator_is_told_that_all_is_well_without_a_push(line, apple, clock):
    assert await line.check(now=clock()) == ""
    assert apple.taken == []


async def test_a_phone_that_is_gone_is_said_to_be_since_when(line, apple, push, clock):
    apple.gone[PHONE] = clock() - timedelta(days=2)
    assert await line.send(push, now=clock()) == Answer(
        Outcome.GONE, "Unregistered", gone_since=clock() - timedelta(days=2)
    )


@pytest.mark.parametrize("token", ["x", "../../admin", "AB" * 32 + "?topic=x"])
async def test_what_is_no_token_is_dead(line, apple, push, clock, token):
    odd = Push(token, push.title, push.body, {}, "n1", push.expires_at)
    assert await line.send(odd, now=clock()) == Answer(Outcome.GONE, "BadDeviceToken")


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (
            refuse(429, "TooManyRequests", headers={"retry-after": "120"}),
            Answer(Outcome.LATER, "TooManyRequests", after=timedelta(minutes=2)),
        ),
        (
            refuse(429, "TooManyRequests", headers={"retry-after": "Thu, 04 Jun 2026 09:05:00 GMT"}),
            Answer(Outcome.LATER, "TooManyRequests", after=timedelta(minutes=5)),
        ),
        (
            refuse(429, "TooManyRequests", headers={"retry-after": "soon"}),
            Answer(Outcome.LATER, "TooManyRequests"),
        ),
        (refuse(503, "ServiceUnavailable"), Answer(Outcome.LATER, "ServiceUnavailable")),
        (refuse(500, "InternalServerError"), Answer(Outcome.LATER, "InternalServerError")),
        (Say(502, b"<html>Bad gateway</html>"), Answer(Outcome.LATER, "502")),
        (Say(500, b"[1]"), Answer(Outcome.LATER, "500")),
        (refuse(400, "DeviceTokenNotForTopic"), Answer(Outcome.LATER, "DeviceTokenNotForTopic")),
        (refuse(413, "PayloadTooLarge"), Answer(Outcome.REFUSED, "PayloadTooLarge")),
        (refuse(400, "BadExpirationDate"), Answer(Outcome.REFUSED, "BadExpirationDate")),
        (refuse(410, "Unregistered"), Answer(Outcome.GONE, "Unregistered")),
        (Say(410), Answer(Outcome.GONE, "410")),
    ],
)
async def test_every_other_answer_is_told_apart(line, apple, push, clock, said, answer):
    apple.answers.append(said)
    assert await line.send(push, now=clock()) == answer


async def test_a_connection_that_breaks_before_the_answer_leaves_it_open(line, apple, push, clock):
    apple.answers.append(Say(cut=True))
    assert (await line.send(push, now=clock())).outcome is Outcome.UNKNOWN
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)
    assert (len(apple.taken), apple.connections) == (2, 2)


async def test_a_push_that_goaway_left_behind_goes_over_another_connection_at_once(line, apple, push, clock):
    await line.send(push, now=clock())
    apple.answers.append(Say(503, goaway=1))  # the first, not this one, was the last that was dealt with
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)
    assert (len(apple.taken), apple.connections) == (2, 2)


async def test_a_push_that_goaway_may_have_dealt_with_is_left_open(line, apple, push, clock):
    apple.answers.append(Say(taken=True, goaway=1))
    assert (await line.send(push, now=clock())).outcome is Outcome.UNKNOWN
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)
    assert (len(apple.taken), apple.connections) == (2, 2)


async def test_who_cannot_be_reached_took_nothing(line, push, clock, apple):
    line.http.base_url = "https://127.0.0.1:1"
    assert await line.send(push, now=clock()) == Answer(Outcome.LATER, "ConnectError")

"""Google's service: what it takes, and each way in which it does not."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from server.push.messages import Answer, Outcome, Push
from tests.push.google import BAD_TOKEN, Say, refuse


@pytest.fixture
def push(clock) -> Push:
    return Push(
        token="installation-1",
        title="Grace",
        body="Write her a note",
        data={"nudge_id": "n1"},
        collapse_key="n1",
        expires_at=clock() + timedelta(hours=2),
    )


@pytest.fixture
def line(lines):
    assert lines["web"] is lines["android"]
    return lines["android"]


async def test_a_push_carries_its_words_its_key_and_when_it_is_stale(line, google, push, clock):
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)
    assert google.taken == [
        {
            "token": "installation-1",
            "notification": {"title": "Grace", "body": "Write her a note"},
            "data": {"nudge_id": "n1"},
            "android": {"collapse_key": "n1", "ttl": "7200s", "notification": {"tag": "n1"}},
            "webpush": {"headers": {"TTL": "7200"}, "notification": {"tag": "n1"}},
        }
    ]


async def test_an_access_token_is_got_once_for_all_who_wait_and_anew_before_it_ends(
    line, google, push, clock
):
    await asyncio.gather(*(line.send(push, now=clock()) for _ in range(10)))
    await line.send(push, now=clock.tick(minutes=54))
    assert (len(google.taken), google.access_tokens) == (11, ["access-0"])
    await line.send(push, now=clock.tick(minutes=1))
    assert (len(google.taken), google.access_tokens) == (12, ["access-0", "access-1"])


async def test_an_access_token_that_google_takes_no_more_is_got_anew_at_once(line, google, push, clock):
    await line.send(push, now=clock())
    google.good.clear()
    answers = await asyncio.gather(*(line.send(push, now=clock()) for _ in range(5)))
    assert answers == [Answer(Outcome.SENT)] * 5
    assert google.access_tokens == ["access-0", "access-1"]


async def test_an_access_token_that_is_refused_anew_is_ours_to_mend(line, google, push, clock):
    google.answers.extend([refuse(401, "UNAUTHENTICATED")] * 2)
    assert await line.send(push, now=clock()) == Answer(Outcome.LATER, "UNAUTHENTICATED")
    assert (google.asked, len(google.access_tokens)) == (2, 2)


async def test_a_key_that_is_not_ours_is_ours_to_mend(line, google, push, clock):
    google.key = rsa.generate_private_key(65537, 2048)
    assert await line.send(push, now=clock()) == Answer(Outcome.LATER, "token: invalid_grant")
    assert await line.check(now=clock()) == "token: invalid_grant"
    assert google.asked == 0


async def test_an_operator_is_told_that_all_is_well_without_a_push(line, google, clock):
    assert await line.check(now=clock()) == ""
    assert google.asked == 0


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (Say(cut=True), Answer(Outcome.LATER, "token: RemoteProtocolError")),
        (
            Say(503, b"busy", headers={"retry-after": "30"}),
            Answer(Outcome.LATER, "token: 503", after=timedelta(seconds=30)),
        ),
        (Say(200, b"<html>"), Answer(Outcome.LATER, "token: 200")),
        (Say(200, {"access_token": 1}), Answer(Outcome.LATER, "token: 200")),
    ],
)
async def test_without_an_access_token_nothing_was_pushed(line, google, push, clock, said, answer):
    google.to_token_requests.append(said)
    assert await line.send(push, now=clock()) == answer
    assert await line.send(push, now=clock()) == Answer(Outcome.SENT)


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        (refuse(404, "NOT_FOUND", "UNREGISTERED"), Answer(Outcome.GONE, "UNREGISTERED")),
        (BAD_TOKEN, Answer(Outcome.GONE, "INVALID_ARGUMENT")),
        (refuse(400, "INVALID_ARGUMENT", "INVALID_ARGUMENT"), Answer(Outcome.REFUSED, "INVALID_ARGUMENT")),
        (refuse(404, "NOT_FOUND"), Answer(Outcome.LATER, "NOT_FOUND")),
        (
            refuse(403, "PERMISSION_DENIED", "SENDER_ID_MISMATCH"),
            Answer(Outcome.LATER, "SENDER_ID_MISMATCH"),
        ),
        (
            refuse(401, "UNAUTHENTICATED", "THIRD_PARTY_AUTH_ERROR"),
            Answer(Outcome.LATER, "THIRD_PARTY_AUTH_ERROR"),
        ),
        (
            refuse(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED", headers={"retry-after": "90"}),
            Answer(Outcome.LATER, "QUOTA_EXCEEDED", after=timedelta(seconds=90)),
        ),
        (
            refuse(429, "RESOURCE_EXHAUSTED", "QUOTA_EXCEEDED"),
            Answer(Outcome.LATER, "QUOTA_EXCEEDED", after=timedelta(minutes=1)),
        ),
        (
            refuse(503, "UNAVAILABLE", "UNAVAILABLE", headers={"retry-after": "10"}),
            Answer(Outcome.LATER, "UNAVAILABLE", after=timedelta(seconds=10)),
        ),
        (refuse(500, "INTERNAL", "INTERNAL"), Answer(Outcome.LATER, "INTERNAL")),
        (Say(502, b"<html>Bad gateway</html>"), Answer(Outcome.LATER, "502")),
        (Say(500, {"error": "odd"}), Answer(Outcome.LATER, "500")),
    ],
)
async def test_every_other_answer_is_told_apart(line, google, push, clock, said, answer):
    google.answers.append(said)
    assert await line.send(push, now=clock()) == answer


async def test_a_connection_that_breaks_before_the_answer_leaves_it_open(line, google, push, clock):
    await line.send(push, now=clock())
    google.answers.append(Say(cut=True, taken=True))
    assert (await line.send(push, now=clock())).outcome is Outcome.UNKNOWN
    assert await line.send(replace(push, body="again"), now=clock()) == Answer(Outcome.SENT)
    assert [taken["notification"]["body"] for taken in google.taken[1:]] == ["Write her a note", "again"]

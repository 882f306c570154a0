"""Signing in with a mailed code, and staying signed in."""

from uuid import uuid4

from sqlalchemy import update

from server.accounts import rules
from server.accounts.models import Session
from tests.phones import Phone, sign_in


async def test_the_first_sign_in_makes_an_account_and_the_second_finds_it(client, outbox, clock):
    first = await sign_in(client, outbox, "ada@example.org")
    again = await sign_in(client, outbox, "ada@example.org")

    assert first.person_id == again.person_id
    me = (await again.get("/v1/me")).json()
    assert [email["email"] for email in me["emails"]] == ["ada@example.org"]
    assert me["may_organize"] is False


async def test_the_answer_to_a_code_request_does_not_tell_whether_the_address_is_known(client, ada, clock):
    known = await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})
    unknown = await client.post("/v1/sign_in_codes", json={"email": "nobody@example.org"})

    assert known.status_code == unknown.status_code == 202
    assert known.json().keys() == unknown.json().keys()
    assert known.json()["expires_at"] == unknown.json()["expires_at"]


async def test_the_sixth_try_fails_even_with_the_right_code(client, outbox, clock):
    request_id = (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).json()[
        "request_id"
    ]
    right = await outbox.code_for("ada@example.org")
    wrong = f"{(int(right) + 1) % 1_000_000:06d}"

    codes = []
    for code in [wrong] * rules.CODE_TRIES + [right]:
        answer = await client.post(
            "/v1/sessions", json={"request_id": request_id, "code": code, "label": "phone"}
        )
        codes.append((answer.status_code, answer.json()["code"]))

    assert codes == [(401, "code_wrong")] * 5 + [(401, "code_expired")]


async def test_nobody_can_burn_anothers_code(client, outbox, clock):
    mine = (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).json()["request_id"]
    code = await outbox.code_for("ada@example.org")
    theirs = (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).json()["request_id"]
    for _ in range(rules.CODE_TRIES):
        await client.post("/v1/sessions", json={"request_id": theirs, "code": "000000", "label": "thief"})

    answer = await client.post("/v1/sessions", json={"request_id": mine, "code": code, "label": "phone"})

    assert answer.status_code == 201


async def test_a_code_works_once_and_for_ten_minutes(client, outbox, clock):
    request_id = (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).json()[
        "request_id"
    ]
    body = {"request_id": request_id, "code": await outbox.code_for("ada@example.org"), "label": "phone"}
    clock.tick(minutes=9, seconds=59)
    assert (await client.post("/v1/sessions", json=body)).status_code == 201
    assert (await client.post("/v1/sessions", json=body)).json()["code"] == "code_expired"

    late = (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).json()["request_id"]
    code = await outbox.code_for("ada@example.org")
    clock.tick(minutes=10)
    answer = await client.post("/v1/sessions", json={"request_id": late, "code": code, "label": "phone"})
    assert answer.json()["code"] == "code_expired"


async def test_an_unknown_request_looks_like_an_expired_one(client, clock):
    answer = await client.post(
        "/v1/sessions", json={"request_id": str(uuid4()), "code": "123456", "label": "phone"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "code_expired")


async def test_an_address_gets_five_codes_an_hour(client, clock):
    answers = [await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"}) for _ in range(6)]

    assert [answer.status_code for answer in answers] == [202] * 5 + [429]
    assert answers[-1].json()["code"] == "rate_limited"
    assert 0 < int(answers[-1].headers["retry-after"]) <= 3600
    clock.tick(hours=1)
    assert (await client.post("/v1/sign_in_codes", json={"email": "ada@example.org"})).status_code == 202


async def test_a_lost_refresh_answer_signs_nobody_out(client, ada: Phone, clock):
    old = ada.tokens["refresh_token"]
    lost = await client.post("/v1/sessions/refresh", json={"refresh_token": old})
    again = await client.post("/v1/sessions/refresh", json={"refresh_token": old})

    assert lost.status_code == again.status_code == 200
    assert lost.json()["refresh_token"] == again.json()["refresh_token"] != old
    newer = await client.post("/v1/sessions/refresh", json={"refresh_token": again.json()["refresh_token"]})
    assert newer.status_code == 200


async def test_a_reused_refresh_token_ends_the_session_for_everybody(client, ada: Phone, clock):
    first = ada.tokens["refresh_token"]
    second = (await client.post("/v1/sessions/refresh", json={"refresh_token": first})).json()[
        "refresh_token"
    ]
    third = (await client.post("/v1/sessions/refresh", json={"refresh_token": second})).json()[
        "refresh_token"
    ]
    clock.tick(seconds=11)

    assert (await client.post("/v1/sessions/refresh", json={"refresh_token": first})).json()[
        "code"
    ] == "refresh_invalid"
    assert (await client.post("/v1/sessions/refresh", json={"refresh_token": third})).json()[
        "code"
    ] == "refresh_invalid"
    assert (await ada.get("/v1/me")).json()["code"] == "sign_in_required"


async def test_a_token_that_a_restored_backup_does_not_know_yet_signs_nobody_out(
    client, ada: Phone, database, clock
):
    for _ in range(3):
        answer = await client.post(
            "/v1/sessions/refresh", json={"refresh_token": ada.tokens["refresh_token"]}
        )
        older, ada.tokens = ada.tokens, answer.json()
    async with database.transaction() as db:
        await db.execute(update(Session).values(counter=0, refreshed_before_at=None))

    newest = await client.post("/v1/sessions/refresh", json={"refresh_token": ada.tokens["refresh_token"]})
    clock.tick(seconds=11)
    reused = await client.post("/v1/sessions/refresh", json={"refresh_token": older["refresh_token"]})
    assert (newest.status_code, reused.json()["code"]) == (200, "refresh_invalid")


async def test_two_crossing_refreshes_of_one_phone_both_succeed(client, ada: Phone, clock):
    first = ada.tokens["refresh_token"]
    second = (await client.post("/v1/sessions/refresh", json={"refresh_token": first})).json()[
        "refresh_token"
    ]
    await client.post("/v1/sessions/refresh", json={"refresh_token": second})
    clock.tick(seconds=9)

    late = await client.post("/v1/sessions/refresh", json={"refresh_token": first})

    assert late.json()["refresh_token"] == second


async def test_signing_out_is_at_once(client, outbox, ada: Phone, clock):
    other = await sign_in(client, outbox, "ada@example.org")
    listed = (await ada.get("/v1/sessions")).json()["items"]
    assert sorted(session["current"] for session in listed) == [False, True]

    assert (await ada.delete(f"/v1/sessions/{other.tokens['session_id']}")).status_code == 204
    assert (await other.get("/v1/me")).json()["code"] == "sign_in_required"
    assert (await ada.delete("/v1/sessions/current")).status_code == 204
    assert (await ada.get("/v1/me")).json()["code"] == "sign_in_required"


async def test_somebody_elses_session_is_not_there(client, outbox, ada: Phone, grace: Phone, clock):
    answer = await grace.delete(f"/v1/sessions/{ada.tokens['session_id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "session_not_found")
    assert (await ada.get("/v1/me")).status_code == 200


async def test_an_access_token_ends_after_ten_minutes_and_forged_ones_never_begin(client, ada: Phone, clock):
    clock.tick(minutes=9)
    assert (await ada.get("/v1/me")).status_code == 200
    clock.tick(minutes=1)
    assert (await ada.get("/v1/me")).status_code == 401
    for forged in ["", "Bearer", "Bearer x", "Basic YTpi", "Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0."]:
        answer = await client.get("/v1/me", headers={"authorization": forged})
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")


async def test_an_address_is_added_by_its_code_and_then_signs_in(client, outbox, ada: Phone, clock):
    clock.tick(minutes=1)
    asked = await ada.post("/v1/me/emails", json={"email": "ada@work.example.org"})
    code = await outbox.code_for("ada@work.example.org")
    me = await ada.post(
        "/v1/me/emails/confirm", json={"request_id": asked.json()["request_id"], "code": code}
    )

    emails = me.json()["emails"]
    assert [email["email"] for email in emails] == ["ada@example.org", "ada@work.example.org"]
    at_work = await sign_in(client, outbox, "ada@work.example.org")
    assert at_work.person_id == ada.person_id
    assert (await ada.delete(f"/v1/me/emails/{emails[0]['id']}")).status_code == 204
    assert (await ada.delete(f"/v1/me/emails/{emails[1]['id']}")).json()["code"] == "last_email"


async def test_an_address_of_another_account_cannot_be_added(client, outbox, ada: Phone, grace: Phone, clock):
    asked = await ada.post("/v1/me/emails", json={"email": "grace@example.org"})
    code = await outbox.code_for("grace@example.org")
    answer = await ada.post(
        "/v1/me/emails/confirm", json={"request_id": asked.json()["request_id"], "code": code}
    )
    assert (answer.status_code, answer.json()["code"]) == (409, "email_taken")

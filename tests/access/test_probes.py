"""What somebody tries who wants in: forged tokens, fields that are not theirs to set, too much, and words that mean
something to a database."""

import base64
import json
from uuid import uuid4

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, OKPKey

from tests.counting import counted
from tests.devices.phones import register
from tests.events.conftest import event, olga
from tests.events.facts import PATH, faults, problem
from tests.phones import Phone

__all__ = ["event", "olga"]
WORDS = ["'; drop table events; --", '" or 1=1 --', "%", "_", "\\", "{{7*7}}", "<script>x</script>", "\u202e"]


def unsigned(token: str, **changes) -> tuple[str, str]:
    """Header and claims of a token, the claims changed."""
    header, claims = [json.loads(base64.urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]
    return header, {**claims, **changes}


def encoded(part: dict) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


async def test_only_our_own_signature_by_our_own_algorithm_signs_in(
    ada: Phone, grace: Phone, client, settings
):
    token, secret = ada.tokens["access_token"], settings.secret("session")
    _, claims = unsigned(token)
    _, hers = unsigned(grace.tokens["access_token"])
    signature = token.rsplit(".", 1)[1]
    device = await register(ada)
    own = OKPKey.generate_key("Ed25519", private=True)
    forged = {
        "no algorithm": f"{encoded({'alg': 'none'})}.{encoded(claims)}.",
        "no algorithm, signed": f"{encoded({'alg': 'none'})}.{encoded(claims)}.{signature}",
        "our secret, another algorithm": jwt.encode(
            {"alg": "HS512"}, claims, OctKey.import_key(secret), algorithms=["HS512"]
        ),
        "a key that it brings along": jwt.encode(
            {"alg": "Ed25519", "jwk": own.as_dict(private=False)}, claims, own, algorithms=["Ed25519"]
        ),
        "another header": f"{encoded({'alg': 'HS256', 'crit': ['b64'], 'b64': False})}.{encoded(claims)}.{signature}",
        "another secret": jwt.encode({"alg": "HS256"}, claims, OctKey.import_key("y" * 48)),
        "another's claims": f"{token.split('.')[0]}.{encoded(hers)}.{signature}",
        "a longer life": f"{token.split('.')[0]}.{encoded({**claims, 'exp': claims['exp'] + 9999})}.{signature}",
        "no signature": token.rsplit(".", 1)[0] + ".",
        "no end": jwt.encode(
            {"alg": "HS256"},
            {name: claims[name] for name in ("sub", "sid")},
            OctKey.import_key(secret),
        ),
        "a refresh token": ada.tokens["refresh_token"],
        "a device's token": device["device_token"],
        "nothing": "",
        "no text": "\xff\xfe",
    }
    answers = {
        name: await client.get("/v1/me", headers={"authorization": f"Bearer {value}".encode("latin-1")})
        for name, value in forged.items()
    }
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(forged, 401)
    assert (await ada.get("/v1/me")).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PATCH", "/v1/me/profile", {"person_id": str(uuid4())}),
        ("PATCH", "/v1/me/profile", {"version": 7}),
        ("PATCH", PATH, {"code_reference": "AAAA"}),
        ("PATCH", PATH, {"my_role": "owner"}),
        ("PATCH", f"{PATH}/attendance", {"account_id": str(uuid4())}),
        ("PATCH", f"{PATH}/attendance", {"status": "expected"}),
    ],
)
async def test_nobody_sets_what_is_not_theirs_to_set(olga: Phone, event, method, path, body):
    await olga.get("/v1/me/profile")
    place = {"id": str(uuid4()), "name": "Olga", "email": olga.email}
    await olga.post(f"{PATH}/attendees", json=place)
    await olga.post(f"{PATH}/claim", json={})
    answer = await olga.ask(method, path, json=body, headers={"if-match": "*"})
    assert problem(answer) == (400, "invalid_request")
    assert [pointer for pointer, _ in faults(answer)] == [f"/{name}" for name in body]


async def test_a_body_that_is_too_large_is_not_read(ada: Phone):
    answer = await ada.ask(
        "PATCH", "/v1/me/profile", json={"name": "x" * 5_000_000}, headers={"if-match": "*"}
    )
    assert problem(answer) == (413, "body_too_large")


@pytest.mark.parametrize("words", WORDS)
async def test_words_are_words_wherever_they_are_written(olga: Phone, event, words):
    place = {"id": str(uuid4()), "name": f"{words} Ada", "email": "ada@example.org"}
    added = await olga.post(f"{PATH}/attendees", json=place)
    if added.status_code == 400:
        assert faults(added)[0][0] == "/name"
        return
    assert added.json()["name"] == place["name"]
    found = await olga.get(f"{PATH}/attendees", params={"q": words})
    assert [item["attendance_id"] for item in found.json()["items"]] == [place["id"]]
    nobody = await olga.get(f"{PATH}/attendees", params={"q": f"{words}x"})
    assert nobody.json()["items"] == []
    assert (await olga.get(f"{PATH}/attendees", params={"cursor": words})).status_code == 400
    assert (await olga.get(PATH)).status_code == 200


async def test_asking_for_a_code_is_the_same_work_for_known_and_unknown_addresses(
    client, ada: Phone, app, monkeypatch, clock
):
    """So neither the answer nor how long it takes tells who has an account."""
    clock.tick(hours=2)
    sent = {}
    for address in (ada.email, "nobody@example.org"):
        with counted(app, monkeypatch) as statements:
            answer = await client.post("/v1/sign_in_codes", json={"email": address})
        assert answer.status_code == 202
        sent[address] = list(statements)
    known, unknown = sent.values()
    assert known == unknown
    assert not any("account_emails" in statement for statement in known)  # nobody looks an address up


async def test_a_wrong_code_is_the_same_work_for_known_and_unknown_addresses(
    client, ada: Phone, app, monkeypatch, clock
):
    clock.tick(hours=2)
    sent = []
    for address in (ada.email, "nobody@example.org"):
        asked = (await client.post("/v1/sign_in_codes", json={"email": address})).json()
        with counted(app, monkeypatch) as statements:
            body = {"request_id": asked["request_id"], "code": "000000", "label": "x"}
            answer = await client.post("/v1/sessions", json=body)
        assert answer.status_code == 401
        sent.append(list(statements))
    assert sent[0] == sent[1]
    assert not any("account_emails" in statement for statement in sent[0])


async def test_a_code_signs_in_once_and_only_where_it_was_asked_for(client, outbox, clock):
    first, second = [
        (await client.post("/v1/sign_in_codes", json={"email": email})).json()["request_id"]
        for email in ("ada@example.org", "grace@example.org")
    ]
    code = await outbox.code_for("ada@example.org")
    answers = [
        await client.post("/v1/sessions", json={"request_id": request, "code": code, "label": "x"})
        for request in (second, first, first)
    ]
    assert [answer.json().get("code") for answer in answers] == ["code_wrong", None, "code_expired"]


async def test_what_is_private_is_kept_by_no_cache_on_the_way(ada: Phone, client):
    refused = await client.get("/v1/me")
    assert refused.headers["cache-control"] == "no-store"
    mine = await ada.get("/v1/me")
    # A shared cache keeps no answer to a request with `Authorization` (RFC 9111, 3.5), unless told that it may.
    assert "public" not in mine.headers.get("cache-control", "")

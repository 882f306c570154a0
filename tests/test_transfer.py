"""How bodies travel: compressed both ways, and not at all when the phone has them already."""

import gzip
import json
import zlib

import pytest

EVENT = "01981d4e-3c00-7000-8000-0000000000e1"


def packed(body: bytes, encoding: str) -> bytes:
    return gzip.compress(body) if encoding == "gzip" else zlib.compress(body)


async def ask_for_code(client, content: bytes, encoding: str):
    headers = {"content-type": "application/json", "content-encoding": encoding}
    return await client.post("/v1/sign_in_codes", content=content, headers=headers)


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_packed_body_is_unpacked(client, encoding):
    body = json.dumps({"email": "ada@example.org"}).encode()
    assert (await ask_for_code(client, packed(body, encoding), encoding)).status_code == 202


@pytest.mark.parametrize(
    ("content", "encoding", "code"),
    [
        (b"{}", "br", "encoding_unknown"),
        (b"not packed", "gzip", "encoding_wrong"),
        (gzip.compress(b'{"email": "ada@example.org"}')[:-4], "gzip", "encoding_wrong"),
        (gzip.compress(b'{"email": "ada@example.org"}') + b"more", "gzip", "encoding_wrong"),
        (b"", "gzip", "encoding_wrong"),
    ],
    ids=["unknown", "not packed", "cut short", "followed", "empty"],
)
async def test_a_body_not_packed_as_it_says_is_refused(client, content, encoding, code):
    answer = await ask_for_code(client, content, encoding)
    assert answer.status_code == 400
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [
        ("header/content-encoding", code)
    ]


async def test_a_bomb_is_stopped_at_the_limit_of_the_route(client):
    bomb = gzip.compress(b'{"email": "' + b"a" * 100_000_000 + b'"}')
    assert len(bomb) < 100_000
    answer = await ask_for_code(client, bomb, "gzip")
    assert (answer.status_code, answer.json()["code"]) == (413, "body_too_large")


async def test_a_body_of_the_largest_size_arrives_whole(client):
    note = json.dumps({"email": "ada@example.org", "note": "a" * 900_000}).encode()
    answer = await ask_for_code(client, gzip.compress(note), "gzip")
    assert [fault["pointer"] for fault in answer.json()["errors"]] == [
        "/note"
    ]  # read to its end, and not known


async def test_a_long_answer_is_packed_for_whom_it_may_be(client):
    long = await client.get("/openapi.json", headers={"accept-encoding": "gzip"})
    plain = await client.get("/openapi.json", headers={"accept-encoding": "identity"})
    assert long.headers["content-encoding"] == "gzip"
    assert int(long.headers["content-length"]) < len(plain.content) / 5
    assert "content-encoding" not in plain.headers
    assert long.json() == plain.json()
    assert long.headers["etag"] == plain.headers["etag"]


async def test_what_is_packed_on_disk_is_not_packed_twice(client):
    script = await client.get("/docs/swagger-ui-bundle.js", headers={"accept-encoding": "gzip"})
    assert script.headers["content-encoding"] == "gzip"
    assert script.text.startswith("/*!")


async def test_what_the_phone_has_is_not_sent_again(ada):
    first = await ada.get("/v1/me")
    again = await ada.get("/v1/me", headers={"if-none-match": f'"other", {first.headers["etag"]}'})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert "content-length" not in again.headers
    assert first.headers["cache-control"] == "private, no-cache"


async def test_what_changed_is_sent(ada):
    first = await ada.get("/v1/me/profile")
    await ada.edit("/v1/me/profile", {"headline": "I weave"})
    again = await ada.get("/v1/me/profile", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.json()["headline"]) == (200, "I weave")


async def test_the_tag_of_a_read_names_the_version_that_is_edited(ada):
    tag = (await ada.get("/v1/me/profile")).headers["etag"]
    edited = await ada.ask("PATCH", "/v1/me/profile", json={"headline": "I weave"}, headers={"if-match": tag})
    late = await ada.ask("PATCH", "/v1/me/profile", json={"headline": "I spin"}, headers={"if-match": tag})
    assert (edited.status_code, late.status_code) == (200, 412)


async def test_an_answer_that_must_not_be_kept_has_no_tag(client):
    refused = await client.get("/v1/me")
    assert (refused.status_code, refused.headers["cache-control"]) == (401, "no-store")
    assert "etag" not in refused.headers


@pytest.mark.parametrize(
    "given", ["0197e2c5-d1d8-7c3e-9a6b-5f4e3d2c1b0a", "0197E2C5D1D87C3E9A6B5F4E3D2C1B0A"]
)
async def test_the_id_of_a_request_is_echoed(client, given):
    answer = await client.get("/v1/nowhere", headers={"x-request-id": given})
    assert answer.headers["x-request-id"] == answer.json()["request_id"] == given


@pytest.mark.parametrize("given", ["", "ada@example.org", "1\r\nset-cookie: x", "0" * 33])
async def test_an_id_that_is_no_uuid_is_not_taken(client, given):
    answer = await client.get("/v1/nowhere", headers={"x-request-id": given.encode()})
    assert answer.headers["x-request-id"] != given
    assert len(answer.headers["x-request-id"]) == 32

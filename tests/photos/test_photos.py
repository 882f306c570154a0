"""Setting a photo, and who sees it."""

import asyncio
from uuid import UUID

import pytest
from sqlalchemy import select

from server.people.models import Block
from server.photos.darkroom import PHOTOS_A_DAY
from server.photos.models import Picture
from tests.phones import Phone
from tests.photos.photographs import BLUE, RED, file, like, opened, photo, photo_of, png_of, set_photo
from tests.scans.conference import Conference, Guest
from tests.sync.copies import Copy, spread

FACE, OTHER_FACE = file(photo(colour=RED)), file(photo(colour=BLUE), "PNG")


async def sees(phone: Phone, person_id: str) -> bool:
    answer = await phone.get(photo_of(person_id))
    if answer.status_code == 404:
        assert answer.json()["code"] == "photo_not_found"
    return answer.status_code == 200


async def test_a_photo_is_set_replaced_and_removed(ada: Phone, clock):
    assert (await ada.get("/v1/me/profile")).json()["photo"] is None
    names, colours = [], []
    for face in (FACE, FACE, OTHER_FACE):
        answer = await set_photo(ada, face)
        assert answer.status_code == 200, answer.text
        assert answer.json() == (await ada.get("/v1/me/profile")).json()
        names.append(answer.json()["photo"])
        small, large = [await ada.get(photo_of(ada.person_id), params={"size": size}) for size in (96, 384)]
        assert {one.headers["content-type"] for one in (small, large)} == {"image/webp"}
        assert (opened(small.content).size, opened(large.content).size) == ((96, 96), (384, 384))
        colours.append(opened(large.content).getpixel((192, 192)))

    assert (names[0] == names[1], names[1] == names[2]) == (True, False)
    assert [like(colour, RED) for colour in colours] == [True, True, False]
    for _ in range(2):
        assert (await ada.delete("/v1/me/photo")).status_code == 204
    assert (await ada.get("/v1/me/profile")).json()["photo"] is None
    assert not await sees(ada, ada.person_id)


async def test_a_photo_leaves_the_version_of_what_is_edited_alone(ada: Phone, clock):
    before = await ada.get("/v1/me/profile")
    assert (await set_photo(ada, FACE)).json()["version"] == before.json()["version"]
    edited = await ada.ask(
        "PATCH", "/v1/me/profile", json={"name": "Ada"}, headers={"if-match": before.headers["etag"]}
    )
    assert (edited.status_code, edited.json()["photo"] is None) == (200, False)


async def test_a_photo_is_read_once_and_kept_by_who_read_it(ada: Phone, clock):
    await set_photo(ada, FACE)
    first = await ada.get(photo_of(ada.person_id))
    known = {"if-none-match": first.headers["etag"]}
    again = await ada.get(photo_of(ada.person_id), headers=known)
    await set_photo(ada, OTHER_FACE)
    changed = await ada.get(photo_of(ada.person_id), headers=known)

    assert first.headers["cache-control"] == "private, no-cache"
    assert [one.status_code for one in (first, again, changed)] == [200, 304, 200]


async def test_who_met_me_sees_my_photo_and_strangers_do_not(
    ada_there: Guest, grace_there: Guest, conference: Conference, client, clock, database, outbox
):
    await set_photo(ada_there.phone, FACE)
    mine = (await ada_there.phone.get("/v1/me/profile")).json()["photo"]
    assert not await sees(grace_there.phone, ada_there.person_id)

    await grace_there.scan(ada_there, at=clock.now)

    (seen,) = await grace_there.connections()
    assert seen["photo"] == mine
    assert await sees(grace_there.phone, ada_there.person_id)
    assert (await client.get(photo_of(ada_there.person_id))).status_code == 401


async def test_a_card_taken_back_or_a_hidden_connection_takes_the_photo_along(
    ada_there: Guest, grace_there: Guest, clock
):
    await set_photo(ada_there.phone, FACE)
    await grace_there.scan(ada_there, at=clock.now)
    (release,) = (await ada_there.phone.get("/v1/me/releases")).json()["items"]
    await ada_there.phone.delete(f"/v1/me/releases/{release['id']}")

    assert [one["photo"] for one in await grace_there.connections()] == [None]
    assert not await sees(grace_there.phone, ada_there.person_id)
    clock.tick(minutes=1)  # given again, later than taken back
    await ada_there.phone.post(f"/v1/connections/{grace_there.person_id}/share")
    assert await sees(grace_there.phone, ada_there.person_id)
    await grace_there.phone.delete(f"/v1/connections/{ada_there.person_id}")
    assert not await sees(grace_there.phone, ada_there.person_id)


async def test_who_is_listed_is_seen_by_those_who_are_there(
    ada_there: Guest, grace_there: Guest, clock, client, outbox
):
    await set_photo(ada_there.phone, FACE)
    place = f"/v1/events/{ada_there.event.id}/attendance"
    await ada_there.phone.edit(place, {"listed": True, "text_version": 1})

    (entry,) = (await grace_there.phone.get(f"/v1/events/{ada_there.event.id}/people")).json()["items"]
    assert entry["photo"] == (await ada_there.phone.get("/v1/me/profile")).json()["photo"]
    assert await sees(grace_there.phone, ada_there.person_id)
    await ada_there.phone.edit(place, {"paused": True})
    assert not await sees(grace_there.phone, ada_there.person_id)


@pytest.mark.parametrize("blocker", ["ada", "grace"])
async def test_a_block_hides_photos_both_ways(ada_there: Guest, grace_there: Guest, clock, database, blocker):
    for guest in (ada_there, grace_there):
        await set_photo(guest.phone, FACE)
        await guest.phone.edit(f"/v1/events/{guest.event.id}/attendance", {"listed": True, "text_version": 1})
    await ada_there.scan(grace_there, at=clock.now)
    one, other = (ada_there, grace_there) if blocker == "ada" else (grace_there, ada_there)
    async with database.transaction() as db:
        db.add(Block(blocker_id=UUID(one.person_id), blocked_id=UUID(other.person_id), created_at=clock.now))

    assert not await sees(ada_there.phone, grace_there.person_id)
    assert not await sees(grace_there.phone, ada_there.person_id)
    assert await sees(ada_there.phone, ada_there.person_id)


async def test_a_new_photo_reaches_the_phones_of_who_met_me(
    ada_there: Guest, grace_there: Guest, clock, database
):
    await grace_there.scan(ada_there, at=clock.now)
    graces = Copy(grace_there.phone)
    await graces.sync()
    named = (await set_photo(ada_there.phone, FACE)).json()["photo"]
    await spread(database, clock.now)

    assert [one["photo"] for one in (await graces.sync())["connections"]] == [named]
    await set_photo(ada_there.phone, FACE)
    await spread(database, clock.now)
    assert (await graces.sync())["connections"] == []


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "photo_type_unknown"),
        (OTHER_FACE[:200], "photo_unreadable"),
        (FACE[:900], "photo_unreadable"),
        (file(photo((20, 20))), "photo_too_small"),
        (png_of(14_200, 14_200, rows=8), "photo_too_many_pixels"),
        (
            file(photo(), "WEBP", save_all=True, append_images=[photo(colour=BLUE)]),
            "photo_animated",
        ),
    ],
    ids=["empty", "broken", "cut short", "small", "bomb", "animated"],
)
async def test_what_is_no_photo_is_refused_with_a_code(ada: Phone, clock, content, code):
    await set_photo(ada, FACE)
    before = (await ada.get("/v1/me/profile")).json()

    answer = await set_photo(ada, content)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert [(fault["pointer"], fault["code"]) for fault in answer.json()["errors"]] == [("", code)]
    assert (await ada.get("/v1/me/profile")).json() == before


async def test_another_media_type_and_a_huge_body_are_refused(ada: Phone, clock):
    as_text = await set_photo(ada, FACE, "text/plain")
    assert [(one["pointer"], one["code"]) for one in as_text.json()["errors"]] == [
        ("header/content-type", "media_type_unknown")
    ]
    huge = await set_photo(ada, FACE + bytes(10_000_001))
    assert (huge.status_code, huge.json()["code"]) == (413, "body_too_large")


async def test_others_are_answered_while_a_photo_of_fifty_megapixels_is_read(ada: Phone, clock):
    large = asyncio.create_task(set_photo(ada, png_of(7_000, 7_000), "image/png"))
    others = [await ada.get("/v1/me/profile") for _ in range(3)]

    assert ([one.status_code for one in others], large.done()) == ([200] * 3, False)
    assert (await large).status_code == 200


async def test_a_process_that_dies_over_a_photo_refuses_it(ada: Phone, clock, monkeypatch):
    """As when a decoder breaks, or takes for ever: here, because nobody waits for it."""
    monkeypatch.setattr("server.photos.darkroom.PATIENCE", 0)
    answer = await set_photo(ada, FACE)
    assert [fault["code"] for fault in answer.json()["errors"]] == ["photo_unreadable"]


async def test_photos_are_limited_by_the_day(ada: Phone, app, clock):
    await app.state.limits.take(PHOTOS_A_DAY, ada.person_id, now=clock.now, cost=29)
    assert [(await set_photo(ada, FACE)).status_code for _ in range(2)] == [200, 429]


async def test_two_photos_at_once_leave_one_whole(ada: Phone, clock, database):
    await asyncio.gather(*(set_photo(ada, face) for face in (FACE, OTHER_FACE) * 2))

    async with database.transaction() as db:
        rows = (await db.scalars(select(Picture).order_by(Picture.size))).all()
    colours = [opened(row.webp).getpixel((row.size // 2, row.size // 2)) for row in rows]
    assert [row.size for row in rows] == [96, 384]
    assert like(*colours)

"""The words by which people are asked, and the version of them that is kept with what they gave."""

from hashlib import sha256

import pytest
from sqlalchemy import select

from server.events import consent_texts
from server.events.consent_texts import CURRENT, KNOWN, TEXTS, texts_of, words_in
from server.events.consents import CONSENTS
from server.events.models import ConsentChange
from server.texts import LANGUAGES
from tests.builders import make_attendance, make_event
from tests.events.facts import faults, problem
from tests.phones import Phone

# Somebody agreed to these very words. Other words are another version: append them to `TEXTS`, and their line here.
RELEASED = {
    ("listed", 1, "en"): "0ee2032f6acfd674",
    ("exhibitors_may_scan", 1, "en"): "bfc0e32113a43ab8",
    ("named_in_exports", 1, "en"): "1bf68f4aa01f8388",
    ("paused", 1, "en"): "0155cceaa3284477",
    ("given_at_stand", 1, "en"): "e447d3c64dc5ed7d",
}


@pytest.fixture
async def place(ada: Phone, database, clock) -> str:
    event = await make_event(database, now=clock())
    await make_attendance(database, event, ada, now=clock())
    return f"/v1/events/{event.id}/attendance"


@pytest.fixture
def two_versions(monkeypatch) -> None:
    """As it will be when the words were changed once."""
    monkeypatch.setattr(consent_texts, "KNOWN", 2)


async def ledger(database) -> list[tuple[str, bool, int | None]]:
    async with database.transaction() as db:
        changes = await db.execute(
            select(ConsentChange.consent, ConsentChange.given, ConsentChange.text_version).order_by(
                ConsentChange.id
            )
        )
        return [tuple(change) for change in changes]


def test_words_once_released_never_change():
    assert {
        (text.purpose, text.since_version, language): sha256(words_in(text, language).encode()).hexdigest()[
            :16
        ]
        for text in TEXTS
        for language in LANGUAGES
    } == RELEASED


def test_every_version_has_words_for_every_consent_and_they_only_grow():
    assert [text.since_version for text in TEXTS] == sorted(text.since_version for text in TEXTS)
    assert len({(text.purpose, text.since_version) for text in TEXTS}) == len(TEXTS)
    for version in range(1, KNOWN + 1):
        assert {text.purpose for text in texts_of(version)} == {*CONSENTS, "given_at_stand"}
    assert 1 <= CURRENT <= KNOWN


async def test_anybody_reads_the_words_of_any_version(client):
    answer = await client.get("/v1/consent_texts")
    assert answer.json() == {
        "version": CURRENT,
        "current": True,
        "language": "en",
        "items": [
            {"purpose": text.purpose, "words": text.words, "since_version": text.since_version}
            for text in texts_of(CURRENT)
        ],
    }
    assert answer.headers["cache-control"] == "public, max-age=3600"
    had = {"if-none-match": answer.headers["etag"]}
    assert (await client.get("/v1/consent_texts", headers=had)).status_code == 304
    assert (await client.get("/v1/consent_texts?version=1")).json()["version"] == 1
    unknown = await client.get(f"/v1/consent_texts?version={KNOWN + 1}")
    assert problem(unknown) == (400, "consent_text_unknown")


@pytest.mark.parametrize("consent", ["listed", "exhibitors_may_scan", "named_in_exports"])
async def test_nothing_is_given_without_words(ada: Phone, place, database, consent):
    given = await ada.edit(place, {consent: True})
    claimed = await ada.post(place.replace("attendance", "claim"), json={"consents": {consent: True}})

    assert faults(given) == [("/text_version", "text_version_missing")]
    assert faults(claimed) == [("/consents/text_version", "text_version_missing")]
    assert await ledger(database) == []


async def test_words_that_nobody_can_have_seen_change_nothing(ada: Phone, place, database):
    for change in ({"listed": True}, {"listed": False}, {"paused": True}, {}):
        refused = await ada.edit(place, {**change, "text_version": KNOWN + 1})
        assert problem(refused) == (400, "consent_text_unknown")
    claimed = await ada.post(
        place.replace("attendance", "claim"), json={"consents": {"listed": True, "text_version": KNOWN + 1}}
    )
    assert problem(claimed) == (400, "consent_text_unknown")
    assert faults(await ada.edit(place, {"text_version": 0})) == [("/text_version", "greater_than_equal")]
    assert await ledger(database) == []


async def test_older_words_count_as_what_they_are_and_taking_back_needs_none(
    ada: Phone, place, database, two_versions
):
    await ada.edit(place, {"listed": True, "text_version": 1})
    given = await ada.edit(place, {"exhibitors_may_scan": True, "text_version": 2})
    again = await ada.edit(place, {"listed": True, "text_version": 2})  # it stands already
    words = {"listed": 1, "exhibitors_may_scan": 2, "named_in_exports": None}
    assert given.json()["agreed_words"] == again.json()["agreed_words"] == words
    synced = (await ada.get("/v1/me/changes")).json()["attendances"]
    assert [one["agreed_words"] for one in synced] == [words]

    taken_back = await ada.edit(place, {"listed": False})
    anew = await ada.edit(place, {"listed": True, "text_version": 2})

    assert taken_back.json()["agreed_words"]["listed"] is None
    assert anew.json()["agreed_words"]["listed"] == 2
    assert await ledger(database) == [
        ("listed", True, 1),
        ("exhibitors_may_scan", True, 2),
        ("listed", False, None),
        ("listed", True, 2),
    ]

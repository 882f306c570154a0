"""Sentences for people come in the language that their app asks for, where there is one."""

from uuid import UUID

import pytest

from server import texts
from server.people.queries import language_of
from server.requests import languages_in
from tests.phones import Phone


@pytest.mark.parametrize(
    ("header", "languages"),
    [
        ("", []),
        ("de", ["de"]),
        ("fr;q=0.5, de-CH , en;q=0.8", ["de-CH", "en", "fr"]),
        ("*, nl;q=0", []),
        ("de;q=7, en;q=x", ["de", "en"]),
        (",;q=1,,", []),
        ("x," * 1000, ["x"] * 20),
    ],
)
def test_the_dearest_language_comes_first(header, languages):
    assert languages_in(header) == languages


@pytest.fixture
def german(tmp_path, monkeypatch):
    """A catalogue more than there is."""
    (tmp_path / "en.po").write_bytes((texts.FOLDER / "en.po").read_bytes())
    said = {"This is a conference badge": "Das ist ein Konferenzausweis"}
    (tmp_path / "de.po").write_text(
        "".join(f'msgid "{english}"\nmsgstr "{german}"\n\n' for english, german in said.items())
    )
    monkeypatch.setattr(texts, "FOLDER", tmp_path)
    monkeypatch.setattr(texts, "LANGUAGES", ("de", "en"))
    texts.catalogue.cache_clear()
    yield
    texts.catalogue.cache_clear()


async def test_a_page_is_in_the_language_asked_for_or_english(client, german):
    pages = [
        (await client.get("/b/ABC", headers={"accept-language": asked})).text
        for asked in ("de-AT,en;q=0.5", "nl", "")
    ]
    assert ["Das ist ein Konferenzausweis" in page for page in pages] == [True, False, False]
    assert ['<html lang="de">' in page for page in pages] == [True, False, False]


async def test_what_the_app_asks_for_comes_before_what_the_profile_says(ada: Phone, german, database):
    await ada.edit("/v1/me/profile", {"languages": ["de"]})
    async with database.transaction() as db:
        me = UUID(ada.person_id)
        assert [await language_of(db, me, asked) for asked in ((), ("en",), ("nl",))] == ["de", "en", "de"]

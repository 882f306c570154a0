"""All that is mine, and nothing that others keep to themselves."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from server.ids import new_id
from server.models import Base
from server.my_data.tables import GIVEN, LEFT_OUT
from server.photos.models import Picture
from server.privacy.fates import FATES
from tests.interviews.people import book_talk
from tests.phones import Phone, sign_in
from tests.scans.conference import Guest


async def export(phone: Phone) -> dict[str, bytes]:
    answer = await phone.get("/v1/me/data")
    assert (answer.status_code, answer.headers["content-type"]) == (200, "application/zip"), answer.text
    assert answer.headers["cache-control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        return {name: files.read(name) for name in files.namelist()}


def rows(files: dict[str, bytes], name: str) -> list[dict[str, Any]]:
    return json.loads(files[f"{name}.json"])


@pytest.mark.parametrize("table", sorted(Base.metadata.tables))
def test_every_table_and_column_is_given_or_left_out_with_a_reason(table: str):
    assert (table in GIVEN) != (table in LEFT_OUT)
    if table in GIVEN:
        given = GIVEN[table]
        left = [column for columns in given.leaves.values() for column in columns]
        columns = Base.metadata.tables[table].columns.keys()
        named = [*given.gives, *left, *(set(given.derived) & set(columns))]
        assert sorted(named) == sorted(columns)


def test_no_table_is_given_that_is_not_there_and_no_file_twice():
    assert set(GIVEN) | set(LEFT_OUT) == set(Base.metadata.tables)
    files = [given.file for given in GIVEN.values()]
    assert len(files) == len(set(files))


def test_what_names_a_person_by_fate_and_is_not_given_says_why():
    """The table of fates knows all that names somebody."""
    silent = {fate.name for fate in FATES if fate.named} - set(GIVEN)
    assert {table for table in silent if len(LEFT_OUT[table]) < 10} == set()


@pytest.fixture
async def day(ada_there: Guest, grace_there: Guest, clock, database) -> None:
    """Ada and Grace met, noted, signalled and booked; each wrote things about the other."""
    for guest, name in ((ada_there, "Ada"), (grace_there, "Grace")):
        await guest.phone.edit("/v1/me/profile", {"name": f"{name} Known", "headline": f"{name} headline"})
        await guest.phone.edit("/v1/me/goals", {"asks": [f"{name} asks"], "situation": "searching"})
        await guest.phone.edit(f"/v1/events/{guest.event.id}/attendance", {"listed": True, "text_version": 1})
    for guest, other, name in ((ada_there, grace_there, "Ada"), (grace_there, ada_there, "Grace")):
        await guest.scan(other, at=clock.now, note=f"{name} noted this", signal="yes", label=f"{name} label")
        await guest.phone.edit(f"/v1/connections/{other.person_id}", {"note": f"{name} keeps this"})
    await book_talk(ada_there.phone, grace_there.phone, clock.now + timedelta(days=1))
    async with database.transaction() as db:
        db.add(Picture(person_id=UUID(ada_there.person_id), size=384, webp=b"my face"))


async def test_what_i_gave_and_what_was_derived_is_in_it(ada_there: Guest, grace_there: Guest, day):
    files = await export(ada_there.phone)
    (profile,), (goals,) = rows(files, "profile"), rows(files, "goals")
    assert (profile["name"], goals["asks"], goals["situation"]) == ("Ada Known", ["Ada asks"], "searching")
    (noted,) = rows(files, "connection_notes")
    assert (noted["other_id"], noted["note"], noted["signal"]) == (
        grace_there.person_id, "Ada keeps this", "yes",
    )  # fmt: skip
    assert [scan["note"] for scan in rows(files, "scans")] == ["Ada noted this"]
    assert [(one["consent"], one["given"], one["text_version"]) for one in rows(files, "consents")] == [
        ("listed", True, 1)
    ]
    ledger = (await ada_there.phone.get("/v1/me/releases")).json()["items"]
    assert sorted(row["id"] for row in rows(files, "releases")) == sorted(row["id"] for row in ledger)
    assert [one["email"] for one in rows(files, "emails")] == ["ada@example.org"]
    assert [(one["state"], one["ask"] != "") for one in rows(files, "interviews")] == [("scheduled", True)]
    assert rows(files, "contacts") == await ada_there.connections()
    assert b"FN:Grace Known" in files["contacts.vcf"]
    assert files["photo.webp"] == b"my face"


async def test_the_readme_says_what_each_file_is(ada_there: Guest, day):
    files = await export(ada_there.phone)
    readme = files.pop("README.txt").decode()
    assert [name for name in files if name not in readme] == []


async def test_nothing_that_the_other_keeps_to_themselves_is_in_it(ada_there: Guest, grace_there: Guest, day):
    everything = b"\n".join((await export(ada_there.phone)).values())
    for theirs in (b"Grace noted", b"Grace keeps", b"Grace label", b"searching"):
        mine = theirs.replace(b"Grace", b"Ada")
        assert (theirs in everything, mine in everything) == (theirs == mine, True)


async def test_blocks_and_reports_against_me_leave_no_trace(ada_there: Guest, grace_there: Guest, day):
    """Grace's export after Ada blocked and reported her is what it is when they had never exchanged a thing."""
    before = await export(grace_there.phone)
    report = {
        "id": str(new_id()), "person_id": grace_there.person_id, "reason": "spam", "words": "Sells things",
        "event_id": str(ada_there.event.id), "block": True,
    }  # fmt: skip
    assert (await ada_there.phone.post("/v1/me/reports", json=report)).status_code == 201
    after = await export(grace_there.phone)

    changed = {name for name in after if after[name] != before[name]} - {"README.txt", "sessions.json"}
    # The talk is cancelled as any other, and whoever is not there for her is not in her contacts.
    assert changed == {"bookings.json", "contacts.json", "contacts.vcf", "interviews.json", "mails.json"}
    assert (rows(after, "contacts"), rows(after, "blocks"), rows(after, "reports")) == ([], [], [])
    (talk,) = rows(after, "interviews")
    assert (talk["state"], talk["reply"]) == ("cancelled", "")
    mine = await export(ada_there.phone)
    assert [one["blocked_id"] for one in rows(mine, "blocks")] == [grace_there.person_id]
    assert [one["words"] for one in rows(mine, "reports")] == ["Sells things"]


async def test_another_persons_rows_are_never_in_it(
    ada_there: Guest, grace_there: Guest, day, client, outbox
):
    """Whoever signs up now has nothing but what they gave."""
    nobody = await sign_in(client, outbox, "nobody@example.org")
    files = await export(nobody)
    full = {name for name, content in files.items() if name.endswith(".json") and json.loads(content)}
    everybodys = {"consent_texts.json"}
    assert full - everybodys == {
        "account.json", "emails.json", "person.json", "sessions.json", "sign_in_codes.json",
    }  # fmt: skip


async def test_asking_all_day_is_refused(ada_there: Guest):
    codes = [(await ada_there.phone.get("/v1/me/data")).status_code for _ in range(11)]
    assert codes == [200] * 10 + [429]

"""Somebody comes, meets, books, is a lead, is blocked, takes back, and leaves: afterwards nothing of theirs is found
anywhere but where a fate says so."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server.events.models import Attendance
from server.exhibitors.jobs import forget_withdrawn_leads
from server.housekeeping import tidy_up
from server.people.models import Release
from server.privacy.erasing import erase_due
from server.privacy.fate import Keep, Kind, Purged, Stub, Until
from server.privacy.fates import FATES
from server.privacy.ledger import ledger_writer
from server.privacy.purging import purge_due
from server.scans.parked import judge_parked_scans
from server.stats.actions import fix_final_stats
from server.suggestions.jobs import suggest_for_closed_events
from server.sync.jobs import spread_ripples
from tests.exhibitors.fair import Fair, hold_fair
from tests.interviews.people import answer_talk, ask_for_talk, book_talk
from tests.phones import sign_in
from tests.photos.photographs import file, photo, set_photo
from tests.privacy.leavers import leave
from tests.privacy.searching import found_in_database, found_in_files
from tests.scans.conference import Guest

# Recognisable wherever it stands. What the organizer imported differs from what she says of herself.
SAID = ("Zephyrine", "Quillfeather", "zq-private", "555 0199", "Hovercraft", "zq-card", "Eelfarm")
IMPORTED = ("Imported-Zephyr", "zq-work", "Gadgetorium")

PLACES = next(table for table in FATES if table.name == "attendances")


@pytest.fixture
async def fair(client, database, settings, clock) -> Fair:
    return await hold_fair(client, database, settings, now=clock.now)


@pytest.fixture
async def zephyrine(fair: Fair, client, outbox, clock) -> Guest:
    """She signed in, claimed what was imported of her, and filled in everything there is."""
    phone = await sign_in(client, outbox, "zq-private@example.org")
    guest = await fair.conference.guest(
        phone,
        name="Imported-Zephyr",
        email="zq-work@example.org",
        organisation="Gadgetorium",
        external_id="Gadgetorium-7",
    )
    edits = {
        "/v1/me/profile": {
            "name": "Zephyrine Quillfeather", "headline": "Hovercraft", "role": "Eelfarm keeper",
            "organisation": "Eelfarm", "industry": "Hovercraft", "skills": ["Hovercraft"],
            "links": ["https://zq-private.example.org/"], "pronouns": "Quillfeather",
        },
        "/v1/me/goals": {
            "situation": "searching", "asks": ["Hovercraft"], "offers": ["Eelfarm tours"],
            "target_roles": ["Eelfarm"], "target_industries": ["Hovercraft"], "target_skills": ["Eelfarm"],
            "open_to_talk": True, "talk_topics": ["Hovercraft"],
        },
        "/v1/me/cards/met": {"fields": ["headline", "role", "organisation", "industry", "links", "email", "phone"],
                             "email": "zq-card@example.org", "phone": "+44 20 555 0199"},
        "/v1/me/cards/exhibitors": {"fields": ["headline", "email", "phone"], "phone": "+44 20 555 0199"},
        f"/v1/events/{fair.event_id}/attendance": {"listed": True, "exhibitors_may_scan": True,
                                                   "named_in_exports": True, "text_version": 1},
    }  # fmt: skip
    for path, changes in edits.items():
        answer = await phone.edit(path, changes)
        assert answer.status_code == 200, answer.text
    device = await phone.put(
        f"/v1/me/devices/{uuid4()}",
        json={
            "label": "Zephyrine's phone",
            "platform": "ios",
            "zone": "Europe/Paris",
            "push_token": "zq-private",
        },
    )
    assert device.status_code in {200, 201}, device.text
    assert (await set_photo(phone, file(photo()))).status_code == 200
    return guest


async def test_nothing_is_found_of_whoever_left(  # noqa: PLR0915 - a story
    fair: Fair, zephyrine: Guest, client, outbox, database, settings, tools, clock, capsys, tmp_path
):
    grace = await fair.visitor("grace")
    alan = await fair.visitor("alan")
    mallory = await fair.visitor("mallory")
    for number, guest in enumerate((grace, alan, mallory)):
        at = clock.now - timedelta(minutes=number)
        scanned = await zephyrine.scan(
            guest, at=at, note="Quillfeather noted this", tags=["Eelfarm"], label="Hovercraft"
        )
        assert scanned.status_code == 201, scanned.text
        await guest.scan(zephyrine, at=at, note="Met by the fountain")
    await zephyrine.phone.edit(
        f"/v1/connections/{grace.person_id}", {"note": "Quillfeather's own", "tags": ["Eelfarm"]}
    )
    for one, other in ((zephyrine, grace), (grace, zephyrine)):
        await one.phone.put(f"/v1/connections/{other.person_id}/signal", json={"signal": "yes"})
    lead = await fair.capture(fair.erin, zephyrine, at=clock.now, note="Wants a Hovercraft")
    assert lead
    day = clock.now + timedelta(hours=20)
    await book_talk(zephyrine.phone, grace.phone, day, ask="May I show you my Hovercraft?")
    asked = await ask_for_talk(alan.phone, zephyrine.phone, day + timedelta(hours=3))
    await answer_talk(zephyrine.phone, asked, "counter", slots=[(day + timedelta(hours=5)).isoformat()],
                      reply="Rather at the Eelfarm")  # fmt: skip
    blocked = await zephyrine.phone.put(f"/v1/me/blocks/{mallory.person_id}")
    assert blocked.status_code in {200, 201, 204}, blocked.text
    released = (await zephyrine.phone.get("/v1/me/releases")).json()["items"]
    (to_alan,) = [
        row for row in released if row["recipient_id"] == alan.person_id and row["purpose"] == "contact"
    ]
    await zephyrine.phone.delete(f"/v1/me/releases/{to_alan['id']}")
    await outbox.new_mails()

    # Whatever of hers others can read stands in a row of the ledger, which she sees.
    async with database.transaction() as db:
        ledger = await db.scalars(select(Release).where(Release.subject_id == UUID(zephyrine.person_id)))
        assert {str(row.id) for row in ledger} == {row["id"] for row in released}
    (seen,) = [one for one in await grace.connections() if one["person_id"] == zephyrine.person_id]
    to_grace = {
        field for row in released if row["recipient_id"] == grace.person_id for field in row["fields"]
    }
    assert {field for field in to_grace if not seen[field]} == set()
    assert {"name", "email", "phone", "headline"} <= to_grace
    assert (await fair.leads())[0]["name"] == "Zephyrine Quillfeather"

    clock.now = fair.conference.event.doors_close_at + timedelta(hours=1)
    await suggest_for_closed_events(database, now=clock.now)
    before = await found_in_database(database, (*SAID, *IMPORTED))
    assert {
        "profiles.name",
        "connections.note",
        "leads.given",
        "attendances.email",
        "devices.label",
    } <= before

    again = await sign_in(client, outbox, "zq-private@example.org")
    receipt = (await leave(again))["receipt"]
    assert {(one["recipient_kind"], one["name"]) for one in receipt} >= {
        ("person", "Grace"),
        ("person", "Alan"),
        ("exhibitor", "Acme"),
    }
    letters = await outbox.new_mails()
    assert [mail["To"] for mail in letters if "deleted" in mail["Subject"]] == ["zq-private@example.org"]
    fair.wake(fair.erin, now=clock.now)
    fair.wake(grace.phone, now=clock.now)
    assert [(one["withdrawn"], one["name"]) for one in await fair.leads()] == [(True, "")]
    hidden = (await grace.phone.get("/v1/me/changes")).text + (await grace.phone.get("/v1/interviews")).text
    assert [word for word in (*SAID, *IMPORTED) if word in hidden] == []

    for path in tools.settings.data.rglob("*.eml"):  # what was mailed is no longer ours
        path.unlink()
    capsys.readouterr()
    clock.tick(days=15)
    ledger_file = tools.settings.data / "erasures.jsonl"
    await ledger_writer(ledger_file)(database, now=clock.now)
    await erase_due(database, now=clock.now)
    for look in (
        spread_ripples,
        judge_parked_scans,
        forget_withdrawn_leads,
        suggest_for_closed_events,
        tidy_up,
    ):
        await look(database, now=clock.now)
    await outbox.new_mails()

    assert await found_in_database(database, SAID) == set()
    assert await found_in_database(database, IMPORTED) == {
        "attendances.email",
        "attendances.external_id",
        "attendances.name",
        "attendances.organisation",
    }
    assert {each.fate.until for each in PLACES.named if isinstance(each.fate, Stub | Keep)} == {Until.PURGE}
    assert found_in_files(tools.settings.data, (*SAID, *IMPORTED)) == set()
    logged = capsys.readouterr()
    assert [word for word in (*SAID, *IMPORTED) if word in logged.out + logged.err] == []
    fair.wake(fair.erin, now=clock.now)
    fair.wake(grace.phone, now=clock.now)
    (seen,) = [one for one in await grace.connections() if one["person_id"] == zephyrine.person_id]
    assert (seen["name"], seen["scan_notes"][0]["note"]) == ("A former attendee", "Met by the fountain")
    answers = [
        (await grace.phone.get(path)).text
        for path in ("/v1/me/changes", "/v1/interviews", "/v1/connections", "/v1/connections.vcf")
    ]
    answers.append((await fair.erin.get(f"{fair.path}/leads")).text)
    assert [word for word in (*SAID, *IMPORTED) if any(word in text for text in answers)] == []

    clock.now = fair.conference.event.doors_close_at + timedelta(days=365)
    await fix_final_stats(database, now=clock.now)
    await purge_due(database, now=clock.now)
    assert isinstance(PLACES.purged, Purged)
    assert PLACES.purged.kind is Kind.ATTENDEES
    assert await found_in_database(database, (*SAID, *IMPORTED)) == set()
    async with database.transaction() as db:
        place = await db.get(Attendance, (fair.conference.event.id, zephyrine.attendance.id))
        assert (place.name, place.email, place.organisation) == ("", None, "")

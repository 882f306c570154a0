"""Whatever of Zephyrine is in front of anybody, by whatever channel, stands in a row that she sees; and what she takes
back is gone from all of them."""

import json
from dataclasses import dataclass
from datetime import timedelta

import pytest

from server.exports.jobs import expire_exports
from server.nudges.jobs import write_due_nudges
from server.nudges.notices import write_notices
from server.privacy.erasing import erase_due
from server.suggestions.jobs import suggest_for_closed_events
from server.sync.jobs import spread_ripples
from server.who_to_meet.jobs import propose_people_to_meet
from tests.exhibitors.fair import Fair, hold_fair
from tests.interviews.people import book_talk
from tests.introductions.people import act, ask, offer, only
from tests.phones import Phone, sign_in
from tests.photos.photographs import file, photo, set_photo
from tests.privacy.channels import (
    DIRECTORY,
    FOR_STANDS,
    IMPORTED,
    NAMED_FILES,
    OF_STANDS,
    SAID,
    TRACES,
    Story,
    ledger,
    my_data,
    new_id,
    untraced,
)
from tests.privacy.leavers import leave
from tests.privacy.searching import found_in_database, found_in_files
from tests.scans.conference import Guest

ON_PAPER = {"printed name"}  # read on the badge by whoever scanned it
WITHOUT_CONTACT = set(SAID) - {"email", "phone"} | {"photo"}


@dataclass
class Day(Story):
    fair: Fair | None = None
    zephyrine: Guest | None = None
    guests: dict[str, Guest] | None = None
    bea: Phone | None = None
    bravo: str = ""

    def phone_of(self, name: str) -> Phone:
        return self.guests[name].phone

    def wake(self, now) -> None:
        for phone in (
            self.fair.olga,
            self.fair.erin,
            self.bea,
            self.person,
            *map(self.phone_of, self.guests),
        ):
            self.fair.wake(phone, now=now)


async def describe(phone: Phone, event_id: str) -> None:
    """All there is to say, and to whom."""
    edits = {
        "/v1/me/profile": {
            "name": "Zephyrine", "pronouns": "Quillpronoun", "headline": "Hovercraft", "role": "Eelkeeper",
            "organisation": "Eelfarm", "industry": "Balloonry", "links": ["https://zq-link.example.org/"],
            "skills": ["Skillsloe"],
        },
        "/v1/me/goals": {
            "situation": "searching", "asks": ["Askquince"], "offers": ["Offerplum"], "target_roles": ["Targetfig"],
            "open_to_talk": True, "talk_topics": ["Topicmedlar"],
        },
        "/v1/me/cards/met": {
            "fields": ["headline", "role", "organisation", "industry", "links", "email", "phone"],
            "email": "zq-card@example.org", "phone": "+44 20 555 0199",
        },
        "/v1/me/cards/exhibitors": {"fields": ["headline", "email"], "email": "zq-stand@example.org"},
        f"/v1/events/{event_id}/attendance": {
            "exhibitors_may_scan": True, "named_in_exports": True, "text_version": 1,
        },
    }  # fmt: skip
    for path, changes in edits.items():
        answer = await phone.edit(path, changes)
        assert answer.status_code == 200, answer.text
    assert (await set_photo(phone, file(photo()))).status_code == 200


@pytest.fixture
async def day(client, database, settings, outbox, clock) -> Day:
    """She met Grace, was read by Alan, was a visitor of two stands, asked Grace for a talk and for an introduction, and
    was reported. Hedy, Joan and the others met each other, and not her."""
    fair = await hold_fair(client, database, settings, now=clock.now)
    phone = await sign_in(client, outbox, "zq-private@example.org")
    zephyrine = await fair.conference.guest(
        phone, name="Imported-Zephyr", email="zq-work@example.org", organisation="Gadgetorium"
    )
    await describe(phone, fair.event_id)
    guests = {name: await fair.visitor(name) for name in ("grace", "alan", "hedy", "mary", "joan", "ruth")}
    for guest in guests.values():
        path = f"/v1/events/{fair.event_id}/attendance"
        await guest.phone.edit(path, {"named_in_exports": True, "text_version": 1})
        await guest.phone.edit("/v1/me/goals", {"offers": ["Fresh air"], "open_to_talk": True})
    for number in range(15):  # files about fewer people say nothing
        await fair.conference.guest(name=f"Guest {number}")
    bea, bravo = await fair.phone("bea"), new_id()
    stand = {"id": bravo, "name": "Bravo", "booth": "", "admin_email": bea.email, "admin_name": "Bea"}
    made = await fair.olga.post(f"/v1/events/{fair.event_id}/exhibitors", json=stand)
    assert made.status_code == 201, made.text
    day = Day(
        fair.conference.event,
        phone,
        outbox=outbox,
        fair=fair,
        zephyrine=zephyrine,
        guests=guests,
        bea=bea,
        bravo=bravo,
    )
    day.face = (await phone.get("/v1/me/profile")).json()["photo"]
    await outbox.new_mails()

    for one, other in (("grace", None), (None, "grace"), ("alan", None), ("grace", "mary"), ("mary", "grace"),
                       ("hedy", "joan"), ("joan", "ruth"), ("alan", "ruth"), ("grace", "hedy")):  # fmt: skip
        scanner, target = guests.get(one, zephyrine), guests.get(other, zephyrine)
        note = "Zq-noted" if one is None else "Met by the fountain"
        assert (await scanner.scan(target, at=clock.tick(seconds=1), note=note)).status_code == 201
    assert (await fair.capture(fair.erin, zephyrine, at=clock.now, rating=4))["outcome"] == "recorded"
    at_stand = await fair.capture(bea, zephyrine, at=clock.now, given_at_stand=True, text_version=1)
    assert at_stand["outcome"] == "recorded"
    for one, other in (("grace", zephyrine), (None, guests["grace"])):
        phone_of_one = guests[one].phone if one else phone
        await phone_of_one.put(f"/v1/connections/{other.person_id}/signal", json={"signal": "yes"})
    talk = await book_talk(
        phone,
        day.phone_of("grace"),
        clock.now.replace(second=0) + timedelta(hours=30),
        ask="Zq-ask, if I may?",
    )
    day.talk = talk["id"]
    spoke = {"id": new_id(), "kind": "conversation", "at": clock.now.isoformat(), "minutes": 5,
             "with_person_id": zephyrine.person_id}  # fmt: skip
    assert (await day.phone_of("grace").post("/v1/me/activities", json=spoke)).status_code == 201
    reported = {"id": new_id(), "person_id": zephyrine.person_id, "event_id": fair.event_id, "reason": "spam"}
    assert (await day.phone_of("alan").post("/v1/me/reports", json=reported)).status_code == 201
    seat = f"/v1/events/{fair.event_id}/attendees/{zephyrine.attendance.id}"
    assert (await fair.olga.edit(seat, {"role": "Speaker"})).status_code == 200
    return day


async def evening(day: Day, database, clock) -> None:
    """The doors close; suggestions are made, people are reminded."""
    clock.now = day.event.doors_close_at + timedelta(minutes=5)
    day.wake(clock.now)
    for job in (suggest_for_closed_events, propose_people_to_meet, spread_ripples):
        await job(database, now=clock.now)
    clock.tick(hours=10)
    day.wake(clock.now)
    for job in (write_due_nudges, write_notices):
        await job(database, now=clock.now)


async def test_every_field_in_front_of_anybody_stands_in_a_row_that_its_subject_sees(
    day: Day, database, clock
):
    asked = await ask(
        day.person,
        day.phone_of("grace"),
        what="Askquince",
        why="Zq-why: I know nobody there.",
        blurb="Zq-blurb: she keeps eels, and would like to hear more.",
    )
    await evening(day, database, clock)

    await people_met_see_what_was_given(day, asked["id"])
    await stands_see_what_was_agreed_to(day)
    await organizers_see_what_they_imported_and_files_that_name(day)
    await letters_name_her_to_whom_she_asked(day)
    await whom_a_connector_proposes_sees_her_on_her_word(day)
    await the_directory_shows_her_while_her_switch_is_on(day, database, clock)


ASKED_FOR = {"name", "words to the host"}  # of a talk: a row of hers, which she sees among her talks
INTRODUCED = {"words to connectors", "words for introductions"}  # the same, among her introductions


async def people_met_see_what_was_given(day: Day, introduction: str) -> None:
    """Her card, and once both gave, e-mail and phone. What she herself asked of Grace are rows of hers too."""
    grace, alan = day.phone_of("grace"), day.phone_of("alan")
    given = await ledger(day.person)
    (way,) = (await day.person.get("/v1/introductions")).json()["items"]
    assert (way["id"], [one["person_id"] for one in way["connectors"]]) == (introduction, [grace.person_id])
    (talk,) = (await day.person.get("/v1/interviews")).json()["items"]
    assert talk["other"]["person_id"] == grace.person_id

    seen = await day.people_see(grace)
    assert untraced(seen, given[grace.person_id] | ASKED_FOR | INTRODUCED | ON_PAPER) == {}
    assert seen["connection"] == set(SAID) | {"photo"} <= seen["sync"]
    seen = await day.people_see(alan)
    assert untraced(seen, given[alan.person_id] | ON_PAPER) == {}
    assert seen["connection"] == WITHOUT_CONTACT
    for stranger in ("hedy", "mary", "joan", "ruth"):
        assert await day.people_see(day.phone_of(stranger)) == {}


async def stands_see_what_was_agreed_to(day: Day) -> None:
    """By her switch, and by her word at the stand."""
    given = await ledger(day.person)
    fields = {"name", "pronouns", "headline", "email for exhibitors"}
    for phone, stand in ((day.fair.erin, day.fair.exhibitor_id), (day.bea, day.bravo)):
        assert await day.read(phone, OF_STANDS, stand=stand) == dict.fromkeys(OF_STANDS, fields)
        assert given[stand] == fields - set(FOR_STANDS) | {"email"}
        assert await day.people_see(phone) == {}


async def organizers_see_what_they_imported_and_files_that_name(day: Day) -> None:
    """Each such file is a row. It says name and organisation as on their own list."""
    seen = await day.organizers_see(day.fair.olga)
    files = {channel for channel in seen if " as " in channel}
    assert len(files) == len(NAMED_FILES)
    assert untraced({name: seen[name] for name in files}, {"printed name", "printed organisation"}) == {}
    assert untraced({name: seen[name] for name in seen.keys() - files}, IMPORTED) == {}
    released = (await day.person.get("/v1/me/releases?limit=200")).json()["items"]
    rows = [row for row in released if row["purpose"] == "export"]
    assert {(row["recipient_id"], row["text_version"]) for row in rows} == {(day.fair.event_id, 1)}
    assert len(rows) == len(files)
    assert all({"name", "organisation"} <= set(row["fields"]) for row in rows)


async def letters_name_her_to_whom_she_asked(day: Day) -> None:
    mailed = await day.mailed()
    assert mailed.pop(day.person.email)
    assert untraced(mailed, ASKED_FOR | INTRODUCED) == {}
    assert mailed.keys() == {day.phone_of("grace").email}


async def whom_a_connector_proposes_sees_her_on_her_word(day: Day) -> None:
    """What her card gives without contact details. Her row is the request: none may name Mary before Mary agrees, since
    that would tell who knows whom."""
    grace, mary = day.phone_of("grace"), day.phone_of("mary")
    await offer(grace, mary)
    by_her_request = {"name", "headline", "role", "organisation", "words for introductions"}
    assert await day.people_see(mary) == {"introductions": by_her_request}
    assert mary.person_id not in await ledger(day.person)

    answer = await act(mary, await only(mary, "target"), "agree")
    assert answer.status_code == 200, answer.text
    given = (await ledger(day.person))[mary.person_id]
    seen = await day.people_see(mary)
    assert untraced(seen, given | {"words for introductions"}) == {}
    assert seen["connection"] == set(SAID) | {"photo"}


async def the_directory_shows_her_while_her_switch_is_on(day: Day, database, clock) -> None:
    """The switch is the row: it is kept, with the words that she saw."""
    hedy, place = day.phone_of("hedy"), f"/v1/events/{day.event.id}/attendance"
    await day.person.edit(place, {"listed": True, "text_version": 1})
    await propose_people_to_meet(database, now=clock.now)
    seen = await day.people_see(hedy)
    assert untraced(seen, DIRECTORY) == {}
    assert seen["directory"] == DIRECTORY
    assert readable_consents(await my_data(day.person))["listed"] == (True, 1)
    await day.person.edit(place, {"listed": False})
    assert await day.people_see(hedy) == {}
    assert readable_consents(await my_data(day.person))["listed"] == (False, None)


def readable_consents(files: dict[str, bytes]) -> dict[str, tuple[bool, int | None]]:
    """What stands of each, and the words that were shown."""
    changes = sorted(json.loads(files["consents.json"]), key=lambda one: one["changed_at"])
    return {one["consent"]: (one["given"], one["text_version"]) for one in changes}


async def test_what_is_taken_back_is_gone_from_every_channel(day: Day, database, clock):
    await evening(day, database, clock)
    grace, alan = day.phone_of("grace"), day.phone_of("alan")
    await day.organizers_see(day.fair.olga)

    for row in (await day.person.get("/v1/me/releases?limit=200")).json()["items"]:
        if row["recipient_id"] != grace.person_id:
            assert (await day.person.delete(f"/v1/me/releases/{row['id']}")).status_code == 204

    assert set(await ledger(day.person)) == {grace.person_id}
    assert untraced(await day.people_see(alan), ON_PAPER) == {}
    for phone, stand in ((day.fair.erin, day.fair.exhibitor_id), (day.bea, day.bravo)):
        assert await day.read(phone, OF_STANDS, stand=stand) == {}
    seen = await day.organizers_see(day.fair.olga)
    assert {channel for channel in seen if " as " in channel} == set()
    assert untraced(seen, IMPORTED) == {}

    blocked = await day.person.put(f"/v1/me/blocks/{grace.person_id}")
    assert blocked.status_code in {200, 201, 204}, blocked.text
    # A talk that was booked stays in both diaries.
    talk = {"talks", "calendar", "calendar feed", "sync", "kit", "my data"}
    seen = await day.people_see(grace)
    assert seen.keys() - talk == set()
    assert untraced(seen, {"name", "words to the host"}) == {}


async def test_nothing_is_found_of_whoever_left_in_anything_made_after(
    day: Day, database, clock, tools, outbox
):
    """But what the organizer imported, until that is purged, and what others wrote themselves."""
    await evening(day, database, clock)
    await day.organizers_see(day.fair.olga)
    await leave(day.person)
    clock.tick(days=15)
    await erase_due(database, now=clock.now)
    await spread_ripples(database, now=clock.now)
    for job in (suggest_for_closed_events, write_due_nudges, write_notices, expire_exports):
        await job(database, now=clock.now)
    await outbox.new_mails()
    for path in tools.settings.data.rglob("*.eml"):  # what was mailed is no longer ours
        path.unlink()
    day.wake(clock.now)

    for name in day.guests:
        assert await day.people_see(day.phone_of(name)) == {}
    for phone, stand in ((day.fair.erin, day.fair.exhibitor_id), (day.bea, day.bravo)):
        assert await day.read(phone, OF_STANDS, stand=stand) == {}
        assert await day.people_see(phone) == {}
    seen = await day.organizers_see(day.fair.olga)
    assert untraced(seen, IMPORTED) == {}
    assert {channel for channel in seen if " as " in channel} == set()
    assert await day.mailed() == {}
    said = [trace for name, trace in TRACES.items() if name not in IMPORTED]
    assert await found_in_database(database, said) == set()
    assert await found_in_database(database, list(IMPORTED.values())) == {
        "attendances.email", "attendances.name", "attendances.organisation",
    }  # fmt: skip
    assert found_in_files(tools.settings.data, list(TRACES.values())) == set()

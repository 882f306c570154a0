"""The demo's end state, against figures worked out from the recording with code that shares nothing with it.

What the recording does not say (who of two held the phone, who noted what) is held against the demo's plan.
"""

import csv
import re
import socket
from collections import Counter
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import httpx2
import pytest
from icalendar import Calendar

from server.demo.conference import Conference, conference_people, plan_conference
from server.demo.organizing import ORGANIZER
from server.demo.people import make_people
from server.demo.phones import Batch, play_order
from server.demo.story import SEED
from tests.demo.independent import Figures, figures
from tests.demo.performance import Performance, demo_process, performance
from tests.reports.reading import bounds, figures_on, table_on, whole

NICE = ZoneInfo("Europe/Paris")
SLOT = timedelta(seconds=20)  # of the sensors
PEOPLE = make_people(conference_people(), seed=SEED)


@dataclass(frozen=True, slots=True)
class Cast:
    """Which sensor is behind each place and each person, by the order number that was imported."""

    at: dict[UUID, int]
    person: dict[UUID, int]


async def test_a_whole_conference_from_the_import_to_a_booked_talk(tmp_path: Path):
    real = figures()
    with performance(tmp_path / "demo") as played:
        [event] = await played.rows("select * from events")
        conference = plan_conference(PEOPLE, now=event["created_at"], seed=SEED)
        batches = play_order(conference, seed=SEED)

        cast = await everybody_claimed_a_place(played, real)
        slowest = await every_meeting_became_one_scan(played, cast, real, batches)
        days = conference.ends_at.astimezone(NICE).date() - date(2009, 6, 5)
        await encounters_are_those_of_the_recording(played, cast, real, days, late=slowest)
        await apps_show_whom_their_owners_met(played, cast, real, days, late=slowest)
        await notes_and_signals_are_those_that_were_given(played, cast, conference)
        suggested = await everybody_who_met_somebody_has_suggestions(played, cast, real)
        await one_talk_is_booked_and_both_were_invited(played, cast, real)
        await the_figures_and_their_export_say_the_same(played, real, conference, suggested)
        the_report_says_what_the_recording_says(played, real, conference, days, len(suggested))
        the_summary_says_what_happened(played, real)


async def everybody_claimed_a_place(played: Performance, real: Figures) -> Cast:
    places = await played.rows("select * from attendances")
    by_order = {person.order: person.number for person in PEOPLE.values()}
    cast = Cast(
        at={place["id"]: by_order[place["external_id"]] for place in places},
        person={place["person_id"]: by_order[place["external_id"]] for place in places},
    )

    assert len(places) == 403
    assert set(cast.at.values()) == set(cast.person.values()) == real.people
    for place in places:
        consents = PEOPLE[cast.at[place["id"]]].consents
        assert place["claimed_at"] is not None
        assert place["listed"] == consents.listed
        assert place["exhibitors_may_scan"] == consents.exhibitors_may_scan
        assert place["named_in_exports"] == consents.named_in_exports
    badges = await played.rows("select attendance_id from badges where revoked_at is null")
    assert Counter(badge["attendance_id"] for badge in badges) == dict.fromkeys(cast.at, 1)
    profiles = await played.rows("select person_id, name, headline from profiles")
    for profile in profiles:
        if profile["person_id"] in cast.person:
            who = PEOPLE[cast.person[profile["person_id"]]]
            assert (profile["name"], profile["headline"]) == (who.name, who.headline)
    return cast


async def every_meeting_became_one_scan(
    played: Performance, cast: Cast, real: Figures, batches: tuple[Batch, ...]
) -> timedelta:
    """How long the slowest delivery was on its way."""
    scans = await played.rows("select * from scans")
    assert Counter(scan["state"] for scan in scans) == {"recorded": real.meetings} == {"recorded": 4_585}
    pairs = (
        sorted((cast.at[scan["scanner_attendance_id"]], cast.at[scan["target_attendance_id"]]))
        for scan in scans
    )
    assert Counter(map(tuple, pairs)) == real.pairs

    offset = {scan.id: batch.device_time_offset for batch in batches for scan in batch.scans}
    planned = {scan.id: scan for batch in batches for scan in batch.scans}
    assert {scan["id"] for scan in scans} == set(planned)
    slowest = timedelta(0)
    for scan in scans:
        plan = planned[scan["id"]]
        assert cast.at[scan["scanner_attendance_id"]] == plan.scanner
        assert scan["captured_raw_at"] == plan.captured_at + offset[plan.id]
        # What correction leaves of a clock's error is how long the delivery was on its way.
        late = scan["captured_at"] - plan.captured_at
        slowest = max(slowest, late)
        assert late >= timedelta(0)
        if late < timedelta(seconds=0.5):
            assert scan["captured_at"].replace(microsecond=0) == plan.captured_at.replace(microsecond=0)
    return slowest


async def encounters_are_those_of_the_recording(
    played: Performance, cast: Cast, real: Figures, days: timedelta, *, late: timedelta
):
    """Pairs, how often, and first and last: within the sensors' slot of 20 seconds, at the same time of day."""
    rows = await played.rows("select * from encounters")
    found = {tuple(sorted((cast.at[row["low_id"]], cast.at[row["high_id"]]))): row for row in rows}
    assert {pair: row["scans_by_low"] + row["scans_by_high"] for pair, row in found.items()} == real.pairs

    for pair, (first, last) in real.first_and_last.items():
        met = found[pair]
        assert timedelta(0) < met["first_at"] - same_time_of_day(first, days) < SLOT + late
        assert timedelta(0) < met["last_at"] - same_time_of_day(last, days) < SLOT + late
    contacts = Counter(number for pair in found for number in pair)
    assert {number: contacts[number] for number in real.people} == real.contacts_of
    assert real.people - set(contacts) == real.met_nobody == {1639, 1780, 1785, 1922}


def same_time_of_day(moment: datetime, days: timedelta) -> datetime:
    """So many days later, whatever the clocks in Nice did between."""
    local = moment.astimezone(NICE)
    return datetime.combine(local.date() + days, local.time(), NICE)


async def apps_show_whom_their_owners_met(
    played: Performance, cast: Cast, real: Figures, days: timedelta, *, late: timedelta
):
    """For who met most people, somebody in the middle, and somebody who met nobody."""
    ordered = sorted(real.people, key=lambda number: (real.contacts_of[number], number))
    rows = await played.rows("select owner_id, other_id, first_met_at, last_met_at from connections")
    assert Counter(cast.person[row["owner_id"]] for row in rows) == +Counter(real.contacts_of)

    async with httpx2.AsyncClient(base_url=played.url, trust_env=False) as client:
        for number in (ordered[-1], ordered[200], ordered[0]):
            headers = await played.sign_in(client, PEOPLE[number].email)
            met: list[Any] = []
            cursor: str | None = ""
            while cursor is not None:
                page = await client.get(
                    "/v1/connections", params={"cursor": cursor} if cursor else {}, headers=headers
                )
                met, cursor = met + page.json()["items"], page.json()["next_cursor"]

            assert len(met) == real.contacts_of[number]
            for each in met:
                other = cast.person[UUID(each["person_id"])]
                first, last = real.first_and_last[min(number, other), max(number, other)]
                early = timedelta(seconds=1)  # answers are whole seconds
                for said, real_start in ((each["first_met_at"], first), (each["last_met_at"], last)):
                    since = datetime.fromisoformat(said) - same_time_of_day(real_start, days)
                    assert -early < since < SLOT + late


async def notes_and_signals_are_those_that_were_given(
    played: Performance, cast: Cast, conference: Conference
):
    signalled = await played.rows("select owner_id, other_id, signal from connections where signal <> 'none'")
    assert {
        (cast.person[row["owner_id"]], cast.person[row["other_id"]]): row["signal"] for row in signalled
    } == {(each.person, each.other): each.signal for each in conference.signals}
    noted = await played.rows("select scan_id, label, note, tags from scan_notes")
    assert {row["scan_id"]: (row["label"], row["note"], tuple(row["tags"])) for row in noted} == {
        scan.id: (scan.remark.label, scan.remark.note, scan.remark.tags)
        for scan in conference.scans
        if scan.remark.label or scan.remark.note or scan.remark.tags
    }


async def everybody_who_met_somebody_has_suggestions(
    played: Performance, cast: Cast, real: Figures
) -> set[tuple[int, ...]]:
    """The pairs of which one is suggested to the other."""
    rows = await played.rows("select person_id, other_id, reasons from suggestions")
    suggested = Counter(cast.person[row["person_id"]] for row in rows)
    assert set(suggested) == real.people - real.met_nobody
    assert max(suggested.values()) <= 5
    assert all(row["reasons"] for row in rows)
    pairs = {tuple(sorted((cast.person[row["person_id"]], cast.person[row["other_id"]]))) for row in rows}
    assert pairs <= set(real.pairs)
    return pairs


async def one_talk_is_booked_and_both_were_invited(played: Performance, cast: Cast, real: Figures):
    [talk] = await played.rows("select * from interviews")
    two = [cast.person[talk["asker_id"]], cast.person[talk["host_id"]]]
    assert talk["state"] == "scheduled"
    assert tuple(sorted(two)) in real.pairs
    bookings = await played.rows("select person_id, during from bookings")
    assert {cast.person[booking["person_id"]] for booking in bookings} == set(two)
    [during] = {(booking["during"].lower, booking["during"].upper) for booking in bookings}

    invitations = {mail["To"]: event_in(mail) for mail in played.mails() if event_in(mail) is not None}
    assert set(invitations) == {PEOPLE[number].email for number in two}
    for email, event in invitations.items():
        assert (event["DTSTART"].dt, event["DTEND"].dt) == during
        assert str(event["ATTENDEE"]).lower() == f"mailto:{email}"
    assert len({str(event["UID"]) for event in invitations.values()}) == 1
    digests = await played.rows("select person_id from nudges where kind = 'digest'")
    assert {cast.person[row["person_id"]] for row in digests} <= real.people - real.met_nobody


def event_in(mail: EmailMessage) -> Any:
    """The VEVENT of an invitation (METHOD:REQUEST), if the mail is one."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar" and part.get_param("method") == "REQUEST":
            [event] = Calendar.from_ical(part.get_content()).walk("VEVENT")
            return event
    return None


async def the_figures_and_their_export_say_the_same(
    played: Performance, real: Figures, conference: Conference, suggested: set[tuple[int, ...]]
):
    async with httpx2.AsyncClient(base_url=played.url, trust_env=False) as client:
        headers = await played.sign_in(client, ORGANIZER)
        [event] = (await client.get("/v1/events", headers=headers)).json()["items"]
        stats = (await client.get(f"/v1/events/{event['id']}/stats", headers=headers)).json()

    scanned = {(scan.scanner, scan.scanned) for scan in conference.scans}
    met_two = sum(contacts >= 2 for contacts in real.contacts_of.values())
    in_groups = [size for size in real.component_sizes if size > 1]
    single = {
        "attendees": 403,
        "claimed": 403,
        "met": 399,
        "scanned": len({scanner for scanner, _ in scanned}),
        "scanned_by": len({other for _, other in scanned}),
        "encounters": len(real.pairs),
        "mutual": sum(pair in scanned and pair[::-1] in scanned for pair in real.pairs),
        "scans": 4_585,
    }
    assert {name: stats[name] for name in single} == single
    assert stats["per_person"] == {
        "mean": pytest.approx(real.mean_contacts, abs=0.005),
        "median": real.median_contacts,
        "share_with_none": pytest.approx(real.share_with_none, abs=0.00005),
        "share_with_five_or_more": pytest.approx(real.share_with_five_or_more, abs=0.00005),
    }
    assert stats["network"] == {
        "components": len(in_groups),
        "largest_component": max(in_groups),
        "density": pytest.approx(real.density, abs=5e-7),
        "clustering": pytest.approx(real.average_clustering * 403 / met_two, abs=0.00005),
    }
    assert stats["funnel"] == {
        "met": len(real.pairs),
        "suggested": len(suggested),
        "requested": 1,
        "accepted": 1,
        "held": 0,
        "days_to_suggested": stats["funnel"]["days_to_suggested"],  # since the demo played, whenever that was
        "days_to_requested": None,
        "days_to_accepted": None,
        "days_to_held": None,
    }
    firsts = Counter(first.astimezone(NICE).hour for first, _ in real.first_and_last.values())
    by_hour: Counter[int] = Counter()
    for hour in stats["by_hour"]:
        by_hour[int(hour["local"][11:13])] += hour["encounters"] or 0
    hidden = {int(hour["local"][11:13]) for hour in stats["by_hour"] if hour["suppressed"]}
    assert all(by_hour[hour] == firsts[hour] for hour in range(24) if hour not in hidden)
    exported_equals(played, stats)


def exported_equals(played: Performance, stats: dict[str, Any]):
    """The CSV that the demo downloaded says, cell by cell, what the API says."""
    with (played.folder / "connection-stats.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    said = {
        (row["figure"], row["type"], row["other_type"], row["hour"]): None
        if row["value"] == ""
        else float(row["value"])
        for row in rows
    }
    parts = ("per_person", "network", "funnel")
    expected = {
        (name, "", "", ""): value
        for name, value in stats.items()
        if isinstance(value, int) and name not in {"live", "final"}
    }
    expected |= {
        (f"{part}.{name}", "", "", ""): value for part in parts for name, value in stats[part].items()
    }
    for kind in stats["by_type"]:
        expected["by_type.people", kind["type"], "", ""] = kind["people"]
        expected["by_type.met", kind["type"], "", ""] = kind["met"]
    expected |= {("by_hour", "", "", hour["local"]): hour["encounters"] for hour in stats["by_hour"]}
    expected |= {("mixing", mix["type"], mix["other_type"], ""): mix["encounters"] for mix in stats["mixing"]}
    assert said == expected

    with (played.folder / "connections.csv").open(encoding="utf-8", newline="") as lines:
        met = [(row["person_a"], row["person_b"]) for row in csv.DictReader(lines)]
    assert sorted(Counter(person for pair in met for person in pair).values()) == sorted(
        contacts for contacts in figures().contacts_of.values() if contacts
    )


def the_report_says_what_the_recording_says(
    played: Performance, real: Figures, conference: Conference, days: timedelta, suggested: int
):
    """Every figure on the page that the demo saved, counted again from the recording and the list of attendees."""
    page = (played.folder / "report.html").read_text(encoding="utf-8")
    kind = {number: who.attendee_type for number, who in PEOPLE.items()}
    firm = {number: who.organisation.strip().lower() for number, who in PEOPLE.items()}
    scanned = {(scan.scanner, scan.scanned) for scan in conference.scans}
    in_groups = [size for size in real.component_sizes if size > 1]
    met_two = sum(contacts >= 2 for contacts in real.contacts_of.values())
    shown = {name: value for name, value in figures_on(page).items() if "days_to" not in name}
    assert shown == pytest.approx(
        {
            "attendees": 403,
            "claimed": 403,
            "met": 399,
            "scanned": len({one for one, _ in scanned}),
            "scanned_by": len({other for _, other in scanned}),
            "encounters": len(real.pairs),
            "mutual": sum(pair in scanned and pair[::-1] in scanned for pair in real.pairs),
            "scans": real.meetings,
            "across_types": sum(kind[one] != kind[other] for one, other in real.pairs),
            "across_organisations": sum(
                firm[one] != firm[other] and "" not in {firm[one], firm[other]} for one, other in real.pairs
            ),
            "per_person.mean": round(real.mean_contacts, 2),
            "per_person.median": real.median_contacts,
            "per_person.share_with_none": round(real.share_with_none, 4),
            "per_person.share_with_five_or_more": round(real.share_with_five_or_more, 4),
            "network.components": len(in_groups),
            "network.largest_component": max(in_groups),
            "network.density": round(real.density, 6),
            "network.clustering": round(real.average_clustering * 403 / met_two, 4),
            "funnel.met": len(real.pairs),
            "funnel.suggested": suggested,
            "funnel.requested": 1,
            "funnel.accepted": 1,
            "funnel.held": 0,
        },
        abs=1e-4,
    )

    spread = [(bounds(met), whole(people)) for met, people in table_on(page, "people")]
    for cell, people in spread:
        assert people == sum(contacts in cell for contacts in real.contacts_of.values())
    assert sum(people for _, people in spread) == 403

    firsts = Counter(
        f"{local:%d} {local:%H}:00"
        for first, _ in real.first_and_last.values()
        for local in [same_time_of_day(first, days)]
    )
    hours = [
        (f"{int(day.split()[-1]):02} {hour}", whole(count)) for day, hour, count in table_on(page, "time")
    ]
    assert {hour for hour, _ in hours} == set(firsts)
    assert all(count in {firsts[hour], None} for hour, count in hours)
    assert sum(count or 0 for _, count in hours) > 0.95 * len(real.pairs)

    between = Counter(frozenset((kind[one], kind[other])) for one, other in real.pairs)
    size = Counter(kind.values())
    for one, other, count, share in table_on(page, "groups"):
        met, pairs = between[frozenset((one, other))], size[one] * size[other]
        possible = pairs if one != other else size[one] * (size[one] - 1) / 2
        assert (whole(count), share) == (None, "not shown") or (
            whole(count) == met and float(share.rstrip("%")) == pytest.approx(100 * met / possible, abs=0.5)
        )

    circles = [[whole(cell) for cell in row] for row in table_on(page, "network")]
    assert all(number % 5 == 0 for _, *numbers in circles for number in numbers)
    assert 0.9 * 399 < sum(people for _, people, _, _ in circles) <= 399
    across = sum(others for *_, others in circles) / 2
    assert 0.8 * len(real.pairs) < sum(within for _, _, within, _ in circles) + across <= len(real.pairs)
    assert [whole(pairs) for _, pairs, _ in table_on(page, "follow-up")] == [
        len(real.pairs), suggested, 1, 1, 0,
    ]  # fmt: skip
    assert page.count("<li>") == 3


def the_summary_says_what_happened(played: Performance, real: Figures):
    repeats = re.search(
        r"Scans delivered +([\d,]+) +4,585 kept, ([\d,]+) sent again or with a tap", played.said
    )
    assert repeats, played.said
    delivered, before = (int(figure.replace(",", "")) for figure in repeats.groups())
    assert delivered - before == 4_585
    assert before > 100  # lines answer twice, late or not at all
    for said in (
        r"Attendees +403 +399 met somebody",
        rf"Pairs who met +{len(real.pairs):,} ",
        rf"API and its docs +{played.url}/docs",
    ):
        assert re.search(said, played.said), played.said
    for file in ("badge.svg", "report.html", "connection-stats.csv", "connections.csv", "hallway.log"):
        assert (played.folder / file).stat().st_size > 0


def test_a_taken_port_is_said_before_anything_is_made(tmp_path: Path):
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        folder = tmp_path / "demo"
        with demo_process("--once", "--port", str(port), "--data", str(folder), cwd=tmp_path) as process:
            said, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert re.fullmatch(
        rf"hallway: Port {port} on 127\.0\.0\.1 is taken \(.+\)\. Choose another with --port\.\n", said
    )
    assert not folder.exists()

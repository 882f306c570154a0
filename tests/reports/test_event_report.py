"""The report as its readers get it."""

import re
from datetime import timedelta

from sqlalchemy import delete, update

from server.events.models import Attendance, Event, TeamMember
from server.ids import new_id
from server.scans.models import Encounter
from server.stats.actions import fix_final_stats
from server.stats.models import FinalStats
from tests.builders import make_attendance, make_event
from tests.phones import sign_in
from tests.reports.reading import bounds, figures_on, table_on, whole
from tests.stats.crowds import make_crowd

TYPES = {"attendee": 40, "<b>speaker</b> & co": 12, "staff": 6}


async def report_of(phone, event_id) -> str:
    answer = await phone.get(f"/v1/events/{event_id}/report")
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    return answer.text


def dotted(stats: dict) -> dict[str, float | None]:
    """The figures that are one number each."""
    single = {name: value for name, value in stats.items() if not isinstance(value, list | dict | str | bool)}
    for part in ("per_person", "network", "funnel"):
        single |= {f"{part}.{name}": value for name, value in stats[part].items()}
    return single


async def test_the_report_shows_what_the_stats_show_and_nothing_else(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=400, seed=1)
    page = await report_of(ada, crowd.event.id)
    stats = (await ada.get(f"/v1/events/{crowd.event.id}/stats")).json()

    assert figures_on(page) == dotted(stats)
    assert [whole(count) for _, _, count in table_on(page, "time")] == [
        hour["encounters"] for hour in stats["by_hour"] if hour["encounters"] or hour["suppressed"]
    ]
    assert [(bounds(met)[0], whole(people)) for met, people in table_on(page, "people")] == [
        (met["fewest"], met["people"]) for met in stats["distribution"]
    ]
    assert [(one, other, whole(met)) for one, other, met, _ in table_on(page, "groups")] == [
        (mix["type"], mix["other_type"], mix["encounters"]) for mix in stats["mixing"]
    ]
    assert [(whole(row[1]), whole(row[2])) for row in table_on(page, "network")] == [
        (circle["people"], circle["encounters"]) for circle in stats["communities"]["circles"]
    ]
    assert [whole(pairs) for _, pairs, _ in table_on(page, "follow-up")] == [
        stats["funnel"][step] for step in ("met", "suggested", "requested", "accepted", "held")
    ]
    assert page.count("<li>") == 3


async def test_the_page_names_nobody_and_loads_nothing(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=400, seed=2)
    async with database.transaction() as db:
        await db.execute(
            update(Event).where(Event.id == crowd.event.id).values(name="<script>A & B</script>")
        )
    page = await report_of(ada, crowd.event.id)

    assert "<h1>&lt;script&gt;A &amp; B&lt;/script&gt;</h1>" in page
    assert not any(word in page for word in ("=Name", "Acme", "Bolt", "<b>speaker", "<script"))
    assert not any(str(guest.id) in page or str(guest.person_id) in page for guest in crowd.guests)
    assert not re.search(r"https?://(?!www\.w3\.org/)|src=|url\((?!#)|@import", page)


async def test_an_event_that_is_on_shows_counts_in_fives_and_promises_the_rest(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 43}, encounters=98, seed=3)
    async with database.transaction() as db:
        await db.execute(
            update(Event)
            .where(Event.id == crowd.event.id)
            .values(doors_close_at=clock() + timedelta(hours=1))
        )
    page = await report_of(ada, crowd.event.id)

    assert figures_on(page)["encounters"] == 95
    assert "The event is on." in page
    assert page.count("it follows when the doors have closed.") == 2
    assert 'id="people-table"' not in page
    assert 'id="network-table"' not in page


async def test_a_final_report_stays_whoever_leaves_and_whatever_is_purged(
    ada, outbox, client, database, clock
):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=300, seed=4)
    clock.tick(days=31)
    await fix_final_stats(database, now=clock())
    ada = await sign_in(client, outbox, ada.email)
    before = await report_of(ada, crowd.event.id)
    async with database.transaction() as db:
        await db.execute(delete(Encounter).where(Encounter.event_id == crowd.event.id))
        await db.execute(update(Attendance).where(Attendance.id == crowd.guests[0].id).values(status="left"))

    assert await report_of(ada, crowd.event.id) == before
    assert "Final figures, fixed on" in before
    assert 'id="network-table"' in before


async def test_figures_fixed_before_there_were_circles_make_a_report_too(
    ada, outbox, client, database, clock
):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=300, seed=5)
    clock.tick(days=31)
    await fix_final_stats(database, now=clock())
    async with database.transaction() as db:
        fixed = await db.get_one(FinalStats, crowd.event.id)
        fixed.figures = {
            name: value
            for name, value in fixed.figures.items()
            if name not in {"distribution", "communities"}
        }
    page = await report_of(await sign_in(client, outbox, ada.email), crowd.event.id)

    assert figures_on(page)["encounters"] == 300
    assert 'id="network-table"' not in page


async def test_an_event_without_anybody_and_one_with_one_person_say_so(ada, database, clock):
    event = await make_event(database, now=clock(), owner=ada.email)
    empty = await report_of(ada, event.id)
    await make_attendance(database, event, now=clock())
    alone = await report_of(ada, event.id)

    for page, people in ((empty, 0), (alone, 1)):
        assert f"{people} people were expected. Among fewer than twenty" in page
        shown = {name: value for name, value in figures_on(page).items() if value is not None}
        assert shown == {"attendees": people}
        assert not any(word in page for word in ("<svg", "<table", "<li>"))


async def test_where_everything_is_suppressed_every_section_says_why(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 19}, encounters=60, seed=6)
    page = await report_of(ada, crowd.event.id)

    assert page.count("this would tell of single people, so it is left out.") == 5
    assert "<svg" not in page


async def test_where_nobody_met_nothing_is_drawn_but_that(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 25}, encounters=0, seed=7)
    page = await report_of(ada, crowd.event.id)

    assert "25 people were expected, and no encounter was counted yet." in page
    assert [whole(people) for _, people in table_on(page, "people")][:2] == [25, 0]
    assert "<li>" not in page


async def test_the_report_is_for_analysts_and_managers_only(ada, grace, client, outbox, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=0, seed=8)
    path = f"/v1/events/{crowd.event.id}/report"
    stranger = await grace.get(path)
    answers = {}
    for role in ("door", "supervisor", "analyst", "manager"):
        email = f"{role}@example.org"
        async with database.transaction() as db:
            db.add(TeamMember(event_id=crowd.event.id, id=new_id(), email=email, role=role, added_at=clock()))
        answers[role] = (await (await sign_in(client, outbox, email)).get(path)).status_code

    assert (stranger.status_code, stranger.json()["code"]) == (404, "event_not_found")
    assert answers == {"door": 403, "supervisor": 403, "analyst": 200, "manager": 200}
    assert (await client.get(path)).json()["code"] == "sign_in_required"

"""Files are asked for, made, downloaded and thrown away."""

import asyncio
from collections import Counter
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, select, update

from server.events.models import Attendance, Event, TeamMember
from server.exports.jobs import expire_exports, make_export
from server.exports.links import Link
from server.exports.models import Export, ExportChunk
from server.files import CHUNK
from server.ids import new_id
from server.stats.rules import FEWEST_PEOPLE
from tests.builders import make_event
from tests.exports.ordering import download, file_of, order
from tests.phones import sign_in
from tests.stats.crowds import make_crowd

TYPES = {"attendee": 30, "speaker": 9, "=1+1": 8, "staff": 4, "press": 2}


@pytest.fixture
async def crowd(ada, database, clock):
    """An event that Ada owns, closed a day ago."""
    return await make_crowd(database, now=clock(), types=TYPES, encounters=300, seed=11)


async def test_an_export_waits_is_made_and_is_downloaded(ada, crowd, outbox, clock):
    path = f"/v1/events/{crowd.event.id}/exports"
    made = await order(ada, crowd.event)
    export = made.json()
    clock.tick(minutes=1)
    await outbox.run_jobs()
    ready = (await ada.get(f"{path}/{export['id']}")).json()
    file = await ada.client.get(ready["download_url"])

    assert made.status_code == 201
    assert export == {
        "id": export["id"],
        "event_id": str(crowd.event.id),
        "kind": "connection_stats",
        "format": "csv",
        "cut": "everybody",
        "type": None,
        "people": "pseudonyms",
        "state": "waiting",
        "reason": None,
        "rows": None,
        "rows_expected": None,
        "left_out": None,
        "size": None,
        "columns": export["columns"],
        "notes": ["Every figure tells of five people or more; smaller ones are suppressed."],
        "requested_at": "2026-06-04T09:00:00Z",
        "ready_at": None,
        "expires_at": "2026-06-11T09:00:00Z",
        "download_url": None,
        "dictionary_url": None,
    }
    rows = file.text.count("\r\n") - 1
    assert ready == {
        **export,
        "state": "ready",
        "rows": rows,
        "rows_expected": rows,
        "size": len(file.content),
        "notes": ["As of 2026-06-04T09:01:00Z.", *export["notes"]],
        "ready_at": "2026-06-04T09:01:00Z",
        "expires_at": "2026-06-11T09:01:00Z",
        "download_url": ready["download_url"],
        "dictionary_url": ready["download_url"] + "?part=dictionary",
    }
    assert file.headers["content-type"] == "application/octet-stream"
    assert file.headers["content-disposition"] == 'attachment; filename="connection-stats-2026-06-04.csv"'
    assert file.headers["content-length"] == str(len(file.content))
    assert file.headers["cache-control"] == "no-store"


async def test_the_file_says_what_the_stats_say(ada, crowd, outbox, clock):
    stats = (await ada.get(f"/v1/events/{crowd.event.id}/stats")).json()
    rows = await file_of(ada, crowd.event, outbox, "connection_stats")
    read = {(row["figure"], row["type"], row["other_type"], row["hour"]): row for row in rows}

    def wanted(kind: str | None) -> str:
        return "(small types)" if kind is None else "'" + kind if kind.startswith("=") else kind

    said = {(name, "", "", ""): value for name, value in stats.items() if isinstance(value, int)}
    said = {key: value for key, value in said.items() if key[0] not in {"live", "final"}}
    for part in ("per_person", "network", "funnel"):
        said |= {(f"{part}.{name}", "", "", ""): value for name, value in stats[part].items()}
    for row in stats["by_type"]:
        said["by_type.people", wanted(row["type"]), "", ""] = row["people"]
        said["by_type.met", wanted(row["type"]), "", ""] = row["met"]
    said |= {("by_hour", "", "", row["local"]): row["encounters"] for row in stats["by_hour"]}
    for row in stats["mixing"]:
        said["mixing", wanted(row["type"]), wanted(row["other_type"]), ""] = row["encounters"]

    assert {key: row["value"] for key, row in read.items()} == {
        key: "" if value is None else str(value) for key, value in said.items()
    }
    assert all((row["suppressed"] == "true") == (row["value"] == "") for row in rows)
    meanings = {row["figure"]: row["meaning"] for row in stats["definitions"]}
    assert all(row["meaning"] == meanings[row["figure"].removesuffix(".people").removesuffix(".met")
               if row["figure"].startswith("by_type") else row["figure"]] for row in rows)  # fmt: skip


async def test_no_cell_is_executed_by_a_spreadsheet(ada, database, outbox, clock):
    large = await make_crowd(
        database, now=clock(), types={"attendee": 60, "=1+1": 30}, encounters=1200, seed=3
    )
    for kind in ("connection_stats", "connections", "attendees"):
        rows = await file_of(ada, large.event, outbox, kind)
        cells = [cell for row in rows for cell in row.values()]
        assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@", "\t", "\r"))]
        assert any(cell == "'=1+1" for cell in cells)


async def test_who_met_whom_is_told_without_telling_who_they_are(ada, crowd, outbox, clock):
    rows = await file_of(ada, crowd.event, outbox, "connections")
    text = str(rows)

    assert len(rows) == len(crowd.met)
    assert rows[0].keys() == {"person_a", "person_b", "type_a", "type_b", "first_met_hour", "mutual"}
    degrees = Counter(name for row in rows for name in (row["person_a"], row["person_b"]))
    true_degrees = Counter(guest for pair in crowd.met for guest in pair)
    assert sorted(degrees.values()) == sorted(true_degrees.values())
    assert Counter(row["mutual"] for row in rows) == Counter(
        "true" if low and high else "false" for low, high, _ in crowd.met.values()
    )
    assert not [guest for guest in crowd.guests if str(guest.id) in text or guest.id.hex in text]
    assert not [guest for guest in crowd.guests if str(guest.person_id) in text]
    assert {row["first_met_hour"][13:] for row in rows} <= {":00:00Z", ""}


async def test_nothing_that_fewer_than_five_people_share_is_in_the_file(ada, crowd, outbox, clock):
    rows = await file_of(ada, crowd.event, outbox, "connections")
    people: dict[tuple[str, str], set[str]] = {}
    for row in rows:
        for side in ("a", "b"):
            people.setdefault(("type", row[f"type_{side}"]), set()).add(row[f"person_{side}"])
            people.setdefault(("hour", row["first_met_hour"]), set()).add(row[f"person_{side}"])

    assert {kind for column, kind in people if column == "type"} <= {"attendee", "speaker", "'=1+1", ""}
    assert min(len(those) for those in people.values()) >= FEWEST_PEOPLE


async def test_two_files_cannot_be_joined_and_are_in_no_order(ada, crowd, outbox, clock):
    first = await file_of(ada, crowd.event, outbox, "connections")
    second = await file_of(ada, crowd.event, outbox, "connections")
    names = [{row[side] for row in rows for side in ("person_a", "person_b")} for rows in (first, second)]

    assert names[0].isdisjoint(names[1])
    assert [row["first_met_hour"] for row in first] != [row["first_met_hour"] for row in second]
    assert [row["first_met_hour"] for row in first] != sorted(row["first_met_hour"] for row in first)
    assert all(row["person_a"] < row["person_b"] for row in first)


async def test_among_few_people_nobody_is_exported(ada, database, clock, outbox):
    few = await make_crowd(database, now=clock(), types={"attendee": 19}, encounters=60, seed=1)
    export = (await order(ada, few.event, "connections")).json()
    await outbox.run_jobs()
    path = f"/v1/events/{few.event.id}/exports/{export['id']}"
    failed = (await ada.get(path)).json()

    assert (failed["state"], failed["reason"], failed["size"], failed["download_url"]) == (
        "failed", "too_few_people", None, None,
    )  # fmt: skip


async def test_who_met_whom_waits_until_the_doors_have_closed(ada, database, clock, outbox):
    event = await make_event(database, now=clock(), owner=ada.email)
    answer = await order(ada, event, "connections")

    assert (answer.status_code, answer.json()["code"]) == (409, "event_not_closed")
    assert (await order(ada, event)).status_code == 201


async def test_the_same_export_asked_for_at_once_is_made_once(ada, crowd, outbox, clock):
    body = {"id": str(uuid4()), "kind": "connections", "format": "csv"}
    path = f"/v1/events/{crowd.event.id}/exports"
    answers = await asyncio.gather(*(ada.post(path, json=body) for _ in range(6)))
    other = await ada.post(path, json={**body, "kind": "connection_stats"})

    assert sorted(answer.status_code for answer in answers) == [200] * 5 + [201]
    assert (other.status_code, other.json()["code"]) == (409, "id_reused")
    assert await outbox.run_jobs() == ["make_export"]
    assert (await ada.post(path, json=body)).json()["state"] == "ready"


async def test_two_workers_on_one_export_leave_one_whole_file(ada, crowd, tools, database, clock):
    export = (await order(ada, crowd.event, "connections")).json()
    await asyncio.gather(*(make_export(database, export["id"], clock=clock) for _ in range(4)))
    await make_export(database, export["id"], clock=clock)

    path = f"/v1/events/{crowd.event.id}/exports/{export['id']}"
    file = await download(ada, crowd.event, export["id"])
    assert len(file.content) == (await ada.get(path)).json()["size"]
    assert file.text.count("\r\n") == 301


async def test_what_an_interrupted_run_left_is_not_in_the_file(ada, crowd, tools, database, clock):
    export = (await order(ada, crowd.event)).json()
    async with database.transaction() as db:
        for number in range(3):
            db.add(ExportChunk(export_id=export["id"], number=number, data=b"left over"))
    await make_export(database, export["id"], clock=clock)
    file = await download(ada, crowd.event, export["id"])

    assert file.text.startswith("figure,type,other_type,hour,value,suppressed,meaning\r\nattendees,,,,53,")
    assert "left over" not in file.text


async def test_a_large_file_is_kept_in_pieces(ada, database, clock, outbox):
    large = await make_crowd(database, now=clock(), types={"attendee": 400}, encounters=5000, seed=2)
    rows = await file_of(ada, large.event, outbox, "connections")

    assert len(rows) == 5000
    async with database.transaction() as db:
        sizes = (await db.scalars(select(func.length(ExportChunk.data)).order_by(ExportChunk.number))).all()
    assert len(sizes) > 1
    assert set(sizes[:-1]) == {CHUNK}


async def test_after_a_week_a_file_is_gone(ada, client, crowd, outbox, database, clock, settings):
    export = (await order(ada, crowd.event)).json()
    await outbox.run_jobs()
    clock.tick(days=7)
    again = await sign_in(client, outbox, ada.email)
    path = f"/v1/events/{crowd.event.id}/exports/{export['id']}"
    async with database.transaction() as db:
        account_id = await db.scalar(select(Export.account_id))
    link = Link.new(export_id=UUID(export["id"]), account_id=account_id, now=clock())
    file = f"/v1/export_files/{link.text(settings.secret('session'))}"
    before = await client.get(file)
    await expire_exports(database, now=clock())
    after = await client.get(file)

    assert (before.status_code, before.json()["code"]) == (410, "export_expired")
    assert (after.status_code, after.json()["code"]) == (410, "export_expired")
    shown = (await again.get(path)).json()
    assert (shown["state"], shown["download_url"]) == ("expired", None)
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(ExportChunk)) == 0
        assert (await db.scalars(select(Export.state))).all() == ["expired"]


async def test_a_download_asks_for_the_role_of_today(ada, grace, client, crowd, outbox, database, clock):
    async with database.transaction() as db:
        member = TeamMember(
            event_id=crowd.event.id, id=new_id(), email=grace.email, role="manager", added_at=clock()
        )
        db.add(member)
    stats = (await order(grace, crowd.event)).json()
    edges = (await order(grace, crowd.event, "connections")).json()
    await outbox.run_jobs()
    path = f"/v1/events/{crowd.event.id}/exports"
    links = [(await grace.get(f"{path}/{export['id']}")).json()["download_url"] for export in (stats, edges)]

    answers = {}
    for role in ("manager", "analyst", "supervisor"):
        async with database.transaction() as db:
            await db.execute(update(TeamMember).where(TeamMember.id == member.id).values(role=role))
        answers[role] = [(await client.get(link)).status_code for link in links]
        listed = await grace.get(path)
        answers[role].append(
            [row["download_url"] is not None for row in listed.json()["items"]]
            if listed.status_code == 200
            else listed.status_code
        )
    async with database.transaction() as db:
        await db.execute(delete(TeamMember).where(TeamMember.id == member.id))
    answers["stranger"] = [(await client.get(link)).status_code for link in links]

    newest_first = sorted((stats, edges), key=lambda export: export["id"], reverse=True)
    assert answers == {
        "manager": [200, 200, [True, True]],
        "analyst": [200, 403, [export is stats for export in newest_first]],
        "supervisor": [403, 403, 403],
        "stranger": [404, 404],
    }


async def test_an_analyst_may_not_ask_who_met_whom(grace, crowd, database, clock):
    async with database.transaction() as db:
        db.add(
            TeamMember(
                event_id=crowd.event.id, id=new_id(), email=grace.email, role="analyst", added_at=clock()
            )
        )
    answer = await order(grace, crowd.event, "connections")

    assert (answer.status_code, answer.json()["code"]) == (403, "role_required")
    assert (await order(grace, crowd.event)).status_code == 201


async def test_another_events_export_is_not_there(ada, grace, crowd, database, clock):
    export = (await order(ada, crowd.event)).json()
    other = await make_event(database, now=clock(), owner=grace.email)
    path = f"/v1/events/{other.id}/exports"
    answers = [await grace.get(f"{path}/{export['id']}")]
    stolen = await grace.post(path, json={"id": export["id"], "kind": "connection_stats", "format": "csv"})

    assert {(answer.status_code, answer.json()["code"]) for answer in answers} == {(404, "export_not_found")}
    assert (stolen.status_code, stolen.json()["code"]) == (409, "id_reused")


async def test_exports_are_listed_page_by_page_the_newest_first(ada, crowd, clock):
    made = []
    for _ in range(5):
        made.append((await order(ada, crowd.event)).json())
        clock.tick(seconds=1)
    path = f"/v1/events/{crowd.event.id}/exports"
    pages, cursor = [], ""
    while cursor is not None:
        page = (await ada.get(f"{path}?limit=2{cursor and '&cursor=' + cursor}")).json()
        pages.append(page["items"])
        cursor = page["next_cursor"]

    assert [len(page) for page in pages] == [2, 2, 1]
    assert [export for page in pages for export in page] == made[::-1]
    for wrong in ("x", "WyJhIl0", "bnVsbA"):
        assert (await ada.get(f"{path}?cursor={wrong}")).json()["code"] == "cursor_invalid"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"id": "x", "kind": "connections", "format": "csv"},
        {"id": str(uuid4()), "kind": "people", "format": "csv"},
        {"id": str(uuid4()), "kind": "connections", "format": "xls"},
        {"id": str(uuid4()), "kind": "connections", "format": "csv", "cut": "organisation"},
        {"id": str(uuid4()), "kind": "connections", "format": "csv", "named": True},
        [],
    ],
)
async def test_an_order_that_makes_no_sense_makes_nothing(ada, crowd, outbox, clock, body):
    answer = await ada.post(f"/v1/events/{crowd.event.id}/exports", json=body)

    assert (answer.status_code, answer.json()["code"]) == (400, "invalid_request")
    assert await outbox.run_jobs() == []


async def test_an_export_whose_event_was_never_attended_is_an_empty_table(
    ada, crowd, outbox, database, clock
):
    quiet = await make_crowd(database, now=clock(), types={"attendee": 25}, encounters=0, seed=1)
    assert await file_of(ada, quiet.event, outbox, "connections") == []
    async with database.transaction() as db:
        await db.execute(update(Attendance).values(status="cancelled"))
        await db.execute(update(Event).values(doors_close_at=clock() + timedelta(hours=1)))
    assert (await file_of(ada, quiet.event, outbox, "connection_stats"))[0]["value"] == "0"


async def test_an_export_that_cannot_be_made_is_tried_for_an_hour_and_then_says_so(
    ada, crowd, tools, database, clock
):
    export = (await order(ada, crowd.event)).json()
    path = f"/v1/events/{crowd.event.id}/exports/{export['id']}"
    async with database.transaction() as db:
        await db.execute(update(Event).values(zone="Nowhere/At_all"))
    first = await make_export(database, export["id"], clock=clock)
    waiting = (await ada.get(path)).json()["state"]
    last = await make_export(database, export["id"], clock=lambda: clock() + timedelta(hours=1))
    failed = (await ada.get(path)).json()

    assert (first, waiting, last) == (timedelta(seconds=30), "waiting", None)
    assert (failed["state"], failed["reason"]) == ("failed", "internal_error")

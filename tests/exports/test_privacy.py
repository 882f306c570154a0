"""What a file tells is told of five people or more, by itself and beside other files."""

import re
from collections import Counter, defaultdict
from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from server.accounts.models import Account
from server.events.models import Attendance
from server.exports.rules import named_only
from server.people.models import Block, Release
from server.stats.rules import FEWEST_PEOPLE, Cell, hidden_table
from tests.exports.ordering import download, file_of, made, order, rows_in
from tests.exports.people import agree, store_scans
from tests.phones import Phone, sign_in
from tests.stats.crowds import make_crowd

TYPES = {"attendee": 60, "speaker": 25, "staff": 12, "press": 2}
CUTS = ("attendee", "speaker", "staff", "press")


@pytest.fixture
async def crowd(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=1400, seed=2)
    await store_scans(database, crowd, now=clock())
    return crowd


def sides(row: dict[str, str]) -> list[str]:
    """The types on the sides of a row on which somebody is."""
    if "type" in row:
        return [row["type"]]
    if "purpose" in row and row["purpose"] != "meet":
        return [row["scanned_type"]]
    return [cell for column, cell in row.items() if "type" in column]


def said(row: dict[str, str]) -> tuple[str, ...]:
    """A row without the names that hold in one file only; of two people in no order."""
    names = {"person", "person_a", "person_b", "scanner", "scanned", "type_a", "type_b"}
    types = sorted(row[column] for column in ("type_a", "type_b") if column in row)
    return (*types, *(cell for column, cell in row.items() if column not in names))


@pytest.mark.parametrize("kind", ["attendees", "connections", "scans"])
async def test_a_cut_tells_nothing_that_the_whole_file_does_not(ada, crowd, outbox, kind):
    """So two files differ by the rows of a type, of which the whole file says that they are: never by one person."""
    whole = await file_of(ada, crowd.event, outbox, kind)
    for cut in CUTS:
        export = await made(ada, crowd.event, outbox, kind, cut="type", type=cut)
        wanted = [row for row in whole if set(sides(row)) == {cut}]
        if export["state"] == "failed":
            assert (export["reason"], wanted) == ("too_few_people", [])
        else:
            rows = rows_in((await download(ada, crowd.event, export["id"])).content)
            assert Counter(map(said, rows)) == Counter(map(said, wanted))
            assert export["rows_expected"] == len(wanted)
            assert len({row[name] for row in rows for name in row if name.startswith("person")}) != 1


async def test_counting_rows_gives_nothing_that_the_stats_suppress(ada, crowd, outbox):
    stats = (await ada.get(f"/v1/events/{crowd.event.id}/stats")).json()
    rows = await file_of(ada, crowd.event, outbox, "connections")

    met: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        met[row["type_a"]].add(row["person_a"])
        met[row["type_b"]].add(row["person_b"])
    shown = {row["type"] or "": row["met"] for row in stats["by_type"] if not row["suppressed"]}
    assert {kind: len(people) for kind, people in met.items() if kind} == {
        kind: count for kind, count in shown.items() if kind in met and kind
    }
    mixing = Counter(tuple(sorted((row["type_a"], row["type_b"]))) for row in rows)
    told = {
        tuple(sorted((row["type"] or "", row["other_type"] or ""))): row["encounters"]
        for row in stats["mixing"]
    }
    for pair, count in mixing.items():
        if all(pair):
            assert told[pair] == count
    hidden = {row["starts_at"] for row in stats["by_hour"] if row["suppressed"]}
    assert not {row["first_met_hour"] for row in rows} & hidden


async def test_what_fewer_than_five_share_is_not_said_of_anybody(ada, crowd, outbox):
    for kind, names in (("connections", ("person_a", "person_b")), ("scans", ("scanner", "scanned"))):
        people: defaultdict[tuple[str, ...], set[str]] = defaultdict(set)
        for row in await file_of(ada, crowd.event, outbox, kind):
            if row.get("purpose", "meet") == "meet":
                hour = row["first_met_hour" if kind == "connections" else "hour"]
                types = sorted(cell for column, cell in row.items() if "type" in column)
                people["hour", hour] |= {row[name] for name in names}
                people["cell", hour, *types] |= {row[name] for name in names}
        told = {cell: those for cell, those in people.items() if cell[1]}
        assert told
        assert min(len(those) for those in told.values()) >= FEWEST_PEOPLE


async def test_nobody_shows_by_leaving_or_being_cancelled_between_two_files(
    ada, crowd, client, outbox, database, clock
):
    """An organizer who cancels a place after the event learns nothing of its person."""
    before = {
        kind: Counter(map(said, await file_of(ada, crowd.event, outbox, kind)))
        for kind in ("connection_stats", "follow_up", "attendees", "connections", "scans")
    }
    busiest = Counter(guest for pair in crowd.met for guest in pair).most_common(2)
    one, other = (guest for guest, _ in busiest)
    answer = await ada.post(f"/v1/events/{crowd.event.id}/attendees/{one}/cancel")
    assert answer.status_code == 200, answer.text
    async with database.transaction() as db:
        await db.execute(
            update(Attendance).where(Attendance.id == other).values(status="left", left_at=clock())
        )

    after = {kind: Counter(map(said, await file_of(ada, crowd.event, outbox, kind))) for kind in before}
    assert after == before


async def test_whoever_left_before_the_doors_closed_is_in_no_file(ada, crowd, outbox, database):
    gone = next(guest for guest, _ in crowd.met)
    async with database.transaction() as db:
        await db.execute(
            update(Attendance)
            .where(Attendance.id == gone)
            .values(status="left", left_at=crowd.event.doors_close_at - timedelta(hours=1))
        )
    rows = await file_of(ada, crowd.event, outbox, "connections")
    assert len(rows) == sum(gone not in pair for pair in crowd.met)


async def test_doors_and_stands_bear_no_names(ada, crowd, outbox):
    rows = await file_of(ada, crowd.event, outbox, "scans")
    entries = [row for row in rows if row["purpose"] == "entry"]

    assert len(entries) == len(crowd.guests)
    assert {(row["scanner"], row["scanned"]) for row in entries} == {("", "")}
    assert all(row["scanner"] and row["scanned"] for row in rows if row["purpose"] == "meet")
    assert sum(row["purpose"] == "meet" for row in rows) == sum(
        low + high for low, high, _ in crowd.met.values()
    )


async def test_a_cut_that_holds_nobody_is_said_at_once(ada, crowd):
    answer = await order(ada, crowd.event, "connections", cut="type", type="sponsor")
    assert (answer.status_code, answer.json()["code"]) == (409, "cut_empty")


async def test_only_whoever_agreed_is_named_and_is_told(ada, crowd, outbox, database, clock):
    await agree(database, crowd, now=clock(), share=0.6)
    export = await made(ada, crowd.event, outbox, "connections", people="names")
    rows = rows_in((await download(ada, crowd.event, export["id"])).content)
    async with database.transaction() as db:
        places = {place.id: place for place in await db.scalars(select(Attendance))}
        released = (await db.scalars(select(Release).where(Release.purpose == "export"))).all()

    agreed = {place.id for place in places.values() if place.named_in_exports}
    pairs = {frozenset((row["name_a"], row["name_b"])) for row in rows}
    names = {place.id: "'" + re.sub(r"[\x01-\x1f]", " ", place.name) for place in places.values()}
    possible = {frozenset(names[guest] for guest in pair) for pair in crowd.met if set(pair) <= agreed}
    assert pairs <= possible
    assert len(pairs) == len(rows)
    assert (export["rows"], export["left_out"]) == (len(rows), len(crowd.met) - len(rows))
    named = {name for pair in pairs for name in pair}
    told = {release.subject_id for release in released}
    assert {names[place.id] for place in places.values() if place.person_id in told} == named
    assert len(released) == len(named)
    assert {(str(r.export_id), r.event_id, tuple(r.fields)) for r in released} == {
        (export["id"], crowd.event.id, ("name", "organisation", "encounters"))
    }


async def test_no_row_names_two_people_side_by_side_one_of_whom_blocked_the_other(
    ada, crowd, outbox, database, clock
):
    await agree(database, crowd, now=clock(), share=1)
    before = await made(ada, crowd.event, outbox, "connections", people="names")
    async with database.transaction() as db:
        one, other = next(iter(crowd.met))
        people = {place.id: place.person_id for place in await db.scalars(select(Attendance))}
        db.add(Block(blocker_id=people[one], blocked_id=people[other], created_at=clock()))
    after = await made(ada, crowd.event, outbox, "connections", people="names")
    assert (after["rows"], after["left_out"]) == (before["rows"] - 1, before["left_out"] + 1)


async def test_never_one_to_four_of_a_type_are_left_out(ada, crowd, outbox, database, clock):
    """Else what is known of all of them, less what is said of those named, is theirs."""
    await agree(database, crowd, now=clock(), share=0.97)
    rows = await file_of(ada, crowd.event, outbox, "attendees", people="names")
    named = Counter(row["type"] for row in rows)
    again = await file_of(ada, crowd.event, outbox, "attendees", people="names")

    out = {kind: count - named[kind] for kind, count in TYPES.items()}
    small = {"staff": out.pop("staff"), "press": out.pop("press")}
    assert all(left == 0 or left >= FEWEST_PEOPLE for left in (*out.values(), sum(small.values())))
    assert {row["name"] for row in rows} == {row["name"] for row in again}
    for cut in ("attendee", "speaker"):
        export = await made(ada, crowd.event, outbox, "attendees", people="names", cut="type", type=cut)
        if export["state"] == "ready":
            raw = (await download(ada, crowd.event, export["id"])).content
            assert {row["name"] for row in rows_in(raw)} == {
                row["name"] for row in rows if row["type"] == cut
            }


async def test_whoever_takes_it_back_is_in_no_file_any_more(ada, crowd, client, outbox, database, clock):
    await agree(database, crowd, now=clock(), share=0.6)
    grace = await sign_in(client, outbox, "grace@example.org")
    async with database.transaction() as db:
        # Grace's place at the event, as if she had claimed it.
        place = await db.scalar(
            select(Attendance).where(Attendance.account_id.is_(None), Attendance.type == "attendee").limit(1)
        )
        await place_of(db, place, grace)
    export = await made(ada, crowd.event, outbox, "attendees", people="names")
    ledger = (await grace.get("/v1/me/releases")).json()["items"]
    link = export["download_url"]
    assert (await client.get(link)).status_code == 200
    assert [
        (row["recipient_kind"], row["recipient_id"], row["purpose"], row["fields"]) for row in ledger
    ] == [("organizers", str(crowd.event.id), "export", ["name", "organisation", "role", "encounters"])]

    assert (await grace.delete(f"/v1/me/releases/{ledger[0]['id']}")).status_code == 204
    refused = await client.get(link)
    rows = await file_of(ada, crowd.event, outbox, "attendees", people="names")

    assert (refused.status_code, refused.json()["code"]) == (410, "export_taken_back")
    assert "Grace Hopper" not in {row["name"] for row in rows}


async def place_of(db, place: Attendance, phone: Phone) -> None:
    account = await db.scalar(select(Account).where(Account.person_id == UUID(phone.person_id)))
    place.account_id, place.person_id = account.id, account.person_id
    place.named_in_exports, place.name = True, "Grace Hopper"


cells = st.dictionaries(
    st.tuples(st.sampled_from("abcd"), st.integers(0, 5)),
    st.integers(1, 30).flatmap(lambda people: st.builds(Cell, st.integers(1, 90), st.just(people))),
    max_size=20,
)


@given(cells, st.sets(st.tuples(st.sampled_from("abcd"), st.integers(0, 5)), max_size=3))
def test_a_table_hides_enough_in_every_row_and_column(table, anyway):
    hidden = hidden_table(table, anyway)

    assert {place for place in anyway if place in table} <= hidden
    assert all(table[place].people >= FEWEST_PEOPLE for place in table.keys() - hidden)
    for side in (0, 1):
        for name in {place[side] for place in table}:
            line = [place for place in table if place[side] == name]
            out = [table[place] for place in line if place in hidden]
            if out and len(out) < len(line):
                assert len(out) > 1
                assert max(cell.people for cell in out) >= FEWEST_PEOPLE


@given(cells)
def test_the_same_table_hides_the_same_in_whatever_order_it_is_read(table):
    """Else two files of one event would hide different cells, and each show the other's."""
    assert hidden_table(table) == hidden_table(dict(reversed(table.items())))


@given(st.dictionaries(st.text(max_size=2), st.lists(st.booleans(), min_size=5, max_size=30), max_size=4))
def test_nobody_who_did_not_agree_is_named_and_few_are_left_out_for_others(agreed):
    named = named_only(agreed, fewest=FEWEST_PEOPLE)

    assert named.keys() == agreed.keys()
    for group, answers in agreed.items():
        assert not [
            is_named for is_named, agrees in zip(named[group], answers, strict=True) if is_named > agrees
        ]
        out = named[group].count(False)
        assert out == max(answers.count(False), FEWEST_PEOPLE if False in answers else 0)

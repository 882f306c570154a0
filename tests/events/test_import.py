"""Importing the organizer's list through the API."""

import asyncio
import csv
import io
from time import perf_counter
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select, text

from server.accounts.models import Person
from server.events.models import Attendance
from server.mail import Mail
from tests.builders import make_attendance, make_event
from tests.events.facts import EVENT, PATH, attendees, counts, faults, problem, send_list
from tests.phones import Phone

LIST = "Name,Email\nAda Lovelace,ada@example.org\nGrace Hopper,grace@example.org\n"
WITH_IDS = "Id,Name,Email\nA-1,Ada Lovelace,ada@example.org\nA-2,Grace Hopper,grace@example.org\n"
NOTHING = {"problems": [], "more_problems": 0, "notes": [], "missing": 0, "missing_attendees": []}


async def claim(database, phone: Phone, email: str, *, now) -> UUID:
    """What claiming does to the row, as far as an import could touch it."""
    async with database.transaction() as db:
        attendance = (await db.scalars(select(Attendance).where(Attendance.email == email))).one()
        attendance.person_id = UUID(phone.person_id)
        attendance.account_id = await db.scalar(
            text("select id from accounts where person_id = :person"), {"person": phone.person_id}
        )
        attendance.claimed_at, attendance.listed = now, True
    return attendance.id


async def row(database, attendance_id: UUID) -> Attendance:
    async with database.transaction() as db:
        return (await db.scalars(select(Attendance).where(Attendance.id == attendance_id))).one()


async def names(phone: Phone, **query) -> list[str]:
    return [item["name"] for item in await attendees(phone, **query)]


async def test_a_list_makes_places_each_with_a_person_of_its_own(olga: Phone, event, database):
    answer = await send_list(
        olga,
        "External ID;Name;E-Mail;Pronouns;Organisation;Role;Type;External code\n"
        "A-1;Ada Lovelace;Ada@Example.ORG;she/her;Analytical Engines;Countess;Speaker;BC-77\n"
        "A-2;Grace Hopper;grace@example.org;;;;;\n",
    )

    assert answer.json() == {
        "dry_run": False,
        "rows": 2,
        "created": 2,
        "updated": 0,
        "cancelled": 0,
        "reinstated": 0,
        "unchanged": 0,
        "skipped": 0,
        **NOTHING,
        "notes": [{"code": "delimiter", "message": "Cells are separated by semicolons."}],
    }
    listed = await attendees(olga)
    assert listed[0] == {
        "attendance_id": listed[0]["attendance_id"],
        "name": "Ada Lovelace",
        "email": "ada@example.org",
        "external_id": "A-1",
        "external_code": "BC-77",
        "pronouns": "she/her",
        "organisation": "Analytical Engines",
        "role": "Countess",
        "type": "speaker",
        "status": "expected",
        "joined_into": None,
        "claimed": False,
        "checked_in_at": None,
        "email_bounced_at": None,
        "ticket_serial": 1,
        "version": 1,
    }
    async with database.transaction() as db:
        people = set(await db.scalars(select(Attendance.person_id)))
        assert len(people) == 2
        assert people <= set(await db.scalars(select(Person.id)))
        assert await db.scalar(select(func.count()).select_from(Mail)) == 1  # Olga's sign-in code


async def test_the_same_list_again_changes_nothing(olga: Phone, event):
    await send_list(olga, LIST)
    assert await counts(await send_list(olga, LIST)) == {"rows": 2, "unchanged": 2}
    assert [item["version"] for item in await attendees(olga)] == [1, 1]


async def test_a_dry_run_says_the_same_and_changes_nothing(olga: Phone, event):
    await send_list(olga, WITH_IDS)
    before = await attendees(olga)
    newer = "Id,Name,Email\nA-1,Ada King,ada@example.org\nA-3,Alan Turing,alan@example.org\n"

    dry = await send_list(olga, newer, dry_run=True, missing="cancel")
    assert await attendees(olga) == before
    wet = await send_list(olga, newer, missing="cancel")

    assert await counts(dry) == {"rows": 2, "created": 1, "updated": 1, "cancelled": 1, "missing": 1}
    assert dry.json() == {**wet.json(), "dry_run": True}
    assert dry.json()["missing_attendees"] == [
        {
            "attendance_id": before[1]["attendance_id"],
            "name": "Grace Hopper",
            "email": "grace@example.org",
            "external_id": "A-2",
        }
    ]
    assert [(item["name"], item["status"]) for item in await attendees(olga)] == [
        ("Ada King", "expected"),
        ("Alan Turing", "expected"),
        ("Grace Hopper", "cancelled"),
    ]


async def test_who_is_missing_stays_unless_told_otherwise(olga: Phone, event):
    await send_list(olga, LIST)
    answer = await send_list(olga, "Name,Email\nAda Lovelace,ada@example.org\n")
    assert await counts(answer) == {"rows": 1, "unchanged": 1, "missing": 1}
    assert await names(olga, status="expected") == ["Ada Lovelace", "Grace Hopper"]


async def test_a_whole_list_brings_back_whom_the_last_one_missed(olga: Phone, event):
    await send_list(olga, LIST)
    await send_list(olga, "Name,Email\nAda Lovelace,ada@example.org\n", missing="cancel")
    assert await counts(await send_list(olga, LIST, missing="cancel")) == {
        "rows": 2,
        "unchanged": 1,
        "reinstated": 1,
    }
    assert await names(olga, status="expected") == ["Ada Lovelace", "Grace Hopper"]


async def test_who_was_added_by_hand_is_never_missing(olga: Phone, event):
    await olga.post(f"{PATH}/attendees", json={"id": str(uuid4()), "name": "Walk-in"})
    assert await counts(await send_list(olga, LIST, missing="cancel")) == {"rows": 2, "created": 2}


async def test_a_status_cancels_and_takes_back(olga: Phone, event):
    def with_status(word: str) -> str:
        return f"Name,Email,Status\nAda Lovelace,ada@example.org,{word}\n"

    assert await counts(await send_list(olga, with_status("paid"))) == {"rows": 1, "created": 1}
    assert await counts(await send_list(olga, with_status("refunded"))) == {"rows": 1, "cancelled": 1}
    assert await counts(await send_list(olga, with_status("refunded"))) == {"rows": 1, "unchanged": 1}
    assert await counts(await send_list(olga, with_status("paid"))) == {"rows": 1, "reinstated": 1}
    assert [(item["status"], item["version"]) for item in await attendees(olga)] == [("expected", 3)]


async def test_a_list_without_a_status_says_nothing_of_it(olga: Phone, event):
    await send_list(olga, LIST)
    ada = (await attendees(olga))[0]["attendance_id"]
    await olga.post(f"{PATH}/attendees/{ada}/cancel")

    answer = await send_list(olga, LIST)

    assert await counts(answer) == {"rows": 2, "unchanged": 2}
    assert [note["code"] for note in answer.json()["notes"]] == ["cancelled_stay"]
    assert await names(olga, status="cancelled") == ["Ada Lovelace"]


async def test_a_column_that_is_not_there_keeps_and_an_empty_cell_clears(olga: Phone, event):
    await send_list(olga, "Id,Name,Email,Role,Company\nA-1,Ada Lovelace,ada@example.org,Countess,Engines\n")
    await send_list(olga, "Id,Name,Company\nA-1,Ada King,\n")
    (ada,) = await attendees(olga)
    assert (ada["name"], ada["email"], ada["role"], ada["organisation"]) == (
        "Ada King",
        "ada@example.org",
        "Countess",
        "",
    )


async def test_several_rows_with_one_address_and_different_ids_are_several_places(olga: Phone, event):
    group = "Id,Name,Email\nB-1,Ada,team@example.org\nB-2,Grace,team@example.org\nB-3,Alan,team@example.org\n"
    assert await counts(await send_list(olga, group)) == {"rows": 3, "created": 3}
    assert await counts(await send_list(olga, group)) == {"rows": 3, "unchanged": 3}

    unclear = await send_list(olga, "Name,Email\nAda,team@example.org\n")
    assert (problem(unclear), faults(unclear)) == ((400, "import_invalid"), [("line/2", "email_ambiguous")])


async def test_an_address_twice_without_ids_is_a_problem_that_names_the_line(olga: Phone, event):
    answer = await send_list(olga, LIST + "Ada again,ada@example.org\n")
    assert (problem(answer), faults(answer)) == ((400, "import_invalid"), [("line/4/Email", "email_twice")])
    assert await attendees(olga) == []


async def test_a_list_that_now_has_ids_gives_them_to_the_places_that_are_there(olga: Phone, event):
    await send_list(olga, "Name,Email\nGrace Hopper,team@example.org\n")
    answer = await send_list(
        olga, "Id,Name,Email\nC-1,Ada Lovelace,team@example.org\nC-2,Grace Hopper,team@example.org\n"
    )
    assert await counts(answer) == {"rows": 2, "created": 1, "updated": 1}
    assert [(item["name"], item["external_id"], item["version"]) for item in await attendees(olga)] == [
        ("Ada Lovelace", "C-1", 1),
        ("Grace Hopper", "C-2", 2),
    ]


async def test_a_changed_address_moves_a_place_only_until_it_is_claimed(
    olga: Phone, ada: Phone, event, database, clock
):
    await send_list(olga, WITH_IDS)
    claimed = await claim(database, ada, "ada@example.org", now=clock())

    answer = await send_list(
        olga, "Id,Name,Email\nA-1,Ada King,eve@example.org\nA-2,Grace Hopper,hopper@example.org\n"
    )

    assert [note["code"] for note in answer.json()["notes"]] == ["claimed_email_changed"]
    stored = await row(database, claimed)
    assert (stored.name, stored.person_id, stored.listed) == ("Ada King", UUID(ada.person_id), True)
    assert (await ada.get(PATH)).json()["my_attendance"] == "expected"
    assert [(item["email"], item["claimed"]) for item in await attendees(olga)] == [
        ("eve@example.org", True),
        ("hopper@example.org", False),
    ]


async def test_who_left_stays_away_whatever_the_list_says(olga: Phone, ada: Phone, event, database, clock):
    await send_list(olga, LIST)
    await claim(database, ada, "ada@example.org", now=clock())
    await ada.post(f"{PATH}/attendance/leave")

    answer = await send_list(olga, "Name,Email,Status\nAda King,ada@example.org,paid\n", missing="cancel")

    assert [note["code"] for note in answer.json()["notes"]] == ["left_stay"]
    assert [(item["name"], item["status"]) for item in await attendees(olga)] == [
        ("Ada King", "left"),
        ("Grace Hopper", "cancelled"),
    ]


async def test_foreign_codes_may_change_hands_but_not_be_had_twice(olga: Phone, event):
    def with_codes(first: str, second: str) -> str:
        return f"Id,Name,Barcode\nA-1,Ada,{first}\nA-2,Grace,{second}\n"

    await send_list(olga, with_codes("one", "two"))
    assert await counts(await send_list(olga, with_codes("two", "one"))) == {"rows": 2, "updated": 2}
    assert [item["external_code"] for item in await attendees(olga)] == ["two", "one"]

    taken = await send_list(olga, "Id,Name,Barcode\nA-3,Alan,two\n")
    assert (problem(taken), faults(taken)) == ((400, "import_invalid"), [("line/2", "external_code_twice")])
    given_up = await send_list(olga, "Id,Name,Barcode\nA-1,Ada,\nA-3,Alan,two\n")
    assert await counts(given_up) == {"rows": 2, "created": 1, "updated": 1, "missing": 1}


async def test_all_or_nothing_unless_told_to_skip(olga: Phone, event):
    mixed = (
        "Name,Email,Type\nAda,ada@example.org,\nGrace,grace(at)example.org,\n,alan@example.org,\n"
        "Eve,eve@example.org,spy\n"
    )

    refused = await send_list(olga, mixed)
    dry = await send_list(olga, mixed, dry_run=True)
    nobody = await attendees(olga)
    skipped = await send_list(olga, mixed, skip_invalid=True)

    wrong = [(3, "Email", "email_invalid"), (4, "Name", "name_missing"), (5, "Type", "type_unknown")]
    assert problem(refused) == (400, "import_invalid")
    assert faults(refused) == [(f"line/{line}/{column}", code) for line, column, code in wrong]
    assert nobody == []
    assert await counts(skipped) == {"rows": 4, "created": 1, "skipped": 3}
    assert [(p["line"], p["column"], p["code"]) for p in skipped.json()["problems"]] == wrong
    assert dry.json() == {**skipped.json(), "dry_run": True}


async def test_who_is_on_a_row_that_cannot_be_used_is_not_missing(olga: Phone, event):
    await send_list(olga, LIST + "Alan Turing,alan@example.org\n")
    answer = await send_list(
        olga,
        "Name,Email,Type\nAda Lovelace,ada@example.org,\nGrace Hopper,grace@example.org,admiral\n",
        skip_invalid=True,
        missing="cancel",
    )
    assert await counts(answer) == {"rows": 2, "unchanged": 1, "skipped": 1, "missing": 1, "cancelled": 1}
    assert await names(olga, status="cancelled") == ["Alan Turing"]


async def test_nobody_is_cancelled_for_missing_while_a_row_does_not_say_whose_it_is(olga: Phone, event):
    await send_list(olga, LIST)
    answer = await send_list(
        olga,
        "Name,Email\nAda Lovelace,ada@example.org\nGrace Hopper,grace@@example.org\n",
        skip_invalid=True,
        missing="cancel",
    )
    assert [note["code"] for note in answer.json()["notes"]] == ["missing_kept"]
    assert await names(olga, status="expected") == ["Ada Lovelace", "Grace Hopper"]


async def test_many_problems_are_counted_and_the_first_200_named(olga: Phone, event):
    many = "Name,Email\n" + "".join(f"Ada {n},nobody\n" for n in range(250))
    refused = await send_list(olga, many)
    skipped = await send_list(olga, many, skip_invalid=True)

    assert (len(refused.json()["errors"]), refused.json()["detail"]) == (200, "And 50 more.")
    assert (len(skipped.json()["problems"]), skipped.json()["more_problems"]) == (200, 50)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
async def test_files_as_spreadsheets_save_them(olga: Phone, event, encoding, delimiter):
    text = "Nachname;Vorname;E-Mail-Adresse;Firma\nMüller;Jürgen;juergen@example.org;Société Générale\n"
    answer = await send_list(olga, text.replace(";", delimiter).encode(encoding))
    assert (await counts(answer))["created"] == 1
    (one,) = await attendees(olga)
    assert (one["name"], one["organisation"]) == ("Jürgen Müller", "Société Générale")


@pytest.mark.parametrize(
    ("raw", "pointer", "code"),
    [
        (b"", "line/1", "file_empty"),
        (b"\xef\xbb\xbf", "line/1", "file_empty"),
        (b"Name,Email\n", "line/1", "no_rows"),
        (b"Email\nada@example.org\n", "line/1", "missing_column"),
        (b"Name\nAda\n", "line/1", "missing_column"),
        (b'Name,Email\n"Ada,ada@example.org\n', "line/2", "quotes_broken"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "line/1", "not_text"),
        (b"\x00" * 1000, "line/1", "not_text"),
        (b"PK\x03\x04xl/workbook.xml", "line/1", "excel_file"),
        (b"Name,Email\n" + b"Ada,a@example.org\n" * 50_001, "line/50002", "too_many_rows"),
    ],
)
@pytest.mark.parametrize("dry_run", [True, False])
async def test_a_file_that_is_no_list_is_refused_with_its_line(
    olga: Phone, event, raw, pointer, code, dry_run
):
    answer = await send_list(olga, raw, dry_run=dry_run, missing="cancel", skip_invalid=True)
    assert problem(answer) == (400, "import_unreadable")
    assert faults(answer) == [(pointer, code)]


async def test_a_file_of_more_than_ten_megabytes_is_too_large(olga: Phone, event):
    assert problem(await send_list(olga, b"x" * 10_000_001)) == (413, "body_too_large")
    assert problem(await send_list(olga, b"Name,Email\n" + b"x" * 9_999_000)) == (400, "import_unreadable")


@pytest.mark.parametrize("media_type", ["application/json", "multipart/form-data; boundary=x", "", None])
async def test_a_file_says_that_it_is_csv(olga: Phone, event, media_type):
    headers = {} if media_type is None else {"content-type": media_type}
    answer = await olga.post(f"{PATH}/attendees/import", content=LIST.encode(), headers=headers)
    assert faults(answer) == [("header/content-type", "media_type_unknown")]
    octets = {"content-type": "Application/Octet-Stream"}
    assert (
        await olga.post(f"{PATH}/attendees/import", content=LIST.encode(), headers=octets)
    ).status_code == 200


@pytest.mark.parametrize("query", [{"dry_run": "perhaps"}, {"missing": "burn"}, {"skip_invalid": "2"}])
async def test_a_wrong_option_is_named(olga: Phone, event, query):
    answer = await send_list(olga, LIST, **query)
    assert (problem(answer), faults(answer)) == (
        (400, "invalid_request"),
        [(f"query/{name}", "invalid") for name in query],
    )
    assert await attendees(olga) == []


async def test_a_cancelled_event_takes_no_list(olga: Phone, event):
    await olga.post(f"{PATH}/cancel")
    assert problem(await send_list(olga, LIST)) == (409, "event_cancelled")


async def test_two_imports_at_once_go_one_after_the_other(olga: Phone, event):
    answers = await asyncio.gather(*(send_list(olga, LIST) for _ in range(4)))

    assert sorted([(await counts(answer)).get("created", 0) for answer in answers]) == [0, 0, 0, 2]
    assert sorted([(await counts(answer)).get("unchanged", 0) for answer in answers]) == [0, 2, 2, 2]
    assert len(await attendees(olga)) == 2


async def test_an_import_touches_its_own_event_only(olga: Phone, event, database, clock):
    other = await make_event(database, now=clock())
    place = await make_attendance(
        database, other, now=clock(), email="ada@example.org", external_id="A-1", external_code="one"
    )
    answer = await send_list(olga, "Id,Name,Email,Barcode\nA-1,Eve,ada@example.org,one\n", missing="cancel")
    assert await counts(answer) == {"rows": 1, "created": 1}
    assert (await row(database, place.id)).name == "Somebody Imported"


async def test_somebody_who_leaves_during_an_import_has_left(olga: Phone, ada: Phone, event, database, clock):
    await send_list(olga, LIST)
    place = await claim(database, ada, "ada@example.org", now=clock())
    async with database.transaction() as db:
        leaving = (await db.scalars(select(Attendance).where(Attendance.id == place).with_for_update())).one()
        importing = asyncio.create_task(send_list(olga, LIST.replace("Ada Lovelace", "Ada King")))
        await asyncio.sleep(0.3)
        assert not importing.done()
        leaving.status = "left"
    assert (await importing).status_code == 200
    stored = await row(database, place)
    assert (stored.name, stored.status) == ("Ada King", "left")


async def test_ten_thousand_rows_take_seconds(olga: Phone, event, database):
    def table(company: str) -> str:
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(["Id", "Name", "E-mail", "Company", "Job title", "Barcode"])
        writer.writerows(
            [f"A-{n}", f"Person {n:05}", f"person{n}@example.org", company, "Engineer", f"code-{n}"]
            for n in range(10_000)
        )
        return text.getvalue()

    took = {}
    for what, company in (("create", "Engines"), ("same", "Engines"), ("update", "Analytical Engines")):
        begun = perf_counter()
        answer = await send_list(olga, table(company))
        took[what] = perf_counter() - begun
    assert await counts(answer) == {"rows": 10_000, "updated": 10_000}
    assert max(took.values()) < 20  # about 2 s each on 2 quiet cores
    async with database.transaction() as db:
        assert (
            await db.scalar(select(func.count()).where(Attendance.organisation == "Analytical Engines"))
            == 10_000
        )


async def test_the_list_of_another_event_is_not_there(ada: Phone, olga: Phone, event):
    assert problem(await send_list(ada, LIST)) == (404, "event_not_found")
    path = f"/v1/events/{EVENT['id'][:-1]}2"
    assert problem(await send_list(olga, LIST, path=path)) == (404, "event_not_found")

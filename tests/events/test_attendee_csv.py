import csv
from io import StringIO
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.events import attendee_columns
from server.events.attendee_csv import MOST_ROWS, ParsedImport, read_attendees
from server.events.attendee_rows import ImportedRow, ImportNote, RowProblem
from server.events.attendee_words import status_named, type_named, type_of_product

ADA = ImportedRow(line=2, name="Ada Lovelace", email="ada@example.org")
GRACE = ImportedRow(line=3, name="Grace Hopper", email="grace@example.org")
LIST = "Name,Email\nAda Lovelace,ada@example.org\nGrace Hopper,grace@example.org\n"


def problems(text: str) -> list[tuple[int | None, str | None, str]]:
    return [(p.line, p.column, p.code) for p in read_attendees(text.encode()).problems]


def unreadable(raw: bytes) -> tuple[str, int | None]:
    """The (code, line) of the one problem for which nothing of the file was used."""
    parsed = read_attendees(raw)
    (problem,) = parsed.problems
    assert (parsed.readable, parsed.rows, parsed.invalid_rows) == (False, (), ())
    return problem.code, problem.line


def test_a_plain_list_is_read_whole():
    assert read_attendees(LIST.encode()) == ParsedImport(
        readable=True,
        rows=(ADA, GRACE),
        columns=frozenset({"name", "email"}),
        decoded_as="utf-8",
        delimiter=",",
    )


def test_every_field_is_read():
    text = (
        "External ID;Name;E-Mail;Pronouns;Organisation;Role;Type;Status;External code\n"
        "A-1;Ada Lovelace;Ada@Example.ORG;she/her;Analytical Engines;Countess;Speaker;cancelled;BC-77\n"
    )

    assert read_attendees(text.encode()).rows == (
        ImportedRow(
            line=2,
            name="Ada Lovelace",
            email="ada@example.org",
            external_id="A-1",
            external_code="BC-77",
            pronouns="she/her",
            organisation="Analytical Engines",
            role="Countess",
            type="speaker",
            status="cancelled",
        ),
    )


@pytest.mark.parametrize(
    ("encoding", "decoded_as"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32-le"),
        ("latin-1", "windows-1252"),
        ("cp1252", "windows-1252"),
    ],
)
def test_any_common_encoding_is_read_and_said_when_it_is_not_utf_8(encoding: str, decoded_as: str):
    parsed = read_attendees("Name,Email\nZoë Müßig,zoe@example.org\n".encode(encoding))

    assert parsed.decoded_as == decoded_as
    assert parsed.rows == (ImportedRow(line=2, name="Zoë Müßig", email="zoe@example.org"),)
    assert ("decoded_as" in [note.code for note in parsed.notes]) == (decoded_as != "utf-8")


def test_one_broken_byte_does_not_spoil_the_other_accents_of_the_file():
    raw = "Name,Email\nZoë,zoe@example.org\nJürgen,j@example.org\n".encode() + b"Andr\xe9,andre@example.org\n"
    parsed = read_attendees(raw)

    assert [row.name for row in parsed.rows] == ["Zoë", "Jürgen"]
    assert [(p.line, p.column, p.code) for p in parsed.problems] == [(4, "Name", "character_lost")]


@pytest.mark.parametrize(("delimiter", "notes"), [(",", 0), (";", 1), ("\t", 1), ("|", 1)])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_any_common_delimiter_and_line_end_is_found(delimiter: str, notes: int, line_end: str):
    text = LIST.replace(",", delimiter).replace("\n", line_end)
    parsed = read_attendees(text.encode())

    assert (parsed.rows, parsed.delimiter, len(parsed.notes)) == ((ADA, GRACE), delimiter, notes)


def test_commas_inside_cells_do_not_hide_the_semicolons_between_them():
    text = "Name;E-Mail;Company, Town, Country, Planet\nLovelace, Ada;ada@example.org;A, B, C, D\n"
    parsed = read_attendees(text.encode())

    assert [row.name for row in parsed.rows] == ["Lovelace, Ada"]


@pytest.mark.parametrize("first", ["sep=;\n", '"sep=;"\r\n', "SEP=;\r\n"])
def test_a_first_line_that_names_the_delimiter_for_excel_is_followed(first: str):
    parsed = read_attendees((first + "Name;Email\nAda Lovelace;ada@example.org\n").encode())

    assert [(row.line, row.name) for row in parsed.rows] == [(3, "Ada Lovelace")]


def test_a_row_is_named_by_the_physical_line_on_which_it_starts():
    text = (
        "Name,Email,Company\n"
        "\n"
        'Ada,ada@example.org,"Analytical\r\nEngines\n\nLtd"\n'
        ",,\n"
        'Grace,grace@example,"He said ""no"""\n'
        "Joan,joan@example.org,\n"
    )
    parsed = read_attendees(text.encode())

    assert [(row.line, row.organisation) for row in parsed.rows] == [(3, "Analytical Engines Ltd"), (9, None)]
    assert [(p.line, p.column, p.code) for p in parsed.problems] == [(8, "Email", "email_invalid")]


def test_cells_are_tidied():
    text = "Name,Email\n\t Zoe\u0308\u200b \u00a0 van\n den  Berg , ZOE@Example.org\u200b \n"
    quoted = text.replace("\t Zoe", '"\t Zoe').replace("Berg ,", 'Berg ",')

    assert read_attendees(quoted.encode()).rows == (
        ImportedRow(line=2, name="Zoë van den Berg", email="zoe@example.org"),
    )


@pytest.mark.parametrize(
    ("header", "field", "value"),
    [
        ("E-MAIL ADDRESS", "email", "x@example.org"),
        ("e_mail", "email", "x@example.org"),
        ("Courriel", "email", "x@example.org"),
        ("Adresse électronique", "email", "x@example.org"),
        ("Organization", "organisation", "Engines"),
        ("Firma", "organisation", "Engines"),
        ("Societe", "organisation", "Engines"),
        ("job_title", "role", "Engineer"),
        ("Funktion", "role", "Engineer"),
        ("Ticket Secret", "external_code", "abc"),
        ("Pronomen", "pronouns", "they"),
    ],
)
def test_header_names_are_forgiven_their_case_accents_and_language(header: str, field: str, value: str):
    parsed = read_attendees(f"ID,Full name,{header}\n7,Ada,{value}\n".encode())

    assert parsed.rows == (ImportedRow(**{"line": 2, "name": "Ada", "external_id": "7", field: value}),)


def test_no_header_name_has_two_meanings():
    names = [name for known in attendee_columns._KNOWN.values() for name in known]

    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("header", "cells", "name"),
    [
        ("First name,Last name", "Ada,Lovelace", "Ada Lovelace"),
        ("Vorname,Nachname", "Ada,Lovelace", "Ada Lovelace"),
        ("Name,Vorname", "Lovelace,Ada", "Ada Lovelace"),
        ("NOM,Prénom", "Lovelace,Ada", "Ada Lovelace"),
        ("Name,First name", "Ada Lovelace,Ada", "Ada Lovelace"),
        ("Name,First name,Last name", "Countess Ada,Ada,Lovelace", "Countess Ada"),
        ("Name,First name,Last name", ",Ada,Lovelace", "Ada Lovelace"),
        ("First name,Last name", ",Lovelace", "Lovelace"),
    ],
)
def test_a_name_is_put_together_from_its_parts(header: str, cells: str, name: str):
    parsed = read_attendees(f"{header},ID\n{cells},1\n".encode())

    assert [row.name for row in parsed.rows] == [name]


def test_a_pretix_order_export_is_read_by_order_and_position():
    header = (
        "Event slug,Order code,Position ID,Status,Email,Phone number,Product,Attendee name,"
        "Attendee name: Given name,Attendee name: Family name,Attendee email,Company,City,Company"
    )
    text = (
        f"{header}\n"
        "conf,ABC12,1,paid,p@example.org,,Speaker pass,Ada Lovelace,Ada,Lovelace,ada@example.org,Engines,,\n"
        "conf,ABC12,2,canceled,payer@example.org,,Early bird,Grace Hopper,Grace,Hopper,,Navy,,Payer\n"
        "conf,DEF34,1,pending,payer@example.org,,Early bird,Joan Clarke,Joan,Clarke,,GCHQ,,Payer\n"
    )
    parsed = read_attendees(text.encode())

    assert parsed.problems == ()
    assert parsed.rows == (
        ImportedRow(
            line=2,
            name="Ada Lovelace",
            email="ada@example.org",
            external_id="ABC12-1",
            organisation="Engines",
            type="speaker",
        ),
        ImportedRow(
            line=3, name="Grace Hopper", external_id="ABC12-2", organisation="Navy", status="cancelled"
        ),
        ImportedRow(
            line=4, name="Joan Clarke", external_id="DEF34-1", organisation="GCHQ", status="cancelled"
        ),
    )
    assert parsed.notes == (
        ImportNote("columns_unused", "Not imported: Event slug, Email, Phone number, City, Company."),
        ImportNote("type_assumed", "Imported as attendees, going by their tickets: Early bird (2)."),
        ImportNote("status_pending", "Still pending, so cancelled until confirmed: 1 rows."),
    )
    assert parsed.columns == {"external_id", "name", "email", "organisation", "type", "status"}


def test_an_eventbrite_attendee_summary_is_read_by_attendee_number():
    text = (
        "Order #,Attendee #,First Name,Last Name,Email,Ticket Type,Barcode #,"
        "Attendee Status,Company,Job Title\n"
        "9,1,Ada,Lovelace,ada@example.org,General Admission,9001000000000000001,Attending,Engines,Countess\n"
        "9,2,Grace,Hopper,ada@example.org,Press,9001000000000000002,Deleted,,\n"
    )
    parsed = read_attendees(text.encode())

    assert parsed.problems == ()
    assert parsed.rows == (
        ImportedRow(
            line=2,
            name="Ada Lovelace",
            email="ada@example.org",
            external_id="1",
            external_code="9001000000000000001",
            organisation="Engines",
            role="Countess",
        ),
        ImportedRow(
            line=3,
            name="Grace Hopper",
            email="ada@example.org",
            external_id="2",
            external_code="9001000000000000002",
            type="press",
            status="cancelled",
        ),
    )


def test_an_order_code_alone_identifies_nobody():
    assert unreadable(b"Order code,Name\nABC12,Ada\n") == ("missing_column", 1)


@pytest.mark.parametrize(
    ("header", "missing"),
    [("Name,Company", 1), ("Email,Company", 1), ("Company,Town", 2), ("Ada Lovelace,ada@example.org", 2)],
)
def test_a_list_without_names_or_without_identities_is_refused_whole(header: str, missing: int):
    parsed = read_attendees(f"{header}\na,b\n".encode())

    assert not parsed.readable
    assert [(p.line, p.column, p.code) for p in parsed.problems] == [(1, None, "missing_column")] * missing


@pytest.mark.parametrize("raw", [b"", b" \r\n\n", b"\xef\xbb\xbf", b"\xff\xfe", b";;;\n", b"sep=;\n"])
def test_an_empty_file_says_so(raw: bytes):
    assert unreadable(raw) == ("file_empty", None)


@pytest.mark.parametrize("raw", [b"Name,Email\n", b"Name,Email", b"Name,Email\n,\n\n"])
def test_a_header_without_rows_says_so(raw: bytes):
    assert unreadable(raw) == ("no_rows", None)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"PK\x03\x04\x14\0\x06\0\x08\0" + b"\0" * 16 + b"[Content_Types].xml" + b"\x9c" * 99, "excel_file"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(99), "excel_file"),
        (b"PK\x03\x04" + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", "not_text"),
        (b"%PDF-1.7\n", "not_text"),
        (b"\x89PNG\r\n\x1a\n", "not_text"),
        (bytes(range(256)) * 4, "not_text"),
        (bytes(1000), "not_text"),
    ],
)
def test_a_file_that_is_no_list_is_named(raw: bytes, code: str):
    assert unreadable(raw) == (code, None)


@pytest.mark.parametrize(
    ("rows", "line"),
    [
        ('Ada,"ada@example.org\nGrace,grace@example.org\n', 2),
        ('Ada,ada@example.org\n"Grace,grace@example.org\n"Joan",joan@example.org\n', 3),
        ('Ada,ada@example.org\n"Grace "Amazing" Hopper",grace@example.org\n', 3),
    ],
)
def test_a_broken_quotation_mark_refuses_the_file_since_rows_could_be_swallowed(rows: str, line: int):
    assert unreadable(f"Name,Email\n{rows}".encode()) == ("quotes_broken", line)


def test_a_quotation_mark_inside_an_unquoted_cell_is_only_a_character():
    assert read_attendees(b'Name,ID\n5" Disk,1\n').rows == (
        ImportedRow(line=2, name='5" Disk', external_id="1"),
    )


def test_a_cell_of_absurd_length_refuses_the_file():
    assert unreadable(b"Name,Email\nAda," + b"a" * 200_000 + b"\n") == ("field_too_long", 2)


@pytest.mark.parametrize(
    ("row", "found"),
    [
        (",ada@example.org,1", ("Name", "name_missing")),
        (" \u200b ,ada@example.org,1", ("Name", "name_missing")),
        ("Ada,ada@,1", ("E-Mail", "email_invalid")),
        ("Ada,ada@localhost,1", ("E-Mail", "email_invalid")),
        ("Ada,ada@x.org; bob@x.org,1", ("E-Mail", "email_invalid")),
        ("Ada,ada lovelace@x.org,1", ("E-Mail", "email_invalid")),
        (f"{'A' * 201},ada@example.org,1", ("Name", "field_too_long")),
        (f"Ada,{'a' * 255}@example.org,1", ("E-Mail", "field_too_long")),
        (f"Ada,ada@example.org,{'1' * 101}", ("Nr", "field_too_long")),
        ("A\0da,ada@example.org,1", ("Name", "control_characters")),
        ("Ada\x1b[31m,ada@example.org,1", ("Name", "control_characters")),
        ("Ada \u202eecalevoL,ada@example.org,1", ("Name", "control_characters")),
        ("Ad\ufffd,ada@example.org,1", ("Name", "character_lost")),
        ("Ada,,", ("E-Mail", "identity_missing")),
        ("Ada,ada@example.org,1,2", (None, "too_many_columns")),
        ("Ada,ada@example.org,1.23457E+17", ("Nr", "number_rounded")),
        ('Ada,ada@example.org,"1,23457E+17"', ("Nr", "number_rounded")),
    ],
)
def test_what_is_wrong_with_a_row_is_said_with_its_line_and_column(row: str, found: tuple[str | None, str]):
    text = f"Name,E-Mail,Nr\nGrace,grace@example.org,0\n{row}\n"
    parsed = read_attendees(text.encode())

    assert [(p.line, p.column, p.code) for p in parsed.problems] == [(3, *found)]
    assert [row.line for row in parsed.rows] == [2]
    assert [row.line for row in parsed.invalid_rows] == [3]


def test_a_row_with_several_faults_names_each():
    assert problems("Name,Email,Type\n,x,wizard\n") == [
        (2, "Name", "name_missing"),
        (2, "Email", "email_invalid"),
        (2, "Type", "type_unknown"),
    ]


def test_empty_cells_beyond_the_header_and_missing_ones_at_the_end_are_fine():
    text = "Name,Email,Company,,\nAda Lovelace,ada@example.org,,,,,\nGrace Hopper,grace@example.org\n"

    assert read_attendees(text.encode()).rows == (ADA, GRACE)


def test_an_unknown_type_in_the_column_for_it_is_a_problem_and_a_tickets_name_is_not():
    assert problems("Name,ID,Type\nAda,1,speakr\n") == [(2, "Type", "type_unknown")]
    assert problems("Name,ID,Ticket type\nAda,1,Super early bird\n") == []


@pytest.mark.parametrize(
    ("word", "kind"),
    [
        ("Speaker", "speaker"),
        ("RÉFÉRENTE", None),
        ("Referentin", "speaker"),
        ("bénévole", "staff"),
        ("Organiser", "organizer"),
        ("Aussteller", "exhibitor"),
        ("presse", "press"),
        ("Sponsor", "sponsor"),
        ("Teilnehmer", "attendee"),
    ],
)
def test_types_are_known_in_three_languages(word: str, kind: str | None):
    assert type_named(word) == kind


@pytest.mark.parametrize(
    ("product", "kind"),
    [
        ("Speaker ticket (both days)", "speaker"),
        ("Press", "press"),
        ("Exhibitor staff", None),
        ("Early bird", None),
        ("Compression workshop", None),
    ],
)
def test_a_tickets_name_tells_the_type_if_it_speaks_of_one_only(product: str, kind: str | None):
    assert type_of_product(product) == kind


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("Attending", "active"),
        ("Checked In", "active"),
        ("bezahlt", "active"),
        ("Confirmée", "active"),
        ("Canceled", "cancelled"),
        ("CANCELLED", "cancelled"),
        ("storniert", "cancelled"),
        ("Annulé", "cancelled"),
        ("Not Attending", "cancelled"),
        ("ausstehend", "pending"),
        ("perhaps", None),
    ],
)
def test_statuses_are_known_in_three_languages(word: str, status: str | None):
    assert status_named(word) == status


def test_an_unknown_status_is_a_problem_and_quoted_no_longer_than_it_needs():
    parsed = read_attendees(f"Name,ID,Status\nAda,1,{'x' * 60}\n".encode())

    assert parsed.problems == (RowProblem(2, "Status", "status_unknown", f"“{'x' * 40}…” is no status."),)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        (["1,Ada,a@example.org", "1,Bob,b@example.org"], [(3, "ID", "external_id_twice")]),
        (["1,Ada,a@example.org", "2,Bob,A@example.org"], []),
        ([",Ada,a@example.org", ",Bob,A@example.org"], [(3, "Email", "email_twice")]),
        ([",Ada,a@example.org", ",Ada,a@example.org", ",Ada,a@example.org"],
         [(3, "Email", "email_twice"), (4, "Email", "email_twice")]),
        (["1,Ada,a@example.org", ",Bob,a@example.org"], [(3, "Email", "email_twice")]),
        ([",Ada,a@example.org", "1,Bob,a@example.org"], [(2, "Email", "email_twice")]),
    ],
)  # fmt: skip
def test_what_must_be_one_rows_alone_is_refused_in_a_second(
    rows: list[str], found: list[tuple[int, str, str]]
):
    assert problems("\n".join(["ID,Name,Email", *rows])) == found


def test_the_second_of_two_rows_names_the_first():
    parsed = read_attendees(b"ID,Name,Barcode\n1,Ada,77\n2,Grace,77\n")

    assert parsed.problems == (RowProblem(3, "Barcode", "external_code_twice", "Line 2 has the same."),)


def test_as_many_rows_as_allowed_are_read_and_one_more_refuses_the_file():
    most = "".join(f"{n},N\n" for n in range(MOST_ROWS))

    assert len(read_attendees(f"ID,Name\n{most}".encode()).rows) == MOST_ROWS
    assert unreadable(f"ID,Name\n{most}x,N\n".encode()) == ("too_many_rows", MOST_ROWS + 2)


def test_ten_thousand_rows_are_read_within_two_seconds_of_computing():
    rows = "".join(
        f"{n},Zoë Müßig {n},zoe.{n}@example.org,Engines {n % 50},speaker,active\n" for n in range(10_000)
    )
    raw = f"ID,Name,Email,Company,Type,Status\n{rows}".encode()

    began = process_time()
    parsed = read_attendees(raw)

    assert (len(parsed.rows), parsed.problems) == (10_000, ())
    assert process_time() - began < 2


cells = st.text(st.characters(exclude_categories=["Cs", "Cc", "Cf"]), max_size=20)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=5), st.sampled_from(",;\t|"))
def test_quoting_by_any_csv_writer_is_undone(pairs: list[tuple[str, str]], delimiter: str):
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter)
    writer.writerow(["ID", "Name", "Company"])
    writer.writerows((n, f"N{name}", company) for n, (name, company) in enumerate(pairs))
    parsed = read_attendees(buffer.getvalue().encode())

    assert len(parsed.rows) + len(parsed.invalid_rows) == len(pairs)
    assert all(p.code == "character_lost" for p in parsed.problems)


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_whatever_makes_it_fail(raw: bytes):
    for content in (raw, b"Name,Email\n" + raw, b"Name;ID;Status\nAda;1;active\n" + raw):
        parsed = read_attendees(content)

        assert parsed.readable or parsed.problems
        assert not parsed.readable or parsed.rows or parsed.invalid_rows

import csv
import re
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from io import StringIO
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from server.csv_writer import NEEDS_APOSTROPHE, Cell, safe_text, write_rows

FULL_WIDTH = "\uff1d\uff0b\uff0d\uff20"
STARTS = f"=+-@{FULL_WIDTH}"

# Texts that look for trouble: what a spreadsheet executes, and what hides it, at the beginning.
texts = st.text() | st.builds(
    str.__add__, st.text(f"{STARTS}' \t\r\n\"\u00a0\u200b\ufeff", max_size=6), st.text()
)


def written(*rows: list[Cell], columns: int = 1) -> bytes:
    return b"".join(write_rows([f"c{n}" for n in range(columns)], rows))


def read_back(raw: bytes) -> list[list[str]]:
    return list(csv.reader(StringIO(raw.decode(), newline=""), strict=True))


def original(cell: str) -> str:
    """What the decision tells readers of our files to do, written independently of the writer."""
    shown = cell.lstrip("'")
    executed = re.sub(
        r"^[\s\x00-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]+", "", shown
    )
    hides = shown[:1] in {"\t", "\r", "\n"}
    begins = executed[:1] != "" and executed[0] in f"{STARTS}\ufe66\ufe62\ufe63\ufe6b\u2212"
    return cell[1:] if cell.startswith("'") and (hides or begins) else cell


def test_a_table_is_written_as_rfc_4180_says():
    raw = b"".join(write_rows(["name", "note"], [["Ada", 'said "hi", left'], ["Zoë", "two\nlines"]]))

    assert raw == 'name,note\r\nAda,"said ""hi"", left"\r\nZoë,"two\nlines"\r\n'.encode()


def test_every_kind_of_value_has_one_form():
    moment = datetime(2026, 11, 3, 9, 30, 15, 999_999, tzinfo=timezone(timedelta(hours=2)))
    row: list[Cell] = [
        None, True, False, -5, 2.5, -1e-07, Decimal("-12.50"), Decimal("1E+3"), moment, date(2026, 11, 3),
        UUID(int=1), "",
    ]  # fmt: skip

    assert read_back(written(row, columns=len(row)))[1] == [
        "", "true", "false", "-5", "2.5", "-1e-07", "-12.50", "1000", "2026-11-03T07:30:15Z", "2026-11-03",
        "00000000-0000-0000-0000-000000000001", "",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+49 30 1234", "'+49 30 1234"),
        ("-5", "'-5"),
        ("@ada", "'@ada"),
        ("  =cmd", "'  =cmd"),
        ("\u00a0\u200b=cmd", "'\u00a0\u200b=cmd"),
        ("\tada", "'\tada"),
        ("\rada", "'\rada"),
        ("\nada", "'\nada"),
        ("\uff1d1", "'\uff1d1"),
        ("'=1", "''=1"),
        ("''=1", "'''=1"),
        ("'tis", "'tis"),
        ("Ada = Grace", "Ada = Grace"),
        ("1-2", "1-2"),
        ("", ""),
        (" ", " "),
    ],
)
def test_a_text_that_a_spreadsheet_would_execute_gets_an_apostrophe(value: str, shown: str):
    assert safe_text(value) == shown


@given(st.lists(st.tuples(texts, texts), max_size=5))
def test_what_is_read_back_is_what_was_written_but_for_the_apostrophe(rows: list[tuple[str, str]]):
    table = read_back(b"".join(write_rows(["a", "b"], rows)))

    assert [[original(cell) for cell in row] for row in table] == [["a", "b"], *map(list, rows)]


@given(texts)
def test_no_text_begins_with_what_a_spreadsheet_executes(value: str):
    (_, (cell,)) = read_back(written([value]))

    assert cell.strip()[:1] not in set(STARTS)
    assert cell[:1] not in {"\t", "\r", "\n"}


@given(st.integers() | st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_stay_numbers(number: float):
    (_, (cell,)) = read_back(written([number]))

    assert type(number)(cell) == number


def test_a_header_is_made_safe_too():
    assert read_back(b"".join(write_rows(["=name", "ok"], []))) == [["'=name", "ok"]]


def test_a_byte_order_mark_comes_only_when_asked_for():
    assert b"".join(write_rows(["a"], [], byte_order_mark=True)) == b"\xef\xbb\xbfa\r\n"
    assert b"".join(write_rows(["a"], [])) == b"a\r\n"


def test_a_large_table_comes_in_chunks_that_end_with_a_row():
    chunks = list(write_rows(["n", "text"], ([n, "x" * 100] for n in range(5_000))))

    assert len(chunks) == 9
    assert all(chunk.endswith(b"\r\n") and len(chunk) < 66_000 for chunk in chunks)
    assert read_back(b"".join(chunks))[-1] == ["4999", "x" * 100]


def test_rows_are_taken_one_by_one_and_not_gathered():
    def rows():
        for n in range(10_000):
            taken.append(n)
            yield [n, "x" * 100]

    taken: list[int] = []
    next(write_rows(["n", "text"], rows()))

    assert len(taken) < 700


@pytest.mark.parametrize(
    "row",
    [[datetime(2026, 11, 3)], [float("nan")], [float("inf")], [Decimal("NaN")], [], ["a", "b"]],
)
def test_what_has_no_honest_form_is_refused(row: list[Cell]):
    with pytest.raises(ValueError):  # noqa: PT011  (each says something else)
        written(row)


def test_a_moment_is_never_rounded_up():
    assert read_back(written([datetime(2026, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)]))[1] == [
        "2026-12-31T23:59:59Z"
    ]


@given(texts)
@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_postgresql_finds_the_same_cells(database, value: str):
    """Exports make their cells in a statement, by the same expression."""
    told = value.replace("\x00", "")
    async with database.autocommit.connect() as connection:
        found = await connection.scalar(
            text("select cast(:value as text) ~ :expression"), {"value": told, "expression": NEEDS_APOSTROPHE}
        )
    assert found == (safe_text(told) != told)

"""How does a table leave as CSV that no spreadsheet executes?

RFC 4180: UTF-8, CRLF, the header first. A text whose first visible character a spreadsheet takes for the
beginning of a formula gets a leading apostrophe (OWASP, "CSV Injection"); numbers stay numbers. So that
this can be undone, a text that would already look so treated gets one more: whoever reads the file takes
one apostrophe away wherever `'`, or several, stand before such a character.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from io import StringIO
from uuid import UUID

Cell = str | int | float | Decimal | bool | datetime | date | UUID | None

_CHUNK = 64 * 1024  # characters
# After = + - @ come their full-width and small forms, which some spreadsheets accept, and the minus sign.
_EXECUTABLE = r"=+\-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212"
_INVISIBLE = r"[\x00-\x20\x7f-\xa0\u00ad\u1680\u2000-\u200f\u2028-\u202f\u205f-\u2069\u3000\ufeff]*"
NEEDS_APOSTROPHE = rf"^'*(?:[\t\r\n]|{_INVISIBLE}[{_EXECUTABLE}])"
"""A regular expression, for Python and for PostgreSQL alike."""
_NEEDS_APOSTROPHE = re.compile(NEEDS_APOSTROPHE)


def safe_text(value: str) -> str:
    """`value` as a spreadsheet shows it and never executes it."""
    return f"'{value}" if _NEEDS_APOSTROPHE.match(value) else value


def write_rows(
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    byte_order_mark: bool = False,
    header: bool = True,
    safe: bool = True,
) -> Iterator[bytes]:
    """The file in chunks of about 64 KiB, so that an export of any size needs the memory of one chunk.

    Without `header` it is a later piece of a file; unless `safe` it is for a program of ours, and no spreadsheet's.
    `byte_order_mark` is for files meant for Excel, which else takes
    UTF-8 for the code page of its machine.
    Raises ValueError for a row of another length, a time without zone or a number that is none.
    """
    buffer = StringIO(newline="")
    if byte_order_mark:
        buffer.write("\ufeff")
    writer = csv.writer(buffer, lineterminator="\r\n")
    if header:
        writer.writerow([safe_text(column) for column in columns])
    for row in rows:
        writer.writerow([_written(cell, safe=safe) for _, cell in zip(columns, row, strict=True)])
        if buffer.tell() >= _CHUNK:
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _written(cell: Cell, *, safe: bool) -> str:
    match cell:
        case None:
            text = ""
        case bool():
            text = "true" if cell else "false"
        case str():
            text = safe_text(cell) if safe else cell
        case float() | Decimal():
            text = _number(cell)
        case datetime():
            text = _moment(cell)
        case date():
            text = cell.isoformat()
        case int() | UUID():
            text = str(cell)
    return text


def _number(number: float | Decimal) -> str:
    if not Decimal(number).is_finite():
        raise ValueError("an export has no infinite and no undefined numbers")
    return format(number, "f") if isinstance(number, Decimal) else repr(number)


def _moment(at: datetime) -> str:
    if at.tzinfo is None:
        raise ValueError("an export has no times without a zone")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

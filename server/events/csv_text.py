"""What text does an uploaded file hold, and where do its records begin?

Organizers send what their spreadsheet saved: UTF-8 or UTF-16, with or without a byte order mark, or
Windows-1252; commas, semicolons, tabs or bars; quoted cells with line breaks (RFC 4180, and what is done
to it).
"""

import codecs
import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

DELIMITERS = ",;\t|"
LOST = "\N{REPLACEMENT CHARACTER}"

_BYTE_ORDER_MARKS = (  # UTF-32 first, since its mark begins with that of UTF-16
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_OLD_EXCEL = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_OTHER_FILES = (_ZIP, b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"\x1f\x8b", b"{\\rtf")
_CONTROLS = frozenset(map(chr, range(32))) - set("\t\n\v\f\r")
_SAMPLE = 8192


class FileUnreadable(ValueError):
    """Nothing in the file can be used. `code` is stable, `line` where it was noticed (None: the whole
    file)."""

    def __init__(self, code: str, message: str, *, line: int | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.line = line


@dataclass(frozen=True, slots=True)
class Record:
    """The cells of one record and the physical line (from 1) on which it starts."""

    line: int
    cells: list[str]


def decode(raw: bytes) -> tuple[str, str]:
    """(text, name of the encoding). Bytes that mean nothing in that encoding become U+FFFD.

    Raises FileUnreadable `excel_file`, `not_text`, `file_empty`.
    """
    _refuse_other_files(raw)
    text, encoding = _decode(raw)
    text = text.removesuffix("\x1a")  # the end of file of CP/M, which some programs still write
    if not text.strip():
        raise FileUnreadable("file_empty", "The file is empty.")
    sample = text[:_SAMPLE]
    if sum(character in _CONTROLS for character in sample) * 20 > len(sample):
        raise FileUnreadable("not_text", "This file is not text; save the list as CSV.")
    return text, encoding


def read_records(text: str, known_columns: Callable[[list[str]], int]) -> tuple[str, Iterator[Record]]:
    """(delimiter, records that are not blank, the header first).

    The delimiter is the one under which `known_columns` recognises most of the header, then the one that
    gives most cells; a first line `sep=;`, as Excel understands it, says it outright.

    Iterating raises FileUnreadable `quotes_broken` or `field_too_long`: what comes after such a line
    cannot be told apart from what belongs to it.
    """
    first = text.split("\n", 1)[0].rstrip("\r").strip('"')
    if first[:4].lower() == "sep=" and len(first) == 5:
        return first[4], (record for record in _records(text, first[4]) if record.line > 1)

    def score(delimiter: str) -> tuple[int, int]:
        try:
            header = next(_records(text, delimiter)).cells
        except StopIteration:  # nothing but this delimiter: no other reading can find more
            return (sys.maxsize, 0)
        except FileUnreadable:
            return (-1, 0)
        return (known_columns(header), len(header))

    delimiter = max(DELIMITERS, key=score)
    return delimiter, _records(text, delimiter)


def _refuse_other_files(raw: bytes) -> None:
    if raw.startswith(_OLD_EXCEL) or (raw.startswith(_ZIP) and _is_excel(raw)):
        raise FileUnreadable("excel_file", "This is an Excel file; save it as CSV.")
    if raw.startswith(_OTHER_FILES):
        raise FileUnreadable("not_text", "This file is not text; save the list as CSV.")


def _is_excel(raw: bytes) -> bool:
    return b"[Content_Types].xml" in raw or b"xl/" in raw


def _decode(raw: bytes) -> tuple[str, str]:
    for mark, encoding in _BYTE_ORDER_MARKS:
        if raw.startswith(mark):
            return raw.removeprefix(mark).decode(encoding, "replace"), encoding
    pairs = raw[: _SAMPLE & ~1]
    for zeros, encoding in ((pairs[1::2], "utf-16-le"), (pairs[::2], "utf-16-be")):
        if zeros.count(0) * 2 > len(zeros):
            return raw.decode(encoding, "replace"), encoding
    try:
        return raw.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        return _decode_damaged(raw)


def _decode_damaged(raw: bytes) -> tuple[str, str]:
    """Not UTF-8 throughout: one broken byte must not turn every other accent of the file into two letters."""
    text = raw.decode("utf-8", "replace")
    lost = text.count(LOST)
    kept = sum(not character.isascii() for character in text) - lost
    if kept > lost:
        return text, "utf-8"
    return raw.decode("cp1252", "replace"), "windows-1252"


def _records(text: str, delimiter: str) -> Iterator[Record]:
    # `newline=""` keeps line breaks within quotes as they are and still ends lines at "\r" alone.
    reader = csv.reader(StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise _unreadable(error, line) from error
        if any(cell.strip() for cell in cells):
            yield Record(line, cells)


def _unreadable(error: csv.Error, line: int) -> FileUnreadable:
    if "field larger" in str(error):
        return FileUnreadable(
            "field_too_long", "A cell is far too long; is a quotation mark missing?", line=line
        )
    return FileUnreadable(
        "quotes_broken",
        "A quotation mark in this row is not closed or, inside a cell, not doubled.",
        line=line,
    )

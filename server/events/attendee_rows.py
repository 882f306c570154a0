"""What does one row of an attendee list say, and what is wrong with it?"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from email_validator import EmailNotValidError, validate_email

from server.events.attendee_columns import NAME, Columns
from server.events.attendee_words import (
    AttendanceStatus,
    AttendanceType,
    status_named,
    type_named,
    type_of_product,
)
from server.events.csv_text import LOST, Record

LONGEST: Mapping[str, int] = {  # characters
    "external_id": 100,
    "email": 254,
    "name": 200,
    "pronouns": 40,
    "organisation": 200,
    "role": 200,
    "external_code": 512,
}
_LONGEST_OTHER = 200
_LONGEST_QUOTE = 40

# Also what turns the direction of writing: a name must not rewrite its neighbours in print.
_FORBIDDEN = re.compile("[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")
_INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff]")  # what copying from web pages leaves behind
_MANGLED = re.compile(r"\d(?:[.,]\d+)?E\+\d{2,}")
_MOST_WORDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedRow:
    """One attendance as the organizer names it. `line` is the physical line, from 1, where its row starts."""

    line: int
    name: str
    email: str | None = None
    external_id: str | None = None
    external_code: str | None = None
    pronouns: str | None = None
    organisation: str | None = None
    role: str | None = None
    type: AttendanceType = "attendee"
    status: AttendanceStatus = "active"


@dataclass(frozen=True, slots=True)
class RowProblem:
    """Why a row, or with `line` None the file, cannot be used. `column` is the header as it was written."""

    line: int | None
    column: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class ImportNote:
    """What was taken in a way the organizer may want to know of; nothing is refused for it."""

    code: str
    message: str


class RowReader:
    """Reads row after row of one list; `problems` and `notes()` are what it met on the way."""

    def __init__(self, columns: Columns) -> None:
        self.problems: list[RowProblem] = []
        self._columns = columns
        self._places = columns.places
        self._products: Counter[str] = Counter()
        self._for_nobody: Counter[str] = Counter()
        self._pending = 0

    def read(self, record: Record) -> ImportedRow:
        """The row as far as it can be read; a field with a problem is empty."""
        before = len(self.problems)
        if any(cell.strip() for cell in record.cells[len(self._columns.headers) :]):
            self._problem(record, None, "too_many_columns", "This row has more cells than the header.")
        row = ImportedRow(
            line=record.line,
            name=self._name(record),
            email=self._email(record),
            external_id=self._external_id(record),
            external_code=self._identifier(record, "external_code"),
            pronouns=self._text(record, "pronouns") or None,
            organisation=self._text(record, "organisation") or None,
            role=self._text(record, "role") or None,
            type=self._type(record),
            status=self._status(record),
        )
        if row.email is None and row.external_id is None and len(self.problems) == before:
            message = "This row has neither an e-mail address nor an id, so it cannot be found again."
            self._problem(
                record, "email" if "email" in self._places else "external_id", "identity_missing", message
            )
        return row

    def notes(self) -> Iterator[ImportNote]:
        if self._products:
            counts = self._products.most_common(_MOST_WORDS)
            tickets = ", ".join(f"{product} ({count})" for product, count in counts)
            yield ImportNote("type_assumed", f"Imported as attendees, going by their tickets: {tickets}.")
        if self._for_nobody:
            counts = self._for_nobody.most_common(_MOST_WORDS)
            things = ", ".join(f"{product or '?'} ({count})" for product, count in counts)
            yield ImportNote("nobody_named", f"Not imported, since nobody is named on them: {things}.")
        if self._pending:
            message = f"Still pending, so cancelled until confirmed: {self._pending} rows."
            yield ImportNote("status_pending", message)

    def _name(self, record: Record) -> str:
        """Empty where the row has none: of a position in an order, with neither name nor address, that is no fault.
        It is a shirt, a workshop, a donation."""
        before = len(self.problems)
        whole, first, last = (self._text(record, column) for column in ("name", "first_name", "last_name"))
        if self._columns.name_is_surname:
            repeats_the_first = whole.casefold().startswith(f"{first} ".casefold())
            whole, last = (whole, "") if repeats_the_first else ("", whole)
        name = whole or f"{first} {last}".strip()
        column = next(column for column in NAME if column in self._places)
        if not name and len(self.problems) == before:
            if "order" in self._places and not self._text(record, "email"):
                self._for_nobody[self._text(record, "product")] += 1
            else:
                self._problem(record, column, "name_missing", "This row has no name.")
        if len(name) > LONGEST["name"]:
            self._problem(record, column, "field_too_long", _too_long(LONGEST["name"]))
        return name

    def _email(self, record: Record) -> str | None:
        text = self._text(record, "email")
        if not text:
            return None
        try:
            return validate_email(text, check_deliverability=False).normalized.lower()
        except EmailNotValidError as error:
            self._problem(record, "email", "email_invalid", str(error))
            return None

    def _external_id(self, record: Record) -> str | None:
        """The id, or for pretix the order's code and the position in it, as its own lists show: ABC12-1."""
        if "order" not in self._places:
            return self._identifier(record, "external_id")
        order, position = self._identifier(record, "order"), self._identifier(record, "position")
        return f"{order}-{position}" if order and position else None

    def _identifier(self, record: Record, column: str) -> str | None:
        text = self._text(record, column)
        if _MANGLED.fullmatch(text):
            message = "A spreadsheet has rounded this number; format its column as text and export again."
            self._problem(record, column, "number_rounded", message)
            return None
        return text or None

    def _type(self, record: Record) -> AttendanceType:
        product = self._text(record, "product")
        if product:
            found = type_of_product(product)
            if found is None:
                self._products[product] += 1
            return found or "attendee"
        word = self._text(record, "type")
        found = type_named(word) if word else "attendee"
        if found is None:
            self._problem(record, "type", "type_unknown", f"“{_clipped(word)}” is no type of attendee.")
        return found or "attendee"

    def _status(self, record: Record) -> AttendanceStatus:
        word = self._text(record, "status")
        found = status_named(word) if word else "active"
        if found is None:
            self._problem(record, "status", "status_unknown", f"“{_clipped(word)}” is no status.")
            return "active"
        if found == "pending":
            self._pending += 1
            return "cancelled"
        return found

    def _text(self, record: Record, column: str) -> str:
        """The cell, tidied; empty when the row or the list has no such cell, or when it has a problem."""
        place = self._places.get(column)
        if place is None or place >= len(record.cells):
            return ""
        cell = record.cells[place]
        if not (cell.isascii() and cell.isprintable()):  # most cells of most lists skip all this
            if LOST in cell:
                message = "A character was lost before this file was saved, or it is not in one encoding."
                self._problem(record, column, "character_lost", message)
                return ""
            if _FORBIDDEN.search(cell):
                self._problem(record, column, "control_characters", "This cell has control characters.")
                return ""
            cell = unicodedata.normalize("NFC", _INVISIBLE.sub("", cell))
        text = " ".join(cell.split())
        longest = LONGEST.get(column, _LONGEST_OTHER)
        if len(text) > longest:
            self._problem(record, column, "field_too_long", _too_long(longest))
            return ""
        return text

    def _problem(self, record: Record, column: str | None, code: str, message: str) -> None:
        header = None if column is None else self._columns.header(column)
        self.problems.append(RowProblem(record.line, header, code, message))


def _too_long(longest: int) -> str:
    return f"This cell has more than {longest} characters."


def _clipped(word: str) -> str:
    return word if len(word) <= _LONGEST_QUOTE else word[:_LONGEST_QUOTE] + "…"

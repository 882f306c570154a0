"""Who is on an organizer's attendee list, and which of its rows cannot be used?

Nothing is stored and nothing decided about those already known: this only reads. See
decisions/0004-attendee-csv.md.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from server.events.attendee_columns import NAME, Columns, assign_columns, known_columns
from server.events.attendee_rows import ImportedRow, ImportNote, RowProblem, RowReader
from server.events.csv_text import FileUnreadable, Record, decode, read_records

MOST_ROWS = 50_000

_DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedImport:
    """`rows` can be used; `invalid_rows` are there too, so nobody on them is missing, but each has a problem. On
    `unnamed_rows` somebody ordered something that is for nobody by name; they are no fault.

    `columns` are the fields the list speaks of: a field that is not among them is unknown, not empty.
    When not `readable`, the list was not read to its end: then there are no rows, and nothing may follow
    from that.
    """

    readable: bool
    rows: tuple[ImportedRow, ...] = ()
    invalid_rows: tuple[ImportedRow, ...] = ()
    unnamed_rows: tuple[ImportedRow, ...] = ()
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[ImportNote, ...] = ()
    columns: frozenset[str] = frozenset()
    decoded_as: str | None = None
    delimiter: str | None = None


def read_attendees(raw: bytes) -> ParsedImport:
    """Every row of the list or the reason why not; never raises for what is in the file."""
    try:
        return _read(raw)
    except FileUnreadable as error:
        problem = RowProblem(error.line, None, error.code, error.message)
        return ParsedImport(readable=False, problems=(problem,))


def _read(raw: bytes) -> ParsedImport:
    text, encoding = decode(raw)
    delimiter, records = read_records(text, known_columns)
    header = next(records, None)
    if header is None:
        raise FileUnreadable("file_empty", "The file has no cells.")
    columns = assign_columns(header.cells)
    missing = _missing_columns(columns, header.line)
    if missing:
        return ParsedImport(readable=False, problems=missing, decoded_as=encoding, delimiter=delimiter)

    reader = RowReader(columns)
    found = [reader.read(record) for record in _at_most(records, MOST_ROWS)]
    if not found:
        raise FileUnreadable("no_rows", "The file has a header and no rows.")
    problems = sorted([*reader.problems, *_twice(found, columns)], key=lambda problem: problem.line or 0)
    unusable = {problem.line for problem in problems}
    unnamed = {row.line for row in found if not row.name} - unusable
    if len(unnamed) == len(found):
        raise FileUnreadable("nobody_named", "Nobody is named: ask for attendees' names when they order.")

    return ParsedImport(
        readable=True,
        rows=tuple(row for row in found if row.line not in unusable | unnamed),
        unnamed_rows=tuple(row for row in found if row.line in unnamed),
        invalid_rows=tuple(row for row in found if row.line in unusable),
        problems=tuple(problems),
        notes=(*_notes_of_file(encoding, delimiter, columns), *reader.notes()),
        columns=columns.fields,
        decoded_as=encoding,
        delimiter=delimiter,
    )


def _missing_columns(columns: Columns, line: int) -> tuple[RowProblem, ...]:
    missing = []
    if not columns.places.keys() & set(NAME):
        missing.append("There is no column with a name (or first name and last name).")
    if not columns.fields & {"email", "external_id"}:
        missing.append("There is neither a column with an e-mail address nor one with an id.")
    return tuple(RowProblem(line, None, "missing_column", message) for message in missing)


def _at_most(records: Iterable[Record], most: int) -> Iterator[Record]:
    for count, record in enumerate(records, start=1):
        if count > most:
            raise FileUnreadable("too_many_rows", f"The file has more than {most} rows.", line=record.line)
        yield record


def _twice(rows: list[ImportedRow], columns: Columns) -> Iterator[RowProblem]:
    """One id, one foreign code, and without ids one e-mail address, belong to one row.

    Several rows of one e-mail address with different ids are several attendances. A row without an id
    beside them could be any of them.
    """
    for field in ("external_id", "external_code"):
        for first, *others in _alike(rows, field):
            for row in others:
                yield _is_twice(row, field, first, columns)
    for alike in _alike(rows, "email"):
        without = [row for row in alike if row.external_id is None]
        first = alike[0] if alike[0] not in without or len(without) == len(alike) else None
        for row in without:
            if row is not first:
                yield _is_twice(row, "email", first or next(r for r in alike if r not in without), columns)


def _alike(rows: list[ImportedRow], field: str) -> list[list[ImportedRow]]:
    """The groups of rows that have the same in `field`."""
    groups: defaultdict[str, list[ImportedRow]] = defaultdict(list)
    for row in rows:
        value = getattr(row, field)
        if value is not None:
            groups[value].append(row)
    return [group for group in groups.values() if len(group) > 1]


def _is_twice(row: ImportedRow, field: str, other: ImportedRow, columns: Columns) -> RowProblem:
    header = columns.header(field) or columns.header("order")
    return RowProblem(row.line, header, f"{field}_twice", f"Line {other.line} has the same.")


def _notes_of_file(encoding: str, delimiter: str, columns: Columns) -> Iterator[ImportNote]:
    if encoding != "utf-8":
        yield ImportNote("decoded_as", f"The file was read as {encoding}; UTF-8 is safer.")
    if delimiter != ",":
        name = _DELIMITER_NAMES.get(delimiter, f"“{delimiter}”")
        yield ImportNote("delimiter", f"Cells are separated by {name}.")
    if columns.name_is_surname:
        yield ImportNote("name_is_surname", "The column with the name was taken for the family name.")
    if columns.unused:
        yield ImportNote("columns_unused", f"Not imported: {', '.join(columns.unused)}.")

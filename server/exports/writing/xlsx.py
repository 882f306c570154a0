"""A workbook: the rows with their types under a header that stays, and on another sheet what each column means."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from server.exports.columns import Column
from server.exports.writing.about import About, read_rows

MOST_ROWS = 1_048_576  # of a sheet, header included; what is more goes on another
WIDTHS = {"text": 26, "integer": 14, "decimal": 14, "boolean": 12, "time": 20}  # characters

Write = Callable[[Worksheet, int, int, str, Format | None], Any]


def _text(sheet: Worksheet, row: int, column: int, cell: str, form: Format | None) -> None:
    sheet.write_string(row, column, cell, form)


def _number(sheet: Worksheet, row: int, column: int, cell: str, form: Format | None) -> None:
    sheet.write_number(row, column, float(cell), form)


def _boolean(sheet: Worksheet, row: int, column: int, cell: str, form: Format | None) -> None:
    sheet.write_boolean(row, column, cell == "true", form)


def _time(sheet: Worksheet, row: int, column: int, cell: str, form: Format | None) -> None:
    """Workbooks know no zones: it stays UTC, as the column's meaning says."""
    sheet.write_datetime(row, column, datetime.fromisoformat(cell).replace(tzinfo=None), form)


WRITES: dict[str, Write] = {
    "text": _text,
    "integer": _number,
    "decimal": _number,
    "boolean": _boolean,
    "time": _time,
}


def write_xlsx(path: Path, about: About, rows: BinaryIO) -> None:
    """A row at a time; nothing is read as a formula, a link or a number that is not said to be one."""
    book = xlsxwriter.Workbook(
        str(path),
        {
            "constant_memory": True,
            "tmpdir": str(path.parent),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    bold, time = book.add_format({"bold": True}), book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    cells = [
        (place, WRITES[column.type], time if column.type == "time" else None)
        for place, column in enumerate(about.columns)
    ]
    sheet, at = _sheet(book, about.title, about.columns, bold), 0
    for row in read_rows(rows):
        at += 1
        if at == MOST_ROWS:
            sheet, at = _sheet(book, f"{about.title} {len(book.worksheets()) + 1}", about.columns, bold), 1
        for place, write, form in cells:
            if row[place]:
                write(sheet, at, place, row[place], form)
    _dictionary(book, about, bold)
    book.close()


def _sheet(book: xlsxwriter.Workbook, name: str, columns: list[Column], bold: Format) -> Worksheet:
    sheet = book.add_worksheet(name)
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, WIDTHS[column.type])
    for place, column in enumerate(columns):
        sheet.write_string(0, place, column.name, bold)
    return sheet


def _dictionary(book: xlsxwriter.Workbook, about: About, bold: Format) -> None:
    sheet = book.add_worksheet("Dictionary")
    sheet.freeze_panes(1, 0)
    sheet.set_column(0, 0, 24)
    sheet.set_column(1, 1, 12)
    sheet.set_column(2, 2, 110)
    lines = [("column", "type", "meaning")]
    lines += [(column.name, column.type, column.meaning) for column in about.columns]
    lines += [("", "", note) for note in about.notes]
    for row, line in enumerate(lines):
        for place, cell in enumerate(line):
            if cell:
                sheet.write_string(row, place, cell, bold if row == 0 else None)

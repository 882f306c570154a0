"""Every format opens in programs that people use, and says the same in all of them."""

import asyncio
import csv
import io
import json
import shutil
from datetime import UTC, datetime
from typing import Any

import duckdb
import networkx as nx
import openpyxl
import polars as pl
import pyarrow.parquet as pq
import pytest
import python_calamine

from tests.exports.ordering import bytes_of, made, order, rows_in
from tests.exports.people import agree, store_scans
from tests.stats.crowds import Crowd, make_crowd

OFFICE = shutil.which("soffice") or shutil.which("libreoffice")
FORMULA = "=cmd|' /C calc'!A0"
KINDS = ("connection_stats", "follow_up", "leads", "attendees", "connections", "scans")


@pytest.fixture
async def crowd(ada, database, clock) -> Crowd:
    """Large enough for types to be said; one of them is a formula, and everybody who is named has a name like one."""
    crowd = await make_crowd(
        database, now=clock(), types={"attendee": 60, FORMULA: 30}, encounters=1200, seed=3
    )
    await store_scans(database, crowd, now=clock())
    await agree(database, crowd, now=clock(), share=0.7)
    return crowd


def typed(rows: list[dict[str, str]], columns: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    """The rows of a CSV as values, its apostrophes taken away; in one order."""
    read = {
        "text": lambda cell: cell[1:] if cell.startswith("'=") else cell,
        "integer": int,
        "decimal": float,
        "boolean": lambda cell: cell == "true",
        "time": datetime.fromisoformat,
    }
    return in_order(
        tuple(
            read[column["type"]](row[column["name"]]) if row[column["name"]] else None for column in columns
        )
        for row in rows
    )


def in_order(rows) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


def without_names(rows: list[tuple[Any, ...]], columns: list[dict[str, str]]) -> list[tuple[Any, ...]]:
    """Without what is another in each file."""
    kept = [
        place
        for place, column in enumerate(columns)
        if column["name"] not in {"person", "person_a", "person_b", "scanner", "scanned", "type_a", "type_b"}
    ]
    return in_order(tuple(row[place] for place in kept) for row in rows)


@pytest.mark.parametrize("kind", KINDS)
async def test_duckdb_polars_and_pyarrow_read_parquet_as_the_csv_says(ada, crowd, outbox, tmp_path, kind):
    export = await made(ada, crowd.event, outbox, kind)
    wanted = typed(rows_in(await bytes_of(ada, crowd.event, outbox, kind)), export["columns"])
    path = tmp_path / "file.parquet"
    path.write_bytes(await bytes_of(ada, crowd.event, outbox, kind, format="parquet"))

    in_duckdb = duckdb.connect().execute("set timezone = 'UTC'").execute(f"from '{path}'").fetchall()
    in_polars = pl.read_parquet(path).rows()
    assert without_names(in_duckdb, export["columns"]) == without_names(wanted, export["columns"])
    assert without_names(in_polars, export["columns"]) == without_names(wanted, export["columns"])
    schema = pq.read_schema(path)
    assert [(field.name, field.metadata[b"meaning"].decode()) for field in schema] == [
        (column["name"], column["meaning"]) for column in export["columns"]
    ]
    assert json.loads(schema.metadata[b"notes"])


@pytest.mark.parametrize("kind", KINDS)
async def test_duckdb_and_polars_read_csv_without_being_told_how(ada, crowd, outbox, tmp_path, kind):
    path = tmp_path / "file.csv"
    path.write_bytes(await bytes_of(ada, crowd.event, outbox, kind))
    rows = rows_in(path.read_bytes())

    names, count = list(rows[0]) if rows else ["exhibitor", "booth", "leads"], len(rows)
    in_duckdb = duckdb.connect().execute(f"from '{path}'")
    assert [column[0] for column in in_duckdb.description] == names
    assert len(in_duckdb.fetchall()) == count
    in_polars = pl.read_csv(path, infer_schema_length=None)
    assert (in_polars.columns, in_polars.height) == (names, count)


@pytest.mark.parametrize("kind", KINDS)
async def test_workbooks_have_types_a_header_that_stays_and_a_dictionary(ada, crowd, outbox, kind):
    export = await made(ada, crowd.event, outbox, kind)
    wanted = typed(rows_in(await bytes_of(ada, crowd.event, outbox, kind)), export["columns"])
    raw = await bytes_of(ada, crowd.event, outbox, kind, format="xlsx")

    book = openpyxl.load_workbook(io.BytesIO(raw))
    sheet, dictionary = book.worksheets
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0] == tuple(column["name"] for column in export["columns"])
    assert sheet.freeze_panes == "A2"
    read = [
        tuple(cell.replace(tzinfo=UTC) if isinstance(cell, datetime) else cell for cell in row)
        for row in rows[1:]
    ]
    assert without_names(read, export["columns"]) == without_names(wanted, export["columns"])
    assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
    assert [row[0] for row in dictionary.iter_rows(values_only=True, min_row=2)][: len(rows[0])] == list(
        rows[0]
    )
    in_calamine = python_calamine.load_workbook(io.BytesIO(raw)).get_sheet_by_index(0).to_python()
    assert len(in_calamine) == len(rows)


@pytest.mark.skipif(OFFICE is None, reason="no LibreOffice here (Debian: apt install libreoffice-calc-nogui)")
@pytest.mark.parametrize("form", ["csv", "xlsx"])
async def test_libreoffice_opens_it_and_executes_nothing(ada, crowd, outbox, tmp_path, form):
    """It turns the file into the other format; what comes out is what went in, and has no formula."""
    export = await made(ada, crowd.event, outbox, "attendees", format=form, people="names")
    raw = (await ada.client.get(export["download_url"])).content
    path = tmp_path / f"file.{form}"
    path.write_bytes(raw)
    other = "xlsx" if form == "csv" else "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,true"
    reading = ["--infilter=Text - txt - csv (StarCalc):44,34,76"] if form == "csv" else []  # UTF-8
    process = await asyncio.create_subprocess_exec(
        str(OFFICE), "--headless", *reading,
        f"-env:UserInstallation=file://{tmp_path}/profile", "--convert-to", other,
        "--outdir", str(tmp_path / "out"), str(path), stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )  # fmt: skip
    assert await process.wait() == 0

    (converted,) = (tmp_path / "out").iterdir()
    if form == "csv":
        sheet = openpyxl.load_workbook(converted).worksheets[0]
        assert not [cell for row in sheet.iter_rows() for cell in row if cell.data_type == "f"]
        read = [tuple(map(str, row)) for row in sheet.iter_rows(values_only=True)]
        wanted = [tuple(row) for row in csv.reader(io.StringIO(raw.decode(), newline=""))]
    else:
        read = [tuple(row) for row in csv.reader(io.StringIO(converted.read_text(), newline=""))]
        wanted = [
            tuple(map(str, row))
            for row in openpyxl.load_workbook(io.BytesIO(raw)).worksheets[0].iter_rows(values_only=True)
        ]
    assert len(read) == export["rows"] + 1
    assert [row[0].lstrip("'") for row in read] == [row[0].lstrip("'") for row in wanted]


async def test_networkx_reads_the_graph_as_the_table_says(ada, crowd, outbox):
    raw = await bytes_of(ada, crowd.event, outbox, "connections", format="graphml")
    graph = nx.parse_graphml(raw.decode())

    assert not graph.is_directed()
    assert graph.number_of_nodes() == len(crowd.guests)
    assert sorted(dict(graph.degree).values()) == sorted(
        sum(guest.id in pair for pair in crowd.met) for guest in crowd.guests
    )
    assert {data.get("type") for _, data in graph.nodes(data=True)} == {"attendee", FORMULA}
    assert {type(data["mutual"]) for _, _, data in graph.edges(data=True)} == {bool}
    assert raw.count(b"<desc>") == 1 + len(["type", "first_met_hour", "mutual"])


async def test_a_graph_with_names_has_no_character_that_xml_forbids(ada, crowd, outbox):
    raw = await bytes_of(ada, crowd.event, outbox, "connections", format="graphml", people="names")
    graph = nx.parse_graphml(raw.decode())
    labels = sorted(data["label"] for _, data in graph.nodes(data=True))

    assert labels[0].startswith("=Näme")
    assert not [label for label in labels if set(label) & set("\x0b\r\n")]


async def test_a_format_that_the_kind_has_not_is_refused_clearly(ada, crowd, outbox):
    answer = await order(ada, crowd.event, "scans", format="graphml")
    assert (answer.status_code, answer.json()["code"]) == (400, "export_contradictory")
    assert answer.json()["detail"] == "Only `connections` are a graph: choose another format."

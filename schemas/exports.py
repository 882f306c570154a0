"""Exports, as organizers see them."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, Line, MomentOut, Out


class ExportIn(In):
    """An order of a file."""

    id: UUID = Field(
        description="Chosen by the client; the same again makes no second file.",
        examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"],
    )
    kind: Literal["connection_stats", "follow_up", "leads", "attendees", "connections", "scans"] = Field(
        description="`connection_stats`: every figure with its definition. `follow_up`: from encounters to talks held. "
        "`leads`: how many each exhibitor has. `attendees`, `connections` (who met whom), `scans`: a row for each, for "
        "managers, once the doors have closed.",
        examples=["connections"],
    )
    format: Literal["csv", "xlsx", "parquet", "graphml"] = Field(
        description="`csv`: UTF-8, RFC 4180, no cell of which a spreadsheet executes. `xlsx`, `parquet`. `graphml`: of "
        "`connections` only.",
        examples=["xlsx"],
    )
    cut: Literal["everybody", "type"] = Field(
        "everybody",
        description="Whose rows, of `attendees`, `connections` and `scans`: everybody's, or those in which everybody "
        "is of one `type`. There are no other filters, so that no two files differ by a few people.",
        examples=["everybody"],
    )
    type: Line | None = Field(
        None, description="With the cut `type`: which, as `get_connection_stats` lists them.", examples=[None]
    )
    people: Literal["pseudonyms", "names"] = Field(
        "pseudonyms",
        description="`pseudonyms`: under names that hold in this one file only. `names`, of `attendees` and "
        "`connections`: the rows in which everybody agreed to be named; the others are left out and counted, and "
        "whoever is named sees it among their releases.",
        examples=["pseudonyms"],
    )


class ColumnOut(Out):
    """A column of a file; of a graph, `node.` begins the names of what nodes have."""

    name: str = Field(description="As in the file's header.", examples=["first_met_hour"])
    type: str = Field(
        description="`text`, `integer`, `decimal`, `boolean` or `time` (UTC).", examples=["time"]
    )
    meaning: str = Field(
        description="For people.",
        examples=["The hour of their first scan, in UTC; empty where fewer than five people share it."],
    )


class ExportOut(Out):
    """A file ordered, being made, or ready."""

    id: UUID = Field(description="The export.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"])
    event_id: UUID = Field(description="Of which event.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    kind: str = Field(description="As ordered.", examples=["connections"])
    format: str = Field(description="As ordered.", examples=["xlsx"])
    cut: str = Field(description="As ordered.", examples=["everybody"])
    type: str | None = Field(description="As ordered.", examples=[None])
    people: str = Field(description="As ordered.", examples=["pseudonyms"])
    state: str = Field(description="`waiting`, `ready`, `failed` or `expired`.", examples=["ready"])
    reason: str | None = Field(
        description="Why it failed: `too_few_people` (at the event, or in the cut), `internal_error`; null otherwise.",
        examples=[None],
    )
    rows: int | None = Field(
        description="Rows beside the header so far; of a graph, edges. Null until it is begun.",
        examples=[2865],
    )
    rows_expected: int | None = Field(
        description="How many it will be, at most; null until that is known.", examples=[2865]
    )
    left_out: int | None = Field(
        description="Rows left out since somebody in them did not agree to be named; null with pseudonyms.",
        examples=[None],
    )
    size: int | None = Field(description="Bytes, once ready.", examples=[184_120])
    columns: list[ColumnOut] = Field(description="What stands in the file: its dictionary.")
    notes: list[str] = Field(
        description="What else to know of it, in sentences.",
        examples=[
            ["What fewer than five people share is left empty, also where it could be had by subtracting."]
        ],
    )
    requested_at: MomentOut = Field(description="When it was asked for.", examples=["2026-06-06T08:00:00Z"])
    ready_at: MomentOut | None = Field(description="Since when.", examples=["2026-06-06T08:00:02Z"])
    expires_at: MomentOut = Field(
        description="Until when it can be downloaded.", examples=["2026-06-13T08:00:02Z"]
    )
    download_url: str | None = Field(
        description="Where the file is, once ready: for me, without signing in, for ten minutes. Do not keep it; ask "
        "again.",
        examples=["https://hallway.example/v1/export_files/Xx0cPnoLT16aUQ6MSj8rEAGYHU48AHAAgAAAAAAAAOE"],
    )
    dictionary_url: str | None = Field(
        description="Where its dictionary is, as CSV: the other formats have it in them.",
        examples=[
            "https://hallway.example/v1/export_files/Xx0cPnoLT16aUQ6MSj8rEAGYHU48AHAAgAAAAAAAAOE?part=dictionary"
        ],
    )


class ExportPage(Out):
    items: list[ExportOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

"""Exports, as organizers see them."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, MomentOut, Out


class ExportIn(In):
    """An order of a file."""

    id: UUID = Field(
        description="Chosen by the client; the same again makes no second file.",
        examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"],
    )
    kind: Literal["connection_stats", "connections"] = Field(
        description="`connection_stats`: every figure with its definition. `connections`: who met whom, under names "
        "that hold in this one file only.",
        examples=["connection_stats"],
    )
    format: Literal["csv"] = Field(description="CSV: UTF-8, RFC 4180.", examples=["csv"])


class ExportOut(Out):
    """A file ordered, being made, or ready."""

    id: UUID = Field(description="The export.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"])
    event_id: UUID = Field(description="Of which event.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    kind: str = Field(description="`connection_stats` or `connections`.", examples=["connection_stats"])
    format: str = Field(description="`csv`.", examples=["csv"])
    state: str = Field(description="`waiting`, `ready`, `failed` or `expired`.", examples=["ready"])
    reason: str | None = Field(
        description="Why it failed: `too_few_people` or `internal_error`; null otherwise.", examples=[None]
    )
    rows: int | None = Field(description="Rows beside the header, once ready.", examples=[64])
    size: int | None = Field(description="Bytes, once ready.", examples=[8412])
    requested_at: MomentOut = Field(description="When it was asked for.", examples=["2026-06-06T08:00:00Z"])
    ready_at: MomentOut | None = Field(description="Since when.", examples=["2026-06-06T08:00:02Z"])
    expires_at: MomentOut = Field(
        description="Until when it can be downloaded.", examples=["2026-06-13T08:00:02Z"]
    )


class ExportPage(Out):
    items: list[ExportOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

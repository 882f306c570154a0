"""Doors, as their devices and supervisors see them."""

from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from schemas.devices import EventDeviceOut
from schemas.scans import EXAMPLE_SCAN, ScanDeliveryIn, ScanOutcomeOut
from schemas.wire import In, MomentOut, Out, several_lines

ATTENDANCE = "01981d4e-3c00-7000-8000-0000000000d1"

Note = Annotated[str, Field(max_length=1_000), several_lines]


class CheckInIn(ScanDeliveryIn):
    """A scan at a door. The same scan may come again in `sync_scans`, under the same `id`."""

    purpose: Literal["entry", "exit"] = Field(  # type: ignore[assignment]
        "entry", description="Which way they go.", examples=["entry"]
    )


class CheckInOut(ScanOutcomeOut):
    """What became of it, and whom it concerns once it is recorded. Whether somebody who is inside already comes in
    again is for the door to decide; a supervisor finds it among the event's issues."""

    attendance_id: UUID | None = Field(
        description="Whose place it is; null unless recorded.", examples=[ATTENDANCE]
    )
    name: str | None = Field(
        description="What is printed on their badge; null unless recorded.", examples=["Grace Hopper"]
    )
    type: str | None = Field(
        description="The type of their place; null unless recorded.", examples=["speaker"]
    )
    inside_since: MomentOut | None = Field(
        description="When they came in before, today in the event's zone, without going out since; null when they "
        "were outside.",
        examples=[None],
    )
    inside_by: str | None = Field(
        description="Through which door's device; null when unknown.", examples=[None]
    )


class ScanIssueOut(Out):
    """Something about a scan that a person should look at."""

    id: UUID = Field(description="The issue.", examples=["8c7dd922-ad47-494f-a02c-388e12c00eac"])
    kind: str = Field(
        description="`parked` (kept, waiting for what is missing), `double_entry` (came in twice on one day without "
        "going out), `refused_entry` (a door decided alone; we refused it when it was delivered) or `too_fast` (more "
        "than 30 people scanned within a minute; all count, only the first is listed).",
        examples=["double_entry"],
    )
    purpose: str = Field(description="What the code was read for.", examples=["entry"])
    reason: str | None = Field(
        description="Why it is parked or refused, as `sync_scans` says it.", examples=[None]
    )
    code: str | None = Field(
        description="What was read, when nobody is known under it; never a ticket.", examples=[None]
    )
    captured_at: MomentOut = Field(
        description="When it was read, the device's clock corrected.", examples=["2026-06-04T09:05:02Z"]
    )
    received_at: MomentOut = Field(description="When it arrived.", examples=["2026-06-04T11:40:00Z"])
    station: str | None = Field(
        description="Which device of the event read it; null when a person's phone did.",
        examples=["North door"],
    )
    attendance_id: UUID | None = Field(
        description="Whose place it is about: who came in, or who scanned too fast; null when unknown, or between "
        "attendees.",
        examples=[ATTENDANCE],
    )
    name: str | None = Field(description="Their name, as imported.", examples=["Grace Hopper"])
    earlier_at: MomentOut | None = Field(
        description="For `double_entry`: when they came in before.", examples=["2026-06-04T08:55:00Z"]
    )
    earlier_station: str | None = Field(
        description="For `double_entry`: through which door.", examples=["South door"]
    )
    decisions: list[str] = Field(
        description="How it can be settled: `release` (judge it as if nothing was missing), `discard` (it never "
        "counts), `noted` (seen; nothing changes). Empty for what attendees read of each other: that waits for its "
        "missing fact.",
        examples=[["noted"]],
    )


class ScanIssuePage(Out):
    items: list[ScanIssueOut] = Field(description="What is open, the earliest capture first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class IssueDecision(StrEnum):
    """How an issue is settled."""

    RELEASE = "release"
    DISCARD = "discard"
    NOTED = "noted"


class ResolveScanIssueIn(In):
    """What becomes of an issue."""

    decision: IssueDecision = Field(description="One of the issue's `decisions`.", examples=["noted"])
    note: Note = Field("", description="Why, for the event's team.", examples=["Lost badge, same person."])


class SettledScanIssueOut(Out):
    """An issue that was settled."""

    issue_id: UUID = Field(description="The issue.", examples=["8c7dd922-ad47-494f-a02c-388e12c00eac"])
    kind: str = Field(description="What it was.", examples=["double_entry"])
    scan_id: UUID = Field(description="The scan it was about.", examples=[EXAMPLE_SCAN])
    decision: str = Field(description="`release`, `discard` or `noted`.", examples=["noted"])
    note: str = Field(description="Why.", examples=["Lost badge, same person."])
    settled_at: MomentOut = Field(description="When.", examples=["2026-06-04T12:00:00Z"])


class DoorPlaceOut(Out):
    """Somebody whom a door may expect. It replaces what you had of the same attendee."""

    attendance_id: UUID = Field(description="As the ticket says it.", examples=[ATTENDANCE])
    name: str = Field(description="As printed on the badge.", examples=["Grace Hopper"])
    type: str = Field(description="The type of the place.", examples=["speaker"])
    lowest_serial: int | None = Field(
        description="Tickets with a lower serial count no more; null: none counts, the place was cancelled.",
        examples=[1],
    )
    code_digest: str | None = Field(
        description="Of a code of another system that is their ticket: the first 8 bytes of its SHA-256, in hex; null "
        "when there is none.",
        examples=["9f86d081884c7d65"],
    )
    checked_in_at: MomentOut | None = Field(
        description="When they first came in, as far as doors have delivered; null when they did not.",
        examples=[None],
    )


class DoorBadgeOut(Out):
    """A badge, for doors that it opens and for exits. It replaces what you had of the same digest."""

    attendance_id: UUID = Field(description="Whose.", examples=[ATTENDANCE])
    code_digest: str = Field(
        description="The first 8 bytes of SHA-256 of the 23 characters of its code, in hex.",
        examples=["6b51d431df5d7f14"],
    )
    counts: bool = Field(description="Whether it still stands.", examples=[True])


class DoorPage(Out):
    """In the order of change; the same may come twice."""

    places: list[DoorPlaceOut] = Field(description="Places that are new or changed.")
    badges: list[DoorBadgeOut] = Field(description="Badges that are new or changed.")
    next_cursor: str = Field(
        description="Keep it: it brings what changes from now on, and nothing is left out.",
        examples=["WyI1MTYzZjU4YyIsMCwwLDAsIjAwMCJd"],
    )
    has_more: bool = Field(description="Whether more is there already: ask again at once.", examples=[False])


class EventDeviceStateOut(EventDeviceOut):
    """A device of an event, and what it still has to deliver."""

    last_sequence: int | None = Field(
        description="The highest number that it said it gave to a scan; null until it says.", examples=[120]
    )
    backlog: int | None = Field(
        description="How many scans up to `last_sequence` have not arrived; null until it says.", examples=[3]
    )
    reported_at: MomentOut | None = Field(
        description="When it last said so.", examples=["2026-06-04T09:05:00Z"]
    )


class EventDevicePage(Out):
    items: list[EventDeviceStateOut] = Field(description="In the order of their ids.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

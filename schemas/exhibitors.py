"""Exhibitors, their staff and their leads, as clients see them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.devices import EXAMPLE_DEVICE, EventDeviceOut
from schemas.events import EVENT
from schemas.scans import Note, Tags
from schemas.wire import Email, In, MomentOut, Name, Out, Patch, Short, Whole

EXHIBITOR = "01981d4e-3c00-7000-8000-0000000000b1"
STAFF = "01981d4e-3c00-7000-8000-0000000000b2"
LEAD = "01981d4e-3c00-7000-8000-0000000000b3"


class ExhibitorIn(In):
    """A stand at the event, and who runs it."""

    id: UUID = Field(description="Chosen by you: the same call again changes nothing.", examples=[EXHIBITOR])
    name: Name = Field(description="What visitors know it by.", examples=["Analytical Engines"])
    booth: Short = Field("", description="Where it stands.", examples=["B12"])
    admin_email: Email = Field(
        description="Whoever proves this address first is its admin.", examples=["grace@example.org"]
    )
    admin_name: Name = Field(description="What staff call them.", examples=["Grace"])


class ExhibitorPatch(Patch):
    """Absent or null keeps."""

    name: Name | None = Field(
        None,
        description="What visitors know it by. What they gave before keeps the name that they gave it to.",
        examples=["Analytical Engines"],
    )
    booth: Short | None = Field(None, description="Where it stands; empty clears.", examples=["B12"])


class ExhibitorOut(Out):
    """An exhibitor, as the event's team sees it."""

    id: UUID = Field(description="The exhibitor.", examples=[EXHIBITOR])
    name: str = Field(description="What visitors know it by.", examples=["Analytical Engines"])
    booth: str = Field(description="Where it stands.", examples=["B12"])
    leads: int = Field(description="How many leads it has, down to a multiple of five.", examples=[40])
    version: int = Field(description="For `If-Match`.", examples=[1])


class ExhibitorPage(Out):
    items: list[ExhibitorOut] = Field(description="By name.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class MyExhibitorOut(Out):
    """An exhibitor that I work for, and where."""

    event_id: UUID = Field(description="The event.", examples=[EVENT])
    event_name: str = Field(description="Its name.", examples=["PyCon"])
    doors_open_at: MomentOut = Field(
        description="Scans there count from then.", examples=["2026-06-04T05:00:00Z"]
    )
    doors_close_at: MomentOut = Field(
        description="Scans there count until then.", examples=["2026-06-05T18:00:00Z"]
    )
    exhibitor_id: UUID = Field(description="The exhibitor.", examples=[EXHIBITOR])
    name: str = Field(description="What visitors know it by.", examples=["Analytical Engines"])
    booth: str = Field(description="Where it stands.", examples=["B12"])
    role: str = Field(description="`admin`, `staff` or `scan_only`.", examples=["staff"])


class MyExhibitorPage(Out):
    items: list[MyExhibitorOut] = Field(description="One for each event.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class StaffRole(StrEnum):
    """What somebody may do for an exhibitor. All capture; `scan_only` does not read leads."""

    ADMIN = "admin"
    STAFF = "staff"
    SCAN_ONLY = "scan_only"


class StaffIn(In):
    """Somebody who works at the stand."""

    id: UUID = Field(description="Chosen by you: the same call again changes nothing.", examples=[STAFF])
    name: Name = Field(description="What to pick on a shared device.", examples=["Grace"])
    email: Email | None = Field(
        None,
        description="Whoever proves this address first signs in as them. Absent for somebody who uses shared devices "
        "only: their role is `scan_only`.",
        examples=["grace@example.org"],
    )
    role: StaffRole = Field(description="What they may do.", examples=["staff"])


class StaffOut(Out):
    """Somebody on an exhibitor's staff."""

    id: UUID = Field(description="The member.", examples=[STAFF])
    name: str = Field(description="What to pick on a shared device.", examples=["Grace"])
    email: str | None = Field(description="The address they were invited by.", examples=["grace@example.org"])
    role: str = Field(description="`admin`, `staff` or `scan_only`.", examples=["staff"])
    joined: bool = Field(
        description="Whether somebody has used the address: from then on it is theirs.", examples=[True]
    )
    added_at: MomentOut = Field(description="When they were added.", examples=["2026-05-01T12:00:00Z"])
    removed_at: MomentOut | None = Field(description="When they were removed.", examples=[None])


class StaffPage(Out):
    items: list[StaffOut] = Field(description="By name.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class ShiftNameOut(Out):
    """A name to pick on a shared device: send its id as `staff_id` with each scan."""

    id: UUID = Field(description="The member.", examples=[STAFF])
    name: str = Field(description="Their name.", examples=["Grace"])


class ShiftNamePage(Out):
    items: list[ShiftNameOut] = Field(description="By name.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class InviteExhibitorDeviceIn(In):
    """A device for the stand, shared by its staff."""

    id: UUID = Field(description="Chosen by you.", examples=[EXAMPLE_DEVICE])
    station: Name = Field(description="What to call it.", examples=["Tablet at the front"])


class ExhibitorDevicePage(Out):
    items: list[EventDeviceOut] = Field(description="The exhibitor's, in the order of their ids.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class LeadPatch(Patch):
    """Absent or null keeps, empty and 0 clear. It counts until somebody says something later."""

    rating: Annotated[Whole, Field(ge=0, le=5)] | None = Field(
        None, description="1 to 5; 0 clears.", examples=[4]
    )
    label: Short | None = Field(None, description="A word for it.", examples=["hot"])
    note: Note | None = Field(None, description="For the team.", examples=["Wants a quote"])
    tags: Tags | None = Field(None, description="For the team.", examples=[["looms"]])


class LeadOut(Out):
    """A visitor, with what they gave and what was noted. Fields that they did not give are empty; of one that was
    withdrawn all are."""

    id: UUID = Field(description="The lead.", examples=[LEAD])
    withdrawn: bool = Field(
        description="Whether the visitor took back what they gave, or the scan was undone: forget what you have.",
        examples=[False],
    )
    name: str = Field(description="Their name.", examples=["Ada Lovelace"])
    pronouns: str = Field(description="Their pronouns.", examples=["she/her"])
    headline: str = Field(description="One line about them.", examples=["I make engines compute"])
    role: str = Field(description="What they do.", examples=["Analyst"])
    organisation: str = Field(description="Where they do it.", examples=["Analytical Society"])
    industry: str = Field(description="Its field.", examples=["Software"])
    links: list[str] = Field(description="Professional profiles.", examples=[["https://ada.example.org"]])
    email: str = Field(description="Their address for exhibitors.", examples=["ada@work.example.org"])
    phone: str = Field(description="Their number.", examples=["+44 20 7946 0000"])
    source: str = Field(
        description="How they agreed: `scan` (by the switch on their own phone) or `given_at_stand`.",
        examples=["scan"],
    )
    text_version: int | None = Field(
        description="To which version of the words (`list_consent_texts`): yours to show when somebody asks for it.",
        examples=[1],
    )
    rating: int | None = Field(description="1 to 5; null for none.", examples=[4])
    label: str = Field(description="A word for it.", examples=["hot"])
    note: str = Field(description="What the team noted last.", examples=["Wants a quote"])
    tags: list[str] = Field(description="The team's.", examples=[["looms"]])
    captured_by: list[str] = Field(description="Who of the staff scanned them.", examples=[["Grace"]])
    first_captured_at: MomentOut | None = Field(
        description="When they were first scanned.", examples=["2026-06-04T09:05:00Z"]
    )
    last_captured_at: MomentOut | None = Field(
        description="When they were last scanned.", examples=["2026-06-04T09:05:00Z"]
    )
    changed_at: MomentOut = Field(
        description="When any of this last changed.", examples=["2026-06-04T09:06:00Z"]
    )
    version: int = Field(description="For `If-Match`.", examples=[1])


class LeadPage(Out):
    items: list[LeadOut] = Field(
        description="In the order of change, withdrawn ones too; each replaces what you had under its `id`, and the "
        "same may come twice."
    )
    next_cursor: str = Field(
        description="Keep it: it brings what changes from now on, and nothing is left out.",
        examples=["WyI1MTYzZjU4YyIsMCwwLDAsIjAwMCJd"],
    )
    has_more: bool = Field(description="Whether more is there already: ask again at once.", examples=[False])

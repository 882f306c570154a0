"""Events and their teams, as clients see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypeAliasType

from schemas.wire import Email, In, Moment, MomentOut, Name, Out, Patch, Short, Whole, YesNo, Zone

TeamRole = TypeAliasType(
    "TeamRole",
    Annotated[
        Literal["owner", "manager", "supervisor", "door", "analyst"],
        Field(description="What somebody may do in an event's team."),
    ],
)
Minutes = Annotated[Whole, Field(ge=0, le=1440)]

EVENT = "01981d4e-3c00-7000-8000-0000000000e1"
MEMBER = "01981d4e-3c00-7000-8000-0000000000f1"
ATTENDANCE = "01981d4e-3c00-7000-8000-0000000000d1"


class EventIn(In):
    """A conference to be."""

    id: UUID = Field(description="Chosen by you: the same call again changes nothing.", examples=[EVENT])
    name: Name = Field(description="What people call it.", examples=["PyCon FR 2026"])
    venue: Short = Field("", description="Where it is.", examples=["Palais des congrès, Lyon"])
    zone: Zone = Field(description="IANA time zone of the venue.", examples=["Europe/Paris"])
    starts_at: Moment = Field(
        description="When it starts (RFC 3339).", examples=["2026-06-04T09:00:00+02:00"]
    )
    ends_at: Moment = Field(
        description="After it starts, at most 31 days later (RFC 3339).",
        examples=["2026-06-05T18:00:00+02:00"],
    )
    doors_before_minutes: Minutes = Field(
        120, description="Scans count from so long before the start.", examples=[120]
    )
    doors_after_minutes: Minutes = Field(
        120, description="Scans count until so long after the end.", examples=[120]
    )
    check_in_required: YesNo = Field(
        False, description="Whether only who came through the door can scan.", examples=[False]
    )
    badge_opens_door: YesNo = Field(
        False,
        description="Whether a badge opens the door too. A badge is worn in public: whoever photographs it, comes in.",
        examples=[False],
    )
    paper_badge_mail: YesNo = Field(
        False,
        description="Whether whoever never claimed their place gets one mail the morning after the doors closed: how "
        "many people scanned their badge, and how to see who it was.",
        examples=[False],
    )


class EventPatch(Patch):
    """Absent or null keeps. The minutes of the doors stay when only the times move."""

    name: Name | None = Field(None, description="What people call it.", examples=["PyCon FR 2026"])
    venue: Short | None = Field(
        None, description="Where it is; empty clears.", examples=["Palais des congrès, Lyon"]
    )
    zone: Zone | None = Field(None, description="IANA time zone of the venue.", examples=["Europe/Paris"])
    starts_at: Moment | None = Field(
        None, description="When it starts (RFC 3339).", examples=["2026-06-04T09:00:00+02:00"]
    )
    ends_at: Moment | None = Field(
        None, description="After it starts, at most 31 days later.", examples=["2026-06-05T18:00:00+02:00"]
    )
    doors_before_minutes: Minutes | None = Field(
        None, description="Scans count from so long before the start.", examples=[120]
    )
    doors_after_minutes: Minutes | None = Field(
        None, description="Scans count until so long after the end.", examples=[120]
    )
    check_in_required: YesNo | None = Field(
        None, description="Whether only who came through the door can scan.", examples=[False]
    )
    badge_opens_door: YesNo | None = Field(
        None, description="Whether a badge opens the door too.", examples=[False]
    )
    paper_badge_mail: YesNo | None = Field(
        None,
        description="Whether whoever never claimed their place gets one mail the morning after, of how many scanned "
        "their badge.",
        examples=[False],
    )


class EventOut(Out):
    """An event, and what I am in it."""

    id: UUID = Field(description="The event.", examples=[EVENT])
    name: str = Field(description="What people call it.", examples=["PyCon FR 2026"])
    venue: str = Field(description="Where it is.", examples=["Palais des congrès, Lyon"])
    zone: str = Field(description="IANA time zone of the venue.", examples=["Europe/Paris"])
    starts_at: MomentOut = Field(description="When it starts.", examples=["2026-06-04T07:00:00Z"])
    ends_at: MomentOut = Field(description="When it ends.", examples=["2026-06-05T16:00:00Z"])
    doors_open_at: MomentOut = Field(description="Scans count from then.", examples=["2026-06-04T05:00:00Z"])
    doors_close_at: MomentOut = Field(
        description="Scans count until then.", examples=["2026-06-05T18:00:00Z"]
    )
    doors_before_minutes: int = Field(description="The same, in minutes before the start.", examples=[120])
    doors_after_minutes: int = Field(description="The same, in minutes after the end.", examples=[120])
    check_in_required: bool = Field(
        description="Whether only who came through the door can scan.", examples=[False]
    )
    badge_opens_door: bool = Field(description="Whether a badge opens the door too.", examples=[False])
    paper_badge_mail: bool = Field(
        description="Whether whoever never claimed their place gets one mail the morning after, of how many scanned "
        "their badge.",
        examples=[False],
    )
    cancelled_at: MomentOut | None = Field(description="When it was cancelled.", examples=[None])
    my_role: str | None = Field(
        description="My role in its team: `owner`, `manager`, `supervisor`, `door`, `analyst`; null for none.",
        examples=["owner"],
    )
    my_attendance: str | None = Field(
        description="`unclaimed` (one of my addresses is invited: claim it), `expected`, `cancelled`, `left`; "
        "null for none.",
        examples=["expected"],
    )
    my_attendance_id: UUID | None = Field(
        description="The place I claimed; null for none.", examples=[ATTENDANCE]
    )
    version: int = Field(description="For `If-Match`.", examples=[1])


class EventPage(Out):
    items: list[EventOut] = Field(description="The latest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class TeamMemberIn(In):
    """Somebody who is to help run the event."""

    id: UUID = Field(description="Chosen by you: the same call again changes nothing.", examples=[MEMBER])
    email: Email = Field(description="Whoever proves this address first.", examples=["grace@example.org"])
    role: TeamRole = Field(
        description="Each may do what the next may; analysts see aggregates only.", examples=["door"]
    )


class TeamMemberPatch(Patch):
    """Absent or null keeps."""

    role: TeamRole | None = Field(None, description="What they may do.", examples=["manager"])


class TeamMemberOut(Out):
    """Somebody who helps to run the event."""

    id: UUID = Field(description="The member.", examples=[MEMBER])
    email: str = Field(description="The address they were invited by.", examples=["grace@example.org"])
    role: str = Field(description="`owner`, `manager`, `supervisor`, `door` or `analyst`.", examples=["door"])
    joined: bool = Field(
        description="Whether somebody has used it: from then on it is theirs.", examples=[True]
    )
    added_at: MomentOut = Field(description="When they were added.", examples=["2026-05-01T12:00:00Z"])
    version: int = Field(description="For `If-Match`.", examples=[1])


class TeamPage(Out):
    items: list[TeamMemberOut] = Field(description="By address.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

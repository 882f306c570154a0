"""Reports of people, as who makes them and who looks into them see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, MomentOut, Out, YesNo, several_lines

Words = Annotated[str, Field(max_length=2000), several_lines]
Reason = Literal["harassment", "spam", "impersonation", "unsafe", "other"]
ReportState = Literal["open", "looking", "acted", "dismissed"]


class PersonReportIn(In):
    """What somebody did."""

    id: UUID = Field(description="Chosen by the client.", examples=["01981d4e-3c00-7000-8000-0000000000c1"])
    person_id: UUID = Field(description="Who.", examples=["01981d4e-3c00-7000-8000-000000000002"])
    event_id: UUID | None = Field(
        None,
        description="Where we both were, if it happened there: its supervisors look into it then.",
        examples=["01981d4e-3c00-7000-8000-0000000000e1"],
    )
    reason: Reason = Field(description="Of what kind.", examples=["harassment"])
    words: Words = Field("", description="What happened.", examples=["Followed me to the tram."])
    block: YesNo = Field(False, description="Also block them, as `block_person` does.", examples=[True])


class PersonReportOut(Out):
    """What I reported."""

    id: UUID = Field(description="The report.", examples=["01981d4e-3c00-7000-8000-0000000000c1"])
    person_id: UUID = Field(description="Who.", examples=["01981d4e-3c00-7000-8000-000000000002"])
    event_id: UUID | None = Field(description="Where.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    reason: str = Field(description="Of what kind.", examples=["harassment"])
    words: str = Field(description="What happened.", examples=["Followed me to the tram."])
    reported_at: MomentOut = Field(description="When I reported it.", examples=["2026-06-04T11:00:00Z"])


class ReportedPersonOut(Out):
    """One of the two, as on the organizer's list."""

    attendance_id: UUID | None = Field(
        description="Their place at the event.", examples=["01981d4e-3c00-7000-8000-0000000000a2"]
    )
    name: str = Field(description="As imported.", examples=["Grace Hopper"])


class ReportNoteOut(Out):
    """A step of looking into it."""

    state: str = Field(description="To which it led.", examples=["looking"])
    note: str = Field(description="What was done, and why.", examples=["Talked to both."])
    by_operator: bool = Field(description="Whether whoever runs Hallway did it.", examples=[False])
    written_at: MomentOut = Field(description="When.", examples=["2026-06-04T12:00:00Z"])


class ReportOut(Out):
    """A report, for those who look into it."""

    id: UUID = Field(description="The report.", examples=["01981d4e-3c00-7000-8000-0000000000c1"])
    reported: ReportedPersonOut = Field(description="About whom. They never learn of it.")
    reporter: ReportedPersonOut = Field(description="By whom. Tell nobody, least of all the other.")
    reason: str = Field(description="Of what kind.", examples=["harassment"])
    words: str = Field(description="What happened.", examples=["Followed me to the tram."])
    state: str = Field(description="`open`, `looking`, `acted` or `dismissed`.", examples=["open"])
    notes: list[ReportNoteOut] = Field(description="The steps, the first one first.")
    reported_at: MomentOut = Field(description="When it was reported.", examples=["2026-06-04T11:00:00Z"])
    settled_at: MomentOut | None = Field(description="When it was settled.", examples=[None])
    age_seconds: int = Field(
        description="How long it has waited, in seconds, or did until it was settled.", examples=[3600]
    )


class ReportPage(Out):
    """Reports of an event."""

    items: list[ReportOut] = Field(description="Who waits longest comes first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class ResolveReportIn(In):
    """A step of looking into a report."""

    state: Literal["looking", "acted", "dismissed"] = Field(
        description="What it leads to.", examples=["acted"]
    )
    note: Words = Field("", description="What was done, and why.", examples=["Talked to both."])

"""Claiming a place at an event."""

from uuid import UUID

from pydantic import Field

from schemas.consents import AgreedWordsOut, ShownVersion
from schemas.wire import In, MomentOut, Out, YesNo

EXAMPLE_EVENT = "01981d4e-3c00-7000-8000-0000000000e1"


class ConsentsIn(In):
    """What I agree to at this event; everything is off until chosen."""

    listed: YesNo = Field(False, description="Attendees see me in the directory.", examples=[True])
    exhibitors_may_scan: YesNo = Field(
        False, description="Exhibitors may scan my badge and keep my exhibitors' card.", examples=[False]
    )
    named_in_exports: YesNo = Field(
        False,
        description="The organizer's exports may name me, where everyone in the row agreed.",
        examples=[False],
    )
    text_version: ShownVersion = Field(
        None,
        validate_default=True,
        description="Which version of the words I saw (`list_consent_texts`); needed wherever I agree to something.",
        examples=[1],
    )


class ClaimIn(In):
    """Empty claims the place imported under one of my confirmed addresses."""

    ticket: str | None = Field(
        None,
        max_length=1_000,
        description="The ticket's text: needed when several places, or none, are under my addresses.",
        examples=[None],
    )
    consents: ConsentsIn = Field(default_factory=ConsentsIn, description="What I agree to.")


class ClaimOut(Out):
    """My place at the event."""

    event_id: UUID = Field(description="The event.", examples=[EXAMPLE_EVENT])
    attendance_id: UUID = Field(
        validation_alias="id", description="My place.", examples=["01981d4e-3c00-7000-8000-0000000000b1"]
    )
    person_id: UUID = Field(description="Me.", examples=["01981d4e-3c00-7000-8000-000000000001"])
    name: str = Field(description="As printed on my badge.", examples=["Ada Lovelace"])
    organisation: str = Field(description="As printed.", examples=["Analytical Engines"])
    role: str = Field(description="As printed.", examples=["Analyst"])
    type: str = Field(description="Attendee, speaker, staff …", examples=["attendee"])
    status: str = Field(description="`expected`, `cancelled` or `left`.", examples=["expected"])
    listed: bool = Field(description="Attendees see me in the directory.", examples=[True])
    exhibitors_may_scan: bool = Field(description="Exhibitors may scan my badge.", examples=[False])
    named_in_exports: bool = Field(description="Exports may name me.", examples=[False])
    agreed_words: AgreedWordsOut = Field(description="Which words I agreed to.")
    claimed_at: MomentOut = Field(description="When it became mine.", examples=["2026-06-04T09:00:00Z"])
    version: int = Field(description="For `If-Match` in `update_my_attendance`.", examples=[2])

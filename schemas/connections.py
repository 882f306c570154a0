"""Connections: people met, as the one who met them sees them."""

from uuid import UUID

from pydantic import Field

from schemas.scans import Note, Signal, Tags
from schemas.wire import In, MomentOut, Out, Patch, YesNo

EXAMPLE_PERSON = "01981d4e-3c00-7000-8000-000000000002"
EXAMPLE_EVENT = "01981d4e-3c00-7000-8000-0000000000e1"


class ConnectionPatch(Patch):
    """What I keep about somebody, mine alone. Absent or null keeps, empty clears."""

    note: Note | None = Field(None, description="What I want to remember.", examples=["Builds looms"])
    tags: Tags | None = Field(None, description="My own words for them.", examples=[["weaving"]])
    private: YesNo | None = Field(
        None, description="Whether nobody may be introduced along this connection.", examples=[False]
    )


class SignalIn(In):
    """My private tap."""

    signal: Signal = Field(
        description="Whether I want to talk again; told only when both say `yes`.", examples=["yes"]
    )


class ScanNoteOut(Out):
    """What I noted at one scan."""

    scan_id: UUID = Field(description="The scan.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"])
    event_id: UUID = Field(description="Where.", examples=[EXAMPLE_EVENT])
    captured_at: MomentOut = Field(description="When.", examples=["2026-06-04T09:05:00Z"])
    label: str = Field(description="My word for it.", examples=["coffee queue"])
    note: str = Field(description="What I noted.", examples=["Builds looms"])
    tags: list[str] = Field(description="My tags.", examples=[["weaving"]])


class ConnectionOut(Out):
    """Somebody I met: what they let me see today, and what I keep about them. What I may not see is empty."""

    person_id: UUID = Field(description="Who.", examples=[EXAMPLE_PERSON])
    former: bool = Field(
        description="They deleted their account: what is left is that we met, and what I keep.",
        examples=[False],
    )
    name: str = Field(description="As they want to be called, else as printed.", examples=["Grace Hopper"])
    pronouns: str = Field(description="If they said.", examples=["she/her"])
    headline: str = Field(description="One line about them.", examples=["I teach machines English"])
    role: str = Field(description="What they do.", examples=["Rear admiral"])
    organisation: str = Field(description="Where they do it.", examples=["US Navy"])
    industry: str = Field(description="Its field.", examples=["Defence"])
    links: list[str] = Field(description="Professional profiles.", examples=[["https://grace.example.org"]])
    photo: str | None = Field(
        description="Names their photo, and changes when it does; null without one. Read it with `get_photo`.",
        examples=["9f86d081884c7d65"],
    )
    email: str = Field(
        description="Once it is mutual, if it is on their card.", examples=["grace@example.org"]
    )
    phone: str = Field(description="Once it is mutual, if it is on their card.", examples=["+1 212 555 0100"])
    asks: list[str] = Field(description="What would help them.", examples=[["Pricing advice"]])
    offers: list[str] = Field(description="What they can give.", examples=[["Code review"]])
    open_to_talk: bool = Field(description="Whether they take talks.", examples=[True])
    talk_topics: list[str] = Field(description="About what.", examples=[["Career change"]])
    first_event_id: UUID | None = Field(
        description="Where we first met; null if we were introduced before we met.", examples=[EXAMPLE_EVENT]
    )
    first_met_at: MomentOut = Field(
        description="When we first met, or were introduced.", examples=["2026-06-04T09:05:00Z"]
    )
    last_met_at: MomentOut = Field(description="When we last met.", examples=["2026-06-04T16:20:00Z"])
    i_gave: bool = Field(description="Whether I scanned them or shared my card.", examples=[True])
    they_gave: bool = Field(description="Whether they scanned me or shared their card.", examples=[True])
    note: str = Field(description="What I want to remember; mine alone.", examples=["Builds looms"])
    scan_notes: list[ScanNoteOut] = Field(description="What I noted at scans; mine alone.")
    tags: list[str] = Field(description="Mine alone.", examples=[["weaving"]])
    private: bool = Field(description="Whether nobody may be introduced along it.", examples=[False])
    signal: str = Field(description="Mine: `none`, `yes`, `not_now` or `never`.", examples=["yes"])
    mutual_yes: bool = Field(
        description="Whether both said `yes`; the only thing ever told.", examples=[True]
    )
    version: int = Field(description="For `If-Match`.", examples=[1])


class ConnectionPage(Out):
    items: list[ConnectionOut] = Field(description="Whom I met last comes first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

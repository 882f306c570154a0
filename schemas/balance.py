"""The private balance, as its owner sees it."""

from datetime import date
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.wire import In, Moment, MomentOut, Out, Whole, several_lines

EXAMPLE_PERSON = "01981d4e-3c00-7000-8000-000000000002"
EXAMPLE_ACTIVITY = "01981d4e-3c00-7000-8000-00000000bb01"


class ActivityKind(StrEnum):
    """What was done; all but the last are for relationships."""

    CONVERSATION = "conversation"
    MESSAGE = "message"
    RESOURCE_SENT = "resource_sent"
    INTRODUCTION_MADE = "introduction_made"
    EVENT = "event"
    OTHER = "other"
    APPLICATION = "application"


class ActivityIn(In):
    """Something I did, for a relationship or for an application. Talks held here count by themselves."""

    id: UUID = Field(description="Chosen by me.", examples=[EXAMPLE_ACTIVITY])
    kind: ActivityKind = Field(
        description="`conversation` (one that was not booked here), `message`, `resource_sent`, `introduction_made`, "
        "`event`, `other`; or `application`.",
        examples=["resource_sent"],
    )
    at: Moment = Field(
        description="When; not in the future, at most 366 days ago.", examples=["2026-06-05T14:00:00Z"]
    )
    minutes: Whole = Field(ge=1, le=1440, description="How long it took.", examples=[15])
    with_person_id: UUID | None = Field(
        None, description="With or to whom of those I met; not for an application.", examples=[EXAMPLE_PERSON]
    )
    note: Annotated[str, Field(max_length=500), several_lines] = Field(
        "", description="What it was; mine alone.", examples=["The article on pricing"]
    )


class ActivityOut(Out):
    """Something I did."""

    id: UUID = Field(description="Chosen by me.", examples=[EXAMPLE_ACTIVITY])
    kind: str = Field(
        description="`conversation`, `message`, `resource_sent`, `introduction_made`, `event`, `other` or "
        "`application`; more may come.",
        examples=["resource_sent"],
    )
    at: MomentOut = Field(description="When.", examples=["2026-06-05T14:00:00Z"])
    minutes: int = Field(description="How long it took.", examples=[15])
    with_person_id: UUID | None = Field(description="With or to whom.", examples=[EXAMPLE_PERSON])
    note: str = Field(description="What it was.", examples=["The article on pricing"])


class ActivityPage(Out):
    items: list[ActivityOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class MinutesOut(Out):
    """Where the time went."""

    talk_minutes: int = Field(description="In talks that were held.", examples=[40])
    activity_minutes: int = Field(description="In what was logged for relationships.", examples=[60])
    application_minutes: int = Field(description="In what was logged for applications.", examples=[20])
    relationship_share: float | None = Field(
        description="Talks and activities in all of it, 0 to 1; null where there is nothing.",
        examples=[0.8333333333333334],
    )
    standing: str = Field(
        description="The share beside the band: `below`, `within`, `above`, or `nothing`; more may come.",
        examples=["within"],
    )


class BalanceWeekOut(Out):
    """One ISO week on my clock."""

    week: str = Field(description="Its name (ISO 8601).", examples=["2026-W23"])
    starts_on: date = Field(description="Its Monday.", examples=["2026-06-01"])
    minutes: MinutesOut = Field(description="Where its time went.")


class BalanceOut(Out):
    """My time for relationships beside that for applications. Nobody else sees any of it."""

    zone: str = Field(
        description="Whose weeks these are, an IANA name: my profile's.", examples=["Europe/London"]
    )
    band_from: float = Field(
        description="From which share on the balance is said to be good.", examples=[0.8]
    )
    band_to: float = Field(description="Up to which.", examples=[0.9])
    minutes: MinutesOut = Field(description="All these weeks together.")
    weeks: list[BalanceWeekOut] = Field(
        description="The newest first, this one among them; also those with nothing."
    )

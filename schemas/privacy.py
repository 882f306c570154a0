"""Leaving, and how long things are kept, as clients see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, MomentOut, Out


class ReceivedOut(Out):
    """What one person, exhibitor or event's organizers had received of me."""

    recipient_id: UUID = Field(
        description="The person, the exhibitor, or the event whose organizers it was.",
        examples=["01981d4e-3c00-7000-8000-000000000002"],
    )
    recipient_kind: str = Field(description="`person`, `exhibitor` or `organizers`.", examples=["person"])
    name: str = Field(
        description="Of the event; of an exhibitor as it was then; of a person as I see them, empty if I do not.",
        examples=["Grace Hopper"],
    )
    event_name: str = Field(description="Where it began; empty if nowhere.", examples=["PyCon"])
    fields: list[str] = Field(
        description="All fields that they ever got; what was on my card then.",
        examples=[["name", "headline"]],
    )
    text_versions: list[int] = Field(
        description="Which versions of the words I had agreed to; empty for people, to whom I gave by what I did.",
        examples=[[]],
    )
    first_at: MomentOut = Field(description="When they first got any.", examples=["2026-06-04T09:05:00Z"])
    last_at: MomentOut = Field(description="When they last got more.", examples=["2026-06-04T09:05:00Z"])


class DeletionOut(Out):
    """My account is being deleted."""

    asked_at: MomentOut = Field(description="Since when nobody sees me.", examples=["2026-06-10T09:00:00Z"])
    erase_at: MomentOut = Field(
        description="When everything of mine is erased, unless I take it back before.",
        examples=["2026-06-24T09:00:00Z"],
    )
    receipt: list[ReceivedOut] = Field(description="Who had received what of me, the first first.")


RetentionKind = Literal["unclaimed", "exports", "scans", "encounters", "leads", "attendees"]


class RetentionIn(In):
    """For how long."""

    days: Annotated[int, Field(ge=31, le=365, description="Days after the doors closed.", examples=[60])]


class RetentionOut(Out):
    """One kind of an event's data, and what becomes of it."""

    kind: str = Field(
        description="`unclaimed`: people who were imported and never claimed their place; `exports`: the log of files"
        " (they expire sooner); `scans`: scans, entries and what devices counted; `encounters`: who met whom;"
        " `leads`: what exhibitors have; `attendees`: what was imported, badges and tickets.",
        examples=["scans"],
    )
    days: int = Field(description="Days after the doors closed.", examples=[60])
    default_days: int = Field(description="The most that it can be.", examples=[180])
    ends_at: MomentOut = Field(description="When it is purged.", examples=["2026-08-03T20:00:00Z"])
    purged_at: MomentOut | None = Field(description="When it was; null before.", examples=[None])
    rows: int = Field(description="How many rows go then, as things stand; or went.", examples=[14302])
    version: int = Field(description="For `If-Match` in `set_retention` of this kind.", examples=[1])


class RetentionList(Out):
    """All kinds."""

    items: list[RetentionOut] = Field(description="In the order in which they are purged.")

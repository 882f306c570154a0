"""Leaving, and how long things are kept, as clients see them."""

from uuid import UUID

from pydantic import Field

from schemas.wire import MomentOut, Out


class ReceivedOut(Out):
    """What one person or exhibitor had received of me."""

    recipient_id: UUID = Field(
        description="The person or exhibitor.", examples=["01981d4e-3c00-7000-8000-000000000002"]
    )
    recipient_kind: str = Field(description="`person` or `exhibitor`.", examples=["person"])
    name: str = Field(
        description="Of an exhibitor as it was then; of a person as I see them today, empty if I do not.",
        examples=["Grace Hopper"],
    )
    event_name: str = Field(description="Where it began; empty if nowhere.", examples=["PyCon"])
    fields: list[str] = Field(
        description="All fields that they ever got; what was on my card then.",
        examples=[["name", "headline"]],
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

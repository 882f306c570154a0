"""Blocks, as who made them sees them."""

from uuid import UUID

from pydantic import Field

from schemas.wire import MomentOut, Out


class BlockOut(Out):
    """Somebody I blocked."""

    person_id: UUID = Field(description="Who.", examples=["01981d4e-3c00-7000-8000-000000000002"])
    name: str = Field(
        description="What I knew them by when I blocked them; later changes of it are not shown. May be empty.",
        examples=["Grace Hopper"],
    )
    blocked_at: MomentOut = Field(description="Since when.", examples=["2026-06-04T11:00:00Z"])


class BlockPage(Out):
    """Whom I blocked."""

    items: list[BlockOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

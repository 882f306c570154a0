"""What an event's team did, as its managers see it."""

from uuid import UUID

from pydantic import Field

from schemas.wire import MomentOut, Out

ENTRY = "01981d4e-3c00-7000-8000-0000000000c1"


class AuditEntryOut(Out):
    """Somebody of the team changed something, or took a file away."""

    id: UUID = Field(description="The entry.", examples=[ENTRY])
    done_at: MomentOut = Field(description="When.", examples=["2026-06-04T09:05:00Z"])
    email: str | None = Field(
        description="Who: the address under which they were of the team, also when they are no more; null once they "
        "left Hallway.",
        examples=["olga@example.org"],
    )
    role: str = Field(description="In which role they did it.", examples=["manager"])
    operation: str = Field(description="What: the operation's id.", examples=["update_attendee"])
    subject_id: UUID | None = Field(
        description="About what: the attendee, badge, device, export … in the operation's path, else what it made; "
        "null for what concerns the whole event.",
        examples=["01981d4e-3c00-7000-8000-0000000000d1"],
    )


class AuditPage(Out):
    items: list[AuditEntryOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

"""A calendar to subscribe to, as clients see it."""

from pydantic import Field

from schemas.wire import In, MomentOut, Out, Whole


class RotateFeedIn(In):
    """Which address I want to end."""

    rotation: Whole = Field(
        ge=0, le=1_000_000_000, description="Its number, as `get_calendar_feed` says.", examples=[0]
    )


class CalendarFeedOut(Out):
    """Where calendar programs find my booked talks."""

    url: str = Field(
        description="A secret: whoever has it reads when I talk to whom. `webcal:` for `https:` opens most programs.",
        examples=["https://hallway.example.org/v1/calendar_feeds/AZgdTjwAcACAAAAAAAAAAQ/talks.ics"],
    )
    rotation: int = Field(description="How often it was replaced, for `rotate_calendar_feed`.", examples=[0])
    rotated_at: MomentOut | None = Field(description="When last.", examples=[None])

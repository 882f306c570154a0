"""What became of a talk, as clients see it."""

from enum import StrEnum
from typing import Annotated

from pydantic import Field

from schemas.wire import In, MomentOut, Out, several_lines

Debrief = Annotated[str, Field(max_length=4000), several_lines]


class InterviewOutcome(StrEnum):
    """What became of a talk, as one side says it; all but the first deny that it was held as booked."""

    HELD = "held"
    THEY_MISSED_IT = "they_missed_it"
    I_MISSED_IT = "i_missed_it"
    MOVED_ELSEWHERE = "moved_elsewhere"
    NOT_HELD = "not_held"


class OutcomeIn(In):
    """Read by me alone. The other is told `held` after a week, unless they say something themselves."""

    outcome: InterviewOutcome = Field(description="What became of the talk.", examples=["held"])
    debrief: Debrief | None = Field(
        None,
        description="What I want to remember. Absent or null keeps, empty clears.",
        examples=["Start with the tests. Write to Katherine about the linker."],
    )


class OutcomeOut(Out):
    """What became of the talk, as far as I may know it."""

    mine: str | None = Field(
        description="What I said: `held`, `they_missed_it`, `i_missed_it`, `moved_elsewhere`, `not_held`; null if "
        "nothing yet.",
        examples=[None],
    )
    debrief: str = Field(description="What I wrote down; nobody else reads it.", examples=[""])
    recorded_at: MomentOut | None = Field(description="When I last changed it.", examples=[None])
    together: str = Field(
        description="`held`, `not_held` or `unknown`: what I said; else `held`, once the other has said so for a week. "
        "That may come by time alone.",
        examples=["unknown"],
    )

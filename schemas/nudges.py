"""Nudges, as clients see them."""

from typing import Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, MomentOut, Out


class NudgeActIn(In):
    """What became of a nudge."""

    outcome: Literal["done", "dismissed"] = Field(
        description="Whether I did it or do not want to; either way it does not come back.",
        examples=["done"],
    )


class NudgeActionOut(Out):
    """The one thing to do."""

    operation: str = Field(
        description="The operation that does it or leads there.", examples=["list_suggestions"]
    )
    text: str = Field(description="What the button says.", examples=["See your suggestions"])
    event_id: UUID | None = Field(
        description="For which event, where it is about one.",
        examples=["01981d4e-3c00-7000-8000-0000000000e1"],
    )
    release_id: UUID | None = Field(description="Which release, for `withdraw_release`.", examples=[None])
    person_id: UUID | None = Field(
        description="With whom, where it is about one: `with_person_id` of `find_common_slots`.",
        examples=[None],
    )


class NudgeOut(Out):
    """A reminder from Hallway, or a notice of what somebody did, with one reason and one action."""

    id: UUID = Field(description="The nudge.", examples=["01981d4e-3c00-7000-8000-0000000000f1"])
    kind: str = Field(
        description="`digest`, `both_want_to_talk` or `given_at_stand`; more may come.", examples=["digest"]
    )
    title: str = Field(
        description="One line, in the first of my languages that we have.",
        examples=["The morning after PyCon"],
    )
    reason: str = Field(
        description="Why now.", examples=["You remember them best now: whom to talk to again, and why."]
    )
    action: NudgeActionOut = Field(description="What to do.")
    state: str = Field(description="`open`, `done` or `dismissed`; more may come.", examples=["open"])
    created_at: MomentOut = Field(description="When it came.", examples=["2026-06-06T06:00:00Z"])
    useful_until: MomentOut = Field(description="When it goes by itself.", examples=["2026-06-13T06:00:00Z"])


class NudgePage(Out):
    items: list[NudgeOut] = Field(description="Those of use now, the newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

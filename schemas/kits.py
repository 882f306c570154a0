"""What helps with a talk, as clients see it."""

from uuid import UUID

from pydantic import Field

from schemas.suggestions import ReasonOut
from schemas.wire import MomentOut, Out


class NotedOut(Out):
    """Something that I noted about the other; nobody else reads it."""

    label: str = Field(description="At the scan, in a word.", examples=["by the coffee"])
    note: str = Field(description="My note.", examples=["Found the moth. Ask about linkers!"])
    tags: list[str] = Field(description="My tags.", examples=[["compilers"]])
    noted_at: MomentOut | None = Field(
        description="When, if it was at a scan; null for what I noted on the connection.",
        examples=["2026-06-05T10:00:00Z"],
    )


class QuestionOut(Out):
    """Something to ask."""

    theme: str = Field(
        description="`path`, `enjoyment`, `challenges`, `practices`, `trends` or `who_else`; more may come.",
        examples=["challenges"],
    )
    text: str = Field(
        description="To be said as it is.",
        examples=["What is hard about your work that nobody outside sees?"],
    )


class WordsOut(Out):
    """Something to say, and what to keep in mind."""

    say: str = Field(
        description="Words to use as they are.",
        examples=["Our time is nearly up. Did you get what you came for?"],
    )
    hints: list[str] = Field(
        description="For me alone.", examples=[["Promise only what you will do this week."]]
    )


class AfterwardsOut(Out):
    """For when the talk is over."""

    thanks: str = Field(
        description="A letter to send from an app of my own; Hallway sends nothing.",
        examples=["Hello Grace Hopper,\n\nThank you for our talk.\n\nAda Lovelace"],
    )
    thanks_hint: str = Field(
        description="What makes it mine.",
        examples=["Add one thing they said that stayed with you, and send it within a day."],
    )
    debrief: list[str] = Field(
        description="Questions to myself; the answers go into `record_outcome`.",
        examples=[["What did I not expect to hear?"]],
    )
    who_next: str = Field(
        description="From this person to the next: `request_introduction` asks for the way there.",
        examples=["Did they name somebody? Write it down now."],
    )
    what_i_can_do: list[str] = Field(
        description="What I could do for them: `update_my_goals` makes it an offer of mine, `log_activity` keeps what "
        "I sent them.",
        examples=[["They ask for “Mathematics”. Can you help, or do you know who can?"]],
    )


class KitOut(Out):
    """What helps me with a booked talk, in the first of my languages that we have."""

    interview_id: UUID = Field(description="The talk.", examples=["01981d4e-3c00-7000-8000-0000000000f1"])
    side: str = Field(description="What I am in it: `asker` or `host`.", examples=["asker"])
    purpose: str = Field(description="What the talk is for.", examples=["learn"])
    ask: str = Field(
        description="What the asker would like to know: it comes first.",
        examples=["How did you move from research into product work?"],
    )
    offer: str = Field(description="What the asker gives in return.", examples=["Happy to review your talk."])
    noted: list[NotedOut] = Field(description="What I noted, the oldest first.")
    in_common: list[ReasonOut] = Field(description="What we have in common, from what I may see.")
    questions: list[QuestionOut] = Field(
        description="Five, each of another theme, in the order in which they are best asked; the same each time."
    )
    opening: WordsOut = Field(description="How to begin.")
    closing: WordsOut = Field(description="How to end.")
    afterwards: AfterwardsOut = Field(description="When it is over.")

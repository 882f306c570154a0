"""Hours, slots and interviews, as clients see them."""

from datetime import date
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic_core import PydanticCustomError

from schemas.outcomes import OutcomeOut
from schemas.people import TalkMedium
from schemas.wire import In, Link, Moment, MomentOut, Out, Patch, Whole, one_line, several_lines

INTERVIEW = "01981d4e-3c00-7000-8000-0000000000f1"
GRACE = "01981d4e-3c00-7000-8000-000000000002"
EVENT = "01981d4e-3c00-7000-8000-0000000000e1"
START, END = "2026-06-09T09:00:00Z", "2026-06-09T09:20:00Z"
ASK = "How did you move from research into product work?"
OFFER = "Happy to review your talk."
TALK = Literal[15, 20, 30]


class Weekday(StrEnum):
    """A day of the week."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


class InterviewPurpose(StrEnum):
    """What the talk is for; the host reads it before answering."""

    LEARN = "learn"
    EXPLORE_ROLE = "explore_role"
    JOB_SEARCH = "job_search"
    EXCHANGE = "exchange"
    ADVICE = "advice"
    HIRING = "hiring"


def _as_text(value: Any) -> Any:
    if not isinstance(value, str) or len(value) != len("2026-06-04"):
        raise PydanticCustomError("date_invalid", "A date as text, such as 2026-06-04.")
    return value


def _in_era(day: date) -> date:
    if not date(1970, 1, 1) <= day < date(2200, 1, 1):
        raise PydanticCustomError("date_out_of_range", "A date between the years 1970 and 2200.")
    return day


def _says_something(text: str) -> str:
    if not any(char.isalnum() for char in text):
        raise PydanticCustomError("nothing_said", "Words, please.")
    return text


WallTime = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
Day = Annotated[
    date,
    BeforeValidator(_as_text),
    AfterValidator(_in_era),
]
Ask = Annotated[str, Field(min_length=10, max_length=600), several_lines, AfterValidator(_says_something)]
Offer = Annotated[str, Field(max_length=300), several_lines]
Reply = Annotated[str, Field(max_length=600), several_lines]
Place = Annotated[str, Field(max_length=300), one_line]
Slots = Annotated[list[Moment], Field(min_length=1, max_length=5)]
SLOTS = "Starts of the talk, whole minutes, the one liked best first; they may not overlap."
PROPOSAL = "The `proposal` that was read: another one made meanwhile is not answered by accident."


class HoursIn(In):
    """From when to when."""

    start: WallTime = Field(description="On my clock.", examples=["09:00"])
    end: WallTime = Field(description="On my clock; `00:00` is the end of the day.", examples=["12:30"])


class WindowIn(HoursIn):
    """Hours that come back every week; those that run past midnight are two windows."""

    weekday: Weekday = Field(description="Of my clock.", examples=["monday"])


class ExceptionIn(In):
    """One day that differs."""

    day: Day = Field(description="The date.", examples=["2026-12-24"])
    windows: Annotated[list[HoursIn], Field(max_length=10)] = Field(
        description="Its hours; none means away.", examples=[[]]
    )


class AvailabilityPatch(Patch):
    """Absent or null keeps, `[]` clears."""

    windows: Annotated[list[WindowIn], Field(max_length=50)] | None = Field(
        None,
        description="My week.",
        examples=[[{"weekday": "monday", "start": "09:00", "end": "12:30"}]],
    )
    exceptions: Annotated[list[ExceptionIn], Field(max_length=100)] | None = Field(
        None, description="Days that differ.", examples=[[{"day": "2026-12-24", "windows": []}]]
    )
    buffer_minutes: Whole | None = Field(
        None, ge=0, le=120, description="Kept free around each talk.", examples=[10]
    )
    notice_hours: Whole | None = Field(
        None, ge=0, le=336, description="Nothing starts sooner from now.", examples=[2]
    )


class HoursOut(Out):
    """From when to when."""

    start: str = Field(description="On my clock.", examples=["09:00"])
    end: str = Field(description="On my clock; `00:00` is the end of the day.", examples=["12:30"])


class WindowOut(HoursOut):
    """Hours in which I take talks, each week."""

    weekday: str = Field(description="Of my clock.", examples=["monday"])


class ExceptionOut(Out):
    """A day on which other hours hold."""

    day: date = Field(description="The date.", examples=["2026-12-24"])
    windows: list[HoursOut] = Field(description="Its hours; none means away.", examples=[[]])


class AvailabilityOut(Out):
    """When I can talk. How many talks I host in a week is `talks_per_week` of my goals."""

    windows: list[WindowOut] = Field(description="My week.")
    exceptions: list[ExceptionOut] = Field(description="Days that differ.")
    buffer_minutes: int = Field(description="Kept free around each talk.", examples=[10])
    notice_hours: int = Field(description="Nothing starts sooner from now.", examples=[2])
    zone: str = Field(description="My clock: the zone of my profile.", examples=["Europe/London"])
    version: int = Field(description="For `If-Match`.", examples=[1])


class SlotOut(Out):
    """A time that is free for both."""

    starts_at: MomentOut = Field(description="Start.", examples=[START])
    ends_at: MomentOut = Field(description="End.", examples=[END])


class SlotList(Out):
    """A few good times, the earliest first."""

    items: list[SlotOut] = Field(description="Times that suit both of us within four weeks.")
    full_until: MomentOut | None = Field(
        description="When the host takes talks again, if only their full weeks leave no time.",
        examples=[None],
    )
    host_minutes: int = Field(description="How long the host likes a talk to be.", examples=[20])
    host_medium: str = Field(
        description="How the host likes to talk: `phone`, `video`, `in_person`.", examples=["phone"]
    )
    host_resource: str = Field(
        description="A link that the host gives to whoever has to wait.",
        examples=["https://grace.example.org/how-i-got-here"],
    )


class InterviewIn(In):
    """A talk that I ask somebody for."""

    id: UUID = Field(description="Chosen by the client, for repeats.", examples=[INTERVIEW])
    host_id: UUID = Field(description="Whom I ask: somebody I met.", examples=[GRACE])
    event_id: UUID | None = Field(None, description="Where we met.", examples=[EVENT])
    purpose: InterviewPurpose = Field(description="What the talk is for.", examples=["learn"])
    ask: Ask = Field(
        description="What exactly I would like to know; the host reads it first.", examples=[ASK]
    )
    offer: Offer = Field("", description="What I can give in return.", examples=[OFFER])
    minutes: TALK = Field(description="How long.", examples=[20])
    medium: TalkMedium | None = Field(
        None, description="How to talk; none for how the host likes to.", examples=["phone"]
    )
    slots: Slots = Field(description=SLOTS, examples=[[START]])


class AcceptIn(In):
    """Which of the times proposed suits me."""

    proposal: Whole = Field(ge=1, description=PROPOSAL, examples=[1])
    starts_at: Moment | None = Field(
        None, description="One of the times proposed; none for the first still free.", examples=[START]
    )
    place: Place = Field(
        "", description="Where: a link, a phone number, a table.", examples=["Table 12, by the stairs"]
    )


class ProposeIn(In):
    """Other times."""

    proposal: Whole = Field(ge=1, description=PROPOSAL, examples=[1])
    slots: Slots = Field(description=SLOTS, examples=[[START]])
    reply: Reply = Field("", description="A word to the other.", examples=["Mornings suit me better."])


class DeclineIn(In):
    """A request or a proposal, turned down."""

    proposal: Whole = Field(ge=1, description=PROPOSAL, examples=[1])
    reply: Reply = Field("", description="A word to the other.", examples=["Not this month, sorry."])
    resource: Link | Literal[""] = Field(
        "",
        description="Something to read or watch instead.",
        examples=["https://grace.example.org/how-i-got-here"],
    )


class WithdrawIn(In):
    """My request, taken back."""

    proposal: Whole = Field(ge=1, description=PROPOSAL, examples=[1])


class CancelIn(In):
    """A booked talk, called off."""

    reply: Reply = Field("", description="A word to the other.", examples=["I fell ill, sorry."])


class OtherOut(Out):
    """The other one of the talk."""

    person_id: UUID = Field(description="Who.", examples=[GRACE])
    name: str = Field(description="As they want to be called.", examples=["Grace Hopper"])
    headline: str = Field(description="One line about them.", examples=["I make compilers"])
    role: str = Field(description="What they do.", examples=["Rear admiral"])
    organisation: str = Field(description="Where.", examples=["US Navy"])


class InterviewOut(Out):
    """A requested or booked talk, as one of its two people sees it."""

    id: UUID = Field(description="The interview.", examples=[INTERVIEW])
    side: str = Field(description="What I am in it: `asker` or `host`.", examples=["asker"])
    other: OtherOut = Field(description="The other one.")
    event_id: UUID | None = Field(description="Where we met.", examples=[EVENT])
    purpose: str = Field(description="What the talk is for.", examples=["learn"])
    ask: str = Field(description="What the asker would like to know.", examples=[ASK])
    offer: str = Field(description="What the asker can give in return.", examples=[OFFER])
    minutes: int = Field(description="How long.", examples=[20])
    medium: str = Field(description="How to talk: `phone`, `video`, `in_person`.", examples=["phone"])
    state: str = Field(
        description="`requested`, `countered`, `scheduled`, `declined`, `withdrawn`, `expired`, `cancelled`.",
        examples=["requested"],
    )
    waiting_for: str | None = Field(
        description="Who is to answer, `asker` or `host`; null if nobody is.", examples=["host"]
    )
    proposal: int = Field(description="Number of the newest times proposed.", examples=[1])
    proposed_by: str = Field(description="Who proposed them: `asker` or `host`.", examples=["asker"])
    slots: list[SlotOut] = Field(description="The newest times proposed, in the order of liking.")
    starts_at: MomentOut | None = Field(description="Booked from; holds until moved.", examples=[None])
    ends_at: MomentOut | None = Field(description="Booked to.", examples=[None])
    place: str = Field(description="Where, once booked.", examples=[""])
    reply: str = Field(description="A word with the newest answer.", examples=[""])
    resource: str = Field(description="A link with the newest answer.", examples=[""])
    answered_by: str | None = Field(description="Whose it was: `asker` or `host`.", examples=[None])
    answered_at: MomentOut | None = Field(description="When that was.", examples=[None])
    requested_at: MomentOut = Field(description="When it was asked.", examples=["2026-06-04T09:00:00Z"])
    expires_at: MomentOut = Field(
        description="Unanswered, it has expired from then on.", examples=["2026-06-14T09:00:00Z"]
    )
    outcome: OutcomeOut = Field(description="What became of it.")


class InterviewPage(Out):
    items: list[InterviewOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

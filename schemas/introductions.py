"""Introductions, as each of the three sees them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.wire import In, MomentOut, Out, Topic, several_lines

ASKER = "01981d4e-3c00-7000-8000-000000000001"
CONNECTOR = "01981d4e-3c00-7000-8000-000000000002"
TARGET = "01981d4e-3c00-7000-8000-000000000003"
WHY = "I would like to move from research into compilers, and know nobody who works on one."
BLURB = "Ada builds engines that compute, and would like to hear in 20 minutes how a compiler team works."


Words = Annotated[str, Field(min_length=1, max_length=1000), several_lines]


class Seeks(StrEnum):
    """What kind of person is looked for."""

    ROLE = "role"
    TOPIC = "topic"
    ORGANISATION = "organisation"


class IntroductionIn(In):
    """To whom I would like to be introduced, and who of those I met may know somebody."""

    id: UUID = Field(description="Chosen by me.", examples=["01981d4e-3c00-7000-8000-00000000aa01"])
    seeks: Seeks = Field(
        description="Whether `what` names what they do, what they know, or where they work.",
        examples=["topic"],
    )
    what: Topic = Field(description="The role, topic or organisation.", examples=["Compilers"])
    why: Words = Field(description="For those I ask alone.", examples=[WHY])
    blurb: Words = Field(
        description="What they may forward: read by whoever they think of.", examples=[BLURB]
    )
    connector_ids: Annotated[list[UUID], Field(min_length=1, max_length=5)] = Field(
        description="People I met, asked each for themselves.", examples=[[CONNECTOR]]
    )
    interview_id: UUID | None = Field(
        None, description="The talk with one of them in which it came up; for me alone.", examples=[None]
    )


class IntroductionOfferIn(In):
    """Whom I would introduce."""

    target_person_id: UUID = Field(
        description="Somebody I met; they are asked next, and nobody else learns of it.", examples=[TARGET]
    )


class IntroducedPersonOut(Out):
    """One of the three. Empty is what their card does not give."""

    person_id: UUID = Field(description="Who.", examples=[CONNECTOR])
    name: str = Field(description="As they want to be called, else as printed.", examples=["Grace Hopper"])
    headline: str = Field(description="One line about them.", examples=["I teach machines English"])
    role: str = Field(description="What they do.", examples=["Rear admiral"])
    organisation: str = Field(description="Where they do it.", examples=["US Navy"])


class IntroductionTargetOut(Out):
    """Somebody whom a connector offered to introduce."""

    person: IntroducedPersonOut = Field(description="Who.")
    connector_id: UUID = Field(description="Who offered.", examples=[CONNECTOR])
    introduced_at: MomentOut | None = Field(
        description="When they agreed; null until then.", examples=["2026-06-08T09:00:00Z"]
    )


class IntroductionOut(Out):
    """An introduction, as I see it. Until a target agrees, only the connector who thought of them and the target know;
    who says no looks like silence."""

    id: UUID = Field(
        description="Mine for what I asked, whoever I asked; else that of the one introduction.",
        examples=["01981d4e-3c00-7000-8000-00000000aa01"],
    )
    side: str = Field(description="What I am: `asker`, `connector` or `target`.", examples=["asker"])
    state: str = Field(
        description="`asked`, `offered` (to connector and target alone), `introduced`, `declined` (by myself), "
        "`withdrawn` or `expired`; more may come. To the asker it is `introduced` from the first one on, and others "
        "may follow until `expires_at`.",
        examples=["asked"],
    )
    seeks: str | None = Field(
        description="`role`, `topic` or `organisation`; null to the target.", examples=["topic"]
    )
    what: str = Field(description="Which; empty to the target.", examples=["Compilers"])
    why: str = Field(description="For connectors; empty to the target.", examples=[WHY])
    blurb: str = Field(description="What is forwarded.", examples=[BLURB])
    interview_id: UUID | None = Field(
        description="The talk in which it came up, to the asker alone.", examples=[None]
    )
    asker: IntroducedPersonOut = Field(description="Who would like to be introduced.")
    connectors: list[IntroducedPersonOut] = Field(
        description="To the asker everybody asked; else the one of this introduction."
    )
    targets: list[IntroductionTargetOut] = Field(
        description="To the asker those who agreed; else whom the connector offered, if anybody."
    )
    asked_at: MomentOut = Field(
        description="When it was asked of connectors; to the target, when it was offered.",
        examples=["2026-06-05T09:00:00Z"],
    )
    expires_at: MomentOut = Field(
        description="From then on nobody can answer it any more.", examples=["2026-06-29T09:00:00Z"]
    )


class IntroductionPage(Out):
    items: list[IntroductionOut] = Field(description="What reached me last comes first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class FitReasonOut(Out):
    """Why somebody fits."""

    code: str = Field(
        description="Where it says so: `role`, `organisation`, `industry`, `headline`, `offers`, `talk_topics`, or "
        "`noted` (by me); more may come.",
        examples=["offers"],
    )
    text: str = Field(description="The same as a sentence.", examples=["They offer “Compilers”."])
    evidence: str = Field(description="The words that fit.", examples=["Compilers"])


class CandidateOut(Out):
    """Somebody I met who fits what is looked for."""

    person: IntroducedPersonOut = Field(description="Who.")
    reasons: list[FitReasonOut] = Field(description="Why; at least one.")


class CandidateList(Out):
    """Whom I could introduce."""

    items: list[CandidateOut] = Field(description="At most ten, the best first.")

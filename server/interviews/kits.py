"""What helps me with this talk? Gathered from what I may see; my own situation decides for whom it is written."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.queries import list_connections_with
from server.connections.views import View
from server.interviews import questions
from server.interviews.errors import NotScheduled
from server.interviews.models import Interview
from server.interviews.queries import get_interview
from server.interviews.question_bank import Edition, Ground
from server.interviews.questions import Chosen, Talk
from server.interviews.seen import other_than, others_of, side_of
from server.interviews.states import Side, State
from server.people.models import Goals, Profile
from server.people.queries import goals_of, profiles_of
from server.suggestions.facts import Person
from server.suggestions.reasons import Acquaintance, Reason, explain
from server.suggestions.topics import Vocabulary

SEEKING = frozenset({"searching", "exploring"})

# Reasons that say what two people have in common, and what questions can be about.
IN_COMMON: Mapping[str, tuple[Ground, str] | None] = {
    "they_offer_what_you_ask": (Ground.OFFER, "offer"),
    "you_offer_what_they_ask": (Ground.ASK, "ask"),
    "same_industry": (Ground.INDUSTRY, "industry"),
    "fits_your_target_role": None,
    "fits_your_target_industry": None,
}


@dataclass(frozen=True, slots=True)
class Noted:
    """What I wrote down about the other; `at`: at a scan of them, None: on our connection."""

    label: str
    note: str
    tags: Sequence[str]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Kit:
    interview: Interview
    side: Side
    edition: Edition
    my_name: str
    name: str
    noted: Sequence[Noted]
    in_common: Sequence[Reason]
    questions: Sequence[Chosen]
    asks: Sequence[str]

    @property
    def gift(self) -> Mapping[str, str] | None:
        """An ask of theirs that I can meet, and my offer that does."""
        for reason in self.in_common:
            if reason.code == "you_offer_what_they_ask":
                return {name: str(text) for name, text in reason.evidence.items()}
        return None


async def get_kit(db: AsyncSession, me: SignedIn, interview_id: UUID) -> Kit:
    """For a booked talk of mine. Raises InterviewNotFound, NotScheduled."""
    interview = await get_interview(db, me, interview_id)
    if interview.state != State.SCHEDULED:
        raise NotScheduled
    other_id = other_than(interview, me.person_id)
    profile = (await profiles_of(db, [me.person_id])).get(me.person_id) or Profile(name="", industry="")
    goals = (await goals_of(db, [me.person_id])).get(me.person_id) or Goals(asks=[], offers=[])
    other = (await others_of(db, me.person_id, [other_id]))[other_id]
    met = next(iter(await list_connections_with(db, me, [other_id])), None)

    in_common = _in_common(me.person_id, profile, goals, met) if met else []
    side = side_of(interview, me.person_id)
    edition = edition_for(goals.situation, purpose=interview.purpose, side=side)
    chosen = questions.choose(
        Talk(
            purpose=interview.purpose,
            side=side,
            edition=edition,
            topics=_topics(in_common),
            pair=" ".join(sorted((str(me.person_id), str(other_id)))),
        )
    )
    return Kit(
        interview=interview,
        side=side,
        edition=edition,
        my_name=profile.name,
        name=other.name,
        noted=_noted(met) if met else [],
        in_common=in_common,
        questions=chosen,
        asks=met.asks if met else [],
    )


def edition_for(situation: str | None, *, purpose: str, side: Side) -> Edition:
    """Whoever said nothing is taken for content: no word of a job search then, unless they asked for this talk for
    the sake of one."""
    searches = side is Side.ASKER and purpose == "job_search"
    return Edition.SEEKING if searches or situation in SEEKING else Edition.SETTLED


def _in_common(me: UUID, profile: Profile, goals: Goals, met: View) -> list[Reason]:
    """From my own words, and theirs as our connection shows them to me."""
    mine = Person(
        person_id=me,
        industry=profile.industry,
        situation=goals.situation or "",
        target_roles=tuple(goals.target_roles or ()),
        target_industries=tuple(goals.target_industries or ()),
        asks=tuple(goals.asks),
        offers=tuple(goals.offers),
    )
    theirs = Person(
        person_id=met.person_id,
        role=met.role,
        industry=met.industry,
        asks=tuple(met.asks),
        offers=tuple(met.offers),
    )
    shown = [
        text
        for person in (mine, theirs)
        for text in (*person.asks, *person.offers, person.role, person.industry)
    ]
    known = Acquaintance(sessions=1, common_contacts=0, reader_contacts=0)
    found = explain(mine, theirs, known, Vocabulary(shown)).reasons
    return [reason for reason in found if reason.code in IN_COMMON]


def _topics(in_common: Sequence[Reason]) -> dict[Ground, str]:
    topics = {}
    for reason in in_common:
        found = IN_COMMON[reason.code]
        if found is not None:
            ground, name = found
            topics[ground] = str(reason.evidence[name])
    return topics


def _noted(met: View) -> list[Noted]:
    """The newest at the end; scans at which nothing was noted left out."""
    scans = [Noted(one.label, one.note, one.tags, one.captured_at) for one in met.scan_notes]
    mine = [Noted("", met.note, met.tags, None)]
    return [one for one in (*scans, *mine) if one.label or one.note or one.tags]

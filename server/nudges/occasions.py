"""What gives a reason to remind somebody, for each kind, and what ends it. Pure: facts in, occasions out.

Whoever has acted, however they came to it, gives no occasion any more: that is the stop condition of each kind.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from server.nudges.facts import Facts, NewSuggestions, Talk, Waiting
from server.nudges.hours import first_morning

HELD = "held"


@dataclass(frozen=True, slots=True)
class Occasion:
    """`subject` is what it is about, so that it never comes twice; a kind's wait and use are counted from `at`.
    `not_before`: when what it leads to is there. `about`: the other person, whom its reader may have stopped."""

    subject: str
    at: datetime
    about: UUID | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    not_before: datetime | None = None


def waiting(facts: Facts, now: datetime) -> Iterator[Occasion]:
    """A request put to me as the host, since it was made; until I answered it, or it expired."""
    return (_of_request(one, one.asked_at) for one in facts.waiting if one.as_host and _open(one, now))


def expiring(facts: Facts, now: datetime) -> Iterator[Occasion]:
    """Any request or counter-proposal that I have not answered, by when it expires."""
    return (_of_request(one, one.expires_at) for one in facts.waiting if _open(one, now))


def to_thank(facts: Facts, now: datetime) -> Iterator[Occasion]:
    """A talk that I asked for, once it is over; unless I said that it was not held."""
    return (
        _of_talk(talk)
        for talk in facts.talks
        if talk.as_asker and _over(talk, now) and talk.outcome in {None, HELD}
    )


def to_debrief(facts: Facts, now: datetime) -> Iterator[Occasion]:
    """A talk that is over; until I said what became of it."""
    return (_of_talk(talk) for talk in facts.talks if _over(talk, now) and talk.outcome is None)


def to_discover(facts: Facts, now: datetime) -> Iterator[Occasion]:  # noqa: ARG001
    """Suggestions nobody has looked at, from the morning after their event, or once they are there."""
    for new in facts.suggestions:
        if not new.looked and not new.acted and new.other_id is not None:
            yield Occasion(
                subject=str(new.event_id),
                at=first_morning(new.closed_at, facts.hours.zone),
                not_before=new.published_at,
                facts={"event_id": str(new.event_id)},
            )


def to_follow_up(facts: Facts, now: datetime) -> Iterator[Occasion]:  # noqa: ARG001
    """Suggestions of which none was acted on, since the morning after; until one is, or a reminder was answered."""
    for new in facts.suggestions:
        if not new.acted and new.other_id is not None and not _answered(facts, new):
            yield Occasion(
                subject=str(new.event_id),
                at=first_morning(new.closed_at, facts.hours.zone),
                not_before=new.published_at,
                about=new.other_id,
                facts={"event_id": str(new.event_id), "person_id": str(new.other_id)},
            )


def to_note(facts: Facts, now: datetime) -> Iterator[Occasion]:  # noqa: ARG001
    """Somebody new met on a day of an event, from its noon on; until each has a note."""
    for day in facts.days:
        if day.unnoted and day.other_id is not None:
            yield Occasion(
                subject=f"{day.event_id}/{day.day}",
                at=day.noon,
                not_before=day.met_at,
                about=day.other_id,
                facts={
                    "event_id": str(day.event_id),
                    "person_id": str(day.other_id),
                    "count": str(day.unnoted),
                },
            )


def to_keep_in_touch(facts: Facts, now: datetime) -> Iterator[Occasion]:  # noqa: ARG001
    """Somebody I want to keep in touch with, since we last had to do with each other: any contact begins anew."""
    for tie in facts.ties:
        if not tie.upcoming:
            yield Occasion(
                subject=f"{tie.other_id}/{tie.contact_at:%Y-%m-%dT%H:%M:%SZ}",
                at=tie.contact_at,
                about=tie.other_id,
                facts={"person_id": str(tie.other_id), "since": tie.contact_at.isoformat()},
            )


def of_the_week(facts: Facts, now: datetime) -> Iterator[Occasion]:
    """For whoever chose one message a week: what is open, once in each week of their calendar."""
    open_ = [
        one for one in facts.told if one.state == "open" and now < one.useful_until and one.kind != "weekly"
    ]
    if facts.choices.weekly and open_:
        local = now.astimezone(facts.hours.zone)
        monday = local.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=local.weekday())
        yield Occasion(subject=f"{local:%G-W%V}", at=monday, facts={"count": str(len(open_))})


def _open(request: Waiting, now: datetime) -> bool:
    return not request.answered and now < request.expires_at


def _over(talk: Talk, now: datetime) -> bool:
    return not talk.cancelled and talk.ended_at <= now


def _answered(facts: Facts, new: NewSuggestions) -> bool:
    """Whether a nudge about this event's suggestions was declined, or a reminder of them done."""
    about = str(new.event_id)
    return any(
        one.state == "dismissed" or (one.state == "done" and one.kind == "reminder")
        for one in facts.told_of("digest", "reminder")
        if one.subject.startswith(about)
    )


def _of_request(one: Waiting, at: datetime) -> Occasion:
    return Occasion(
        subject=f"{one.interview_id}/{one.proposal}",
        at=at,
        about=one.other_id,
        facts={
            "interview_id": str(one.interview_id),
            "person_id": str(one.other_id),
            "proposal": str(one.proposal),
        },
    )


def _of_talk(talk: Talk) -> Occasion:
    return Occasion(
        subject=str(talk.interview_id),
        at=talk.ended_at,
        about=talk.other_id,
        facts={"interview_id": str(talk.interview_id), "person_id": str(talk.other_id)},
    )

"""Facts as tests and the simulation make them, and what must hold of every nudge whatever the facts."""

from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from server.nudges.facts import Facts, Told
from server.nudges.hours import Hours
from server.nudges.kinds import KINDS
from server.nudges.rules import Due

REACHABLE = frozenset({"push", "email"})


def hours(zone: str, quiet_from: int = 21, quiet_until: int = 8) -> Hours:
    return Hours(ZoneInfo(zone), time(quiet_from), time(quiet_until))


def told(due: Due, at: datetime, state: str = "open", snoozed_until: datetime | None = None) -> Told:
    """What is remembered of a nudge that was written down."""
    return Told(due.kind, due.subject, at, due.local_date, due.useful_until, state, snoozed_until)


def broken_rules(facts: Facts, due: Due, now: datetime) -> list[str]:
    """What a nudge decided now breaks, said by other means than the planner's: empty when all is well."""
    local = now.astimezone(facts.hours.zone)
    minute = local.hour * 60 + local.minute
    begins, ends = (one.hour * 60 + one.minute for one in (facts.hours.quiet_from, facts.hours.quiet_until))
    asleep = begins <= minute < ends if begins < ends else minute >= begins or minute < ends
    about = due.facts.get("person_id")
    found = {
        "in quiet hours": asleep,
        "twice on a day": any(one.local_date == local.date() for one in facts.told),
        "within 20 hours": any(now - one.at < timedelta(hours=20) for one in facts.told),
        "twice for the same thing": any(
            (one.kind, one.subject) == (due.kind, due.subject) for one in facts.told
        ),
        "after it is of use": not now < due.useful_until,
        "sent into quiet hours": not now < due.sent_until <= due.useful_until,
        "on another date": due.local_date != local.date(),
        "stopped or paused": facts.choices.silent(now),
        "not wanted": not facts.choices.of(due.kind).wanted,
        "about somebody who is stopped": about is not None and UUID(about) in facts.choices.stopped_people,
        "by a channel that reaches nobody": not due.channels <= facts.reachable,
        "pushed in spite of one a week": bool(facts.choices.weekly and due.kind != "weekly" and due.channels),
        "after the action": not _still_to_do(facts, due),
        "a notice": KINDS[due.kind].notice,
    }
    return [rule for rule, broken in found.items() if broken]


def _still_to_do(facts: Facts, due: Due) -> bool:
    """Whether what it asks for has not been done: looked up in the facts by what the nudge is about."""
    interview = due.facts.get("interview_id")
    if due.kind in {"request_waiting", "request_expiring"}:
        return any(str(one.interview_id) == interview and not one.answered for one in facts.waiting)
    if due.kind in {"thank", "debrief"}:
        [talk] = [one for one in facts.talks if str(one.interview_id) == interview]
        return not talk.cancelled and talk.outcome in ({None} if due.kind == "debrief" else {None, "held"})
    if due.kind in {"digest", "reminder"}:
        [new] = [one for one in facts.suggestions if str(one.event_id) == due.facts["event_id"]]
        return not new.acted and new.other_id is not None and not (due.kind == "digest" and new.looked)
    if due.kind == "note":
        return any(due.subject == f"{one.event_id}/{one.day}" and one.unnoted for one in facts.days)
    if due.kind == "in_touch":
        [tie] = [one for one in facts.ties if str(one.other_id) == due.facts["person_id"]]
        return not tie.upcoming and tie.contact_at + timedelta(days=30) <= due.useful_until - timedelta(
            days=30
        )
    return due.kind == "weekly"

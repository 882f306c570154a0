"""What does a nudge say, in its reader's language and by their clock?"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime

from server.nudges.kinds import KINDS
from server.nudges.queries import Reminder
from server.suggestions.reasons import Sentence
from server.texts import say, say_many


@dataclass(frozen=True, slots=True)
class Said:
    """One reason and one action. `name`: whom or what it is about; a push says no more than that and the action unless
    its reader allowed more."""

    title: str
    reason: str
    action: str
    name: str


def say_nudge(reminder: Reminder, language: str, zone: ZoneInfo) -> Said:
    nudge, kind = reminder.nudge, KINDS[reminder.nudge.kind]
    name = reminder.name or say("somebody you met", language=language)
    count = int(nudge.facts.get("count", 1))
    facts: dict[str, object] = {
        "name": name,
        "event": reminder.event_name,
        "exhibitor": nudge.facts.get("exhibitor"),
        "when": _moment(reminder.expires_at, language, zone),
        "begins": _moment(reminder.talk_at, language, zone),
        "since": _day(nudge.facts.get("since"), language, zone),
    }

    def said(sentence: Sentence) -> str:
        if sentence.many is None:
            return say(sentence.one, language=language, **facts)
        return say_many(sentence.one, sentence.many, count, language=language, **facts)

    return Said(
        title=said(kind.title),
        reason=said(kind.reason),
        action=said(kind.action),
        name=name if "person_id" in nudge.facts else reminder.event_name or "",
    )


def _moment(moment: datetime | None, language: str, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    return str(format_datetime(moment.astimezone(zone), "EEEE d MMMM, HH:mm", locale=language))


def _day(moment: str | None, language: str, zone: ZoneInfo) -> str:
    if moment is None:
        return ""
    local = datetime.fromisoformat(moment).astimezone(zone)
    return str(format_date(local.date(), "d MMMM", locale=language))

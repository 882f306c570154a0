"""How is a nudge said on the wire, in its reader's language?"""

from schemas.nudges import NudgeActionOut, NudgeOut
from server.nudges.queries import Reminder
from server.nudges.rules import KINDS
from server.texts import say


def nudge_out(reminder: Reminder, language: str) -> NudgeOut:
    nudge, kind = reminder.nudge, KINDS[reminder.nudge.kind]
    words = {
        "event": reminder.event_name,
        "exhibitor": nudge.facts.get("exhibitor"),
        "person": reminder.person_name or say("Somebody you met", language=language),
    }
    return NudgeOut(
        id=nudge.id,
        kind=nudge.kind,
        title=say(kind.title.one, language=language, **words),
        reason=say(kind.reason.one, language=language, **words),
        action=NudgeActionOut(
            operation=kind.operation,
            text=say(kind.action.one, language=language, **words),
            event_id=nudge.facts.get("event_id"),
            release_id=nudge.facts.get("release_id"),
            person_id=nudge.facts.get("person_id"),
        ),
        state=nudge.state,
        created_at=nudge.created_at,
        useful_until=nudge.useful_until,
    )

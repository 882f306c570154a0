"""How is a nudge said on the wire, in its reader's language?"""

from zoneinfo import ZoneInfo

from schemas.nudges import NudgeActionOut, NudgeOut
from server.nudges.kinds import KINDS
from server.nudges.queries import Reminder
from server.nudges.words import say_nudge


def nudge_out(reminder: Reminder, language: str, zone: ZoneInfo) -> NudgeOut:
    nudge, kind = reminder.nudge, KINDS[reminder.nudge.kind]
    said = say_nudge(reminder, language, zone)
    proposal = nudge.facts.get("proposal")
    return NudgeOut(
        id=nudge.id,
        kind=nudge.kind,
        title=said.title,
        reason=said.reason,
        action=NudgeActionOut(
            operation=kind.operation,
            text=said.action,
            event_id=nudge.facts.get("event_id"),
            release_id=nudge.facts.get("release_id"),
            interview_id=nudge.facts.get("interview_id"),
            person_id=nudge.facts.get("person_id"),
            proposal=None if proposal is None else int(proposal),
        ),
        outcomes=list(kind.outcomes),
        state=nudge.state,
        snoozed_until=nudge.snoozed_until,
        created_at=nudge.created_at,
        useful_until=nudge.useful_until,
    )

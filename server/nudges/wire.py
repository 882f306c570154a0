"""How are nudges and choices about them said on the wire, in their reader's language?"""

from zoneinfo import ZoneInfo

from schemas.nudges import KindChoiceOut, NudgeActionOut, NudgeOut, NudgePreferencesOut
from server.nudges.kinds import KINDS, kind_label
from server.nudges.preferences import MyChoices
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
            introduction_id=nudge.facts.get("introduction_id"),
            person_id=nudge.facts.get("person_id"),
            proposal=None if proposal is None else int(proposal),
        ),
        outcomes=list(kind.outcomes),
        state=nudge.state,
        snoozed_until=nudge.snoozed_until,
        created_at=nudge.created_at,
        useful_until=nudge.useful_until,
    )


def preferences_out(mine: MyChoices, language: str) -> NudgePreferencesOut:
    choices = mine.choices
    return NudgePreferencesOut(
        quiet_from=f"{choices.quiet_from:%H:%M}",
        quiet_until=f"{choices.quiet_until:%H:%M}",
        zone=mine.zone,
        unknown_zones=list(mine.unknown_zones),
        rhythm="weekly" if choices.weekly else "daily",
        paused_until=choices.paused_until,
        stopped=choices.stopped,
        mails_stopped=choices.mails_stopped,
        details_in_push=choices.details_in_push,
        kinds=[
            KindChoiceOut(
                kind=name,
                label=kind_label(name, language),
                notice=kind.notice,
                wanted=choices.of(name).wanted,
                push=choices.of(name).push,
                email=choices.of(name).email,
            )
            for name, kind in KINDS.items()
        ],
        stopped_people=sorted(choices.stopped_people),
        version=mine.version,
    )

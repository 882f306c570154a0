"""How is a suggestion said on the wire, in its reader's language?"""

from schemas.suggestions import (
    EvidenceOut,
    ReasonOut,
    SuggestedActionOut,
    SuggestedPersonOut,
    SuggestionOut,
)
from server.suggestions.reading import Shown
from server.suggestions.reasons import ACTIONS, SENTENCES, Reason
from server.suggestions.today import OPERATIONS, phrases_of
from server.texts import say, say_many


def suggestion_out(shown: Shown, language: str) -> SuggestionOut:
    made, why = shown.suggestion, shown.why
    return SuggestionOut(
        id=made.id,
        event_id=made.event_id,
        event_name=shown.event.name,
        person=SuggestedPersonOut.model_validate(shown.person),
        reasons=[reason_out(reason, language) for reason in why.reasons],
        for_me=reason_out(why.for_reader, language),
        for_them=reason_out(why.for_other, language),
        action=action_out(why.action, language),
        rank=made.rank,
        state=made.state,
        snoozed_until=made.snoozed_until if made.state == "snoozed" else None,
        created_at=made.created_at,
    )


def action_out(code: str, language: str) -> SuggestedActionOut:
    return SuggestedActionOut(
        code=code, text=say(ACTIONS[code].one, language=language), operation=OPERATIONS[code]
    )


def reason_out(reason: Reason, language: str) -> ReasonOut:
    mine, theirs, count = phrases_of(reason)
    sentence = SENTENCES[reason.code]
    text = (
        say(sentence.one, language=language, **reason.evidence)
        if sentence.many is None
        else say_many(sentence.one, sentence.many, count or 0, language=language)
    )
    return ReasonOut(code=reason.code, text=text, evidence=EvidenceOut(mine=mine, theirs=theirs, count=count))

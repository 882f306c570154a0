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
    why = shown.why
    return SuggestionOut(
        id=shown.id,
        event_id=shown.event_id,
        event_name=shown.event_name,
        person=SuggestedPersonOut.model_validate(shown.person),
        reasons=[reason_out(reason, language) for reason in why.reasons],
        for_me=reason_out(why.for_reader, language),
        for_them=reason_out(why.for_other, language),
        action=action_out(why.action, language),
        rank=shown.rank,
        state=shown.state,
        snoozed_until=shown.snoozed_until,
        created_at=shown.created_at,
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

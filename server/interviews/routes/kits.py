"""What helps with a talk, before and after it."""

from litestar import get

from schemas.kits import AfterwardsOut, KitOut, NotedOut, QuestionOut, WordsOut
from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.interviews import errors, wording
from server.interviews.kits import Kit, get_kit
from server.interviews.wire import InterviewId
from server.people.queries import language_of
from server.requests import Languages
from server.suggestions.reasons import Sentence
from server.suggestions.wire import reason_out
from server.texts import say


@get(
    "/interviews/{interview_id:str}/kit",
    **operation(
        "get_interview_kit",
        "Read what helps me with a booked talk",
        errors.InterviewNotFound,
        errors.NotScheduled,
    ),
)
async def get_interview_kit(interview_id: InterviewId, db: Db, me: Me, asked_languages: Languages) -> KitOut:
    """Before: what I noted, what we have in common, five questions, how to begin and to end. After: a thank-you to
    send myself, questions for my debrief, whom to meet next, what I can do for them."""
    language = await language_of(db, me.person_id, asked_languages)
    return _kit_out(await get_kit(db, me, interview_id), language)


def _kit_out(kit: Kit, language: str) -> KitOut:
    def said(sentence: Sentence, **facts: str) -> str:
        return say(sentence.one, language=language, **facts)

    talk, side = kit.interview, kit.side
    return KitOut(
        interview_id=talk.id,
        side=side,
        purpose=talk.purpose,
        ask=talk.ask,
        offer=talk.offer,
        noted=[
            NotedOut(label=one.label, note=one.note, tags=list(one.tags), noted_at=one.at)
            for one in kit.noted
        ],
        in_common=[reason_out(reason, language) for reason in kit.in_common],
        questions=[
            QuestionOut(theme=one.theme, text=said(one.sentence, topic=one.topic or ""))
            for one in kit.questions
        ],
        opening=WordsOut(
            say=said(wording.OPENINGS[side, talk.purpose]),
            hints=[said(hint) for hint in wording.opening_hints(side, kit.edition, noted=bool(kit.noted))],
        ),
        closing=WordsOut(
            say=said(wording.CLOSINGS[side]), hints=[said(hint) for hint in wording.CLOSING_HINTS[side]]
        ),
        afterwards=AfterwardsOut(
            thanks=_thanks(kit, language),
            thanks_hint=said(wording.THANKS_HINT),
            debrief=[said(prompt) for prompt in wording.DEBRIEF[side, kit.edition]],
            who_next=said(wording.WHO_NEXT[side]),
            what_i_can_do=[
                said(line.sentence, **line.facts) for line in wording.what_i_can_do(kit.asks, kit.gift)
            ],
        ),
    )


def _thanks(kit: Kit, language: str) -> str:
    greeting = wording.GREETING if kit.name else wording.GREETING_WITHOUT_NAME
    parts = [
        say(greeting.one, language=language, name=kit.name),
        say(wording.THANKS[kit.side, kit.interview.purpose].one, language=language),
        kit.my_name,
    ]
    return "\n\n".join(part for part in parts if part)


handlers = [get_interview_kit]

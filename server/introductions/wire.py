"""How is an introduction said on the wire?"""

from schemas.introductions import (
    CandidateOut,
    FitReasonOut,
    IntroducedPersonOut,
    IntroductionOut,
    IntroductionTargetOut,
)
from server.introductions.candidates import Candidate
from server.introductions.fitting import SENTENCES
from server.introductions.seen import Seen
from server.texts import say


def introduction_out(seen: Seen) -> IntroductionOut:
    return IntroductionOut(
        id=seen.id,
        side=seen.side,
        state=seen.state,
        seeks=seen.seeks,
        what=seen.what,
        why=seen.why,
        blurb=seen.blurb,
        interview_id=seen.interview_id,
        asker=IntroducedPersonOut.model_validate(seen.asker),
        connectors=[IntroducedPersonOut.model_validate(one) for one in seen.connectors],
        targets=[
            IntroductionTargetOut(
                person=IntroducedPersonOut.model_validate(one.person),
                connector_id=one.connector_id,
                introduced_at=one.introduced_at,
            )
            for one in seen.targets
        ],
        asked_at=seen.asked_at,
        expires_at=seen.expires_at,
    )


def candidate_out(candidate: Candidate, language: str) -> CandidateOut:
    return CandidateOut(
        person=IntroducedPersonOut.model_validate(candidate.person),
        reasons=[
            FitReasonOut(
                code=reason.code,
                text=say(SENTENCES[reason.code].one, language=language, evidence=reason.evidence),
                evidence=reason.evidence,
            )
            for reason in candidate.fit.reasons
        ],
    )

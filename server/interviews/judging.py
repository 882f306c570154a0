"""One answer to an interview, judged by the table of states under the row's lock, and recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Self
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.failures import Failure, InvalidRequest
from server.interviews import booking, errors, rules, states
from server.interviews.models import Interview
from server.interviews.seen import side_of
from server.interviews.states import Action, Changed, Side, State
from server.mail import post_mail

REFUSALS: dict[type[states.TransitionRefused], type[Failure]] = {
    states.NoLongerOpen: errors.NoLongerOpen,
    states.NotYourTurn: errors.NotYourTurn,
    states.NotScheduled: errors.NotScheduled,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer about to be judged: the locked interview, who answers, and a digest of what they say."""

    db: AsyncSession
    interview: Interview
    me: UUID
    said: str
    now: datetime

    @classmethod
    async def begin(
        cls, db: AsyncSession, me: SignedIn, interview_id: UUID, *, now: datetime, **facts: object
    ) -> Self:
        interview = await booking.lock_interview(db, me, interview_id)
        return cls(db, interview, me.person_id, rules.said(**facts), now)

    @property
    def by(self) -> Side:
        return side_of(self.interview, self.me)

    @property
    def about_new_time(self) -> bool:
        """Whether another time for a booked talk waits to be answered."""
        return self.interview.moving

    def judge(self, action: Action, *, proposal: int | None = None) -> Changed | None:
        """What it changes; None if it was given before. Raises what the states refuse, and ProposalChanged."""
        interview = self.interview
        before = interview.asker_did if self.by is Side.ASKER else interview.host_did
        try:
            decided = states.next_state(
                State(interview.state),
                action,
                self.by,
                now=self.now,
                expires_at=interview.expires_at,
                ends_at=interview.ends_at,
                moving=side_of(interview, interview.proposed_by) if interview.moving else None,
                mine=action if before == self.said else None,
            )
        except states.TransitionRefused as refused:
            raise REFUSALS[type(refused)](f"It is {refused.state}.") from refused
        if not isinstance(decided, Changed):
            return None
        if proposal is not None and proposal != interview.proposal:
            raise errors.ProposalChanged
        return decided

    def record(self, decided: Changed, *, reply: str = "", resource: str = "") -> None:
        interview = self.interview
        interview.state, interview.moving = decided.state, decided.moving is not None
        interview.reply, interview.resource = reply, resource
        interview.answered_by, interview.answered_at = self.me, self.now
        if self.by is Side.ASKER:
            interview.asker_did = self.said
        else:
            interview.host_did = self.said
        interview.updated_at = self.now

    def propose(self, slots: tuple[datetime, ...]) -> None:
        """Make these the times to be answered. Raises InvalidRequest."""
        faults = rules.faults_of_slots(slots, self.interview.minutes, now=self.now)
        if faults:
            raise InvalidRequest(faults=faults)
        self.interview.slots = list(slots)
        self.interview.proposal += 1
        self.interview.proposed_by = self.me

    async def tell_calendars(self, kind: str) -> None:
        """Promise each of the two a mail of their own, numbered above all before."""
        self.interview.sequence += 1
        for person_id in (self.interview.asker_id, self.interview.host_id):
            await post_mail(self.db, kind, self.interview.id, now=self.now, person_id=person_id)

"""How is an interview said on the wire, by every operation that answers with one?"""

from datetime import datetime
from uuid import UUID

from litestar.params import FromPath
from sqlalchemy.ext.asyncio import AsyncSession

from schemas.interviews import InterviewOut
from server.accounts.access import SignedIn
from server.interviews.models import Interview
from server.interviews.seen import as_seen

InterviewId = FromPath[UUID]


async def interview_out(db: AsyncSession, me: SignedIn, interview: Interview, now: datetime) -> InterviewOut:
    [seen] = await as_seen(db, me.person_id, [interview], now=now)
    return InterviewOut.model_validate(seen)

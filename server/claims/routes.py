"""What a client can ask about claims."""

from dataclasses import fields
from uuid import UUID

from litestar import Router, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from schemas.claims import ClaimIn, ClaimOut
from schemas.consents import AgreedWordsOut
from server.accounts.access import Me
from server.claims import actions, errors
from server.contract import operation
from server.database import Db
from server.events.consents import AgreedWords, agreed_words
from server.events.errors import ConsentTextUnknown, EventNotFound
from server.events.models import Attendance
from server.limits import Limits, RateLimited
from server.requests import Now


@post(
    "/events/{event_id:str}/claim",
    status_code=200,
    **operation(
        "claim_attendance",
        "Make a place at an event mine",
        EventNotFound,
        ConsentTextUnknown,
        errors.NothingToClaim,
        errors.TicketNeeded,
        errors.AlreadyClaimed,
        errors.TicketInvalid,
        errors.BadgeDoesNotClaim,
        RateLimited,
    ),
)
async def claim_attendance(
    event_id: FromPath[UUID],
    data: JSONBody[ClaimIn],
    db: Db,
    me: Me,
    limits: NamedDependency[Limits],
    now: Now,
) -> ClaimOut:
    """By a confirmed address, or by the ticket; a badge never claims. Claiming again answers my place as it is:
    consents are changed by `update_my_attendance`. Who met the unclaimed person has met me, and what I scanned
    before counts. The ticket of a second place joins it into the one I have: I am expected once, and both badges
    and both tickets are mine."""
    place = await actions.claim_attendance(
        db,
        me,
        event_id,
        ticket=data.ticket,
        consents=actions.Consents(
            **{field.name: getattr(data.consents, field.name) for field in fields(actions.Consents)}
        ),
        limits=limits,
        now=now,
    )
    words = await agreed_words(db, [place])
    return claim_out(place, words[place.id])


def claim_out(place: Attendance, words: AgreedWords) -> ClaimOut:
    return ClaimOut(
        id=place.id,
        event_id=place.event_id,
        person_id=place.person_id,
        name=place.name,
        organisation=place.organisation,
        role=place.role,
        type=place.type,
        status=place.status,
        listed=place.listed,
        exhibitors_may_scan=place.exhibitors_may_scan,
        named_in_exports=place.named_in_exports,
        agreed_words=AgreedWordsOut.model_validate(words),
        claimed_at=place.claimed_at,
        version=place.version,
    )


routes = Router("/", tags=["events"], route_handlers=[claim_attendance])

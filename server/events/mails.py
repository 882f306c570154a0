"""The mail that invites somebody to an event's team."""

from zoneinfo import ZoneInfo

from babel.dates import format_date
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event, TeamMember
from server.mail import Letter, Mail
from server.texts import say


async def compose_team_invitation(db: AsyncSession, mail: Mail) -> Letter | None:
    """Nothing to whoever has joined or was removed meanwhile, or once the event is cancelled."""
    found = (
        await db.execute(
            select(TeamMember, Event)
            .join(Event, Event.id == TeamMember.event_id)
            .where(
                TeamMember.id == mail.subject_id,
                TeamMember.account_id.is_(None),
                Event.cancelled_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    member, event = found
    return Letter(
        to=member.email,
        subject=say("You are invited to the team of %(event)s", event=event.name),
        text=say(
            "Hello,\n\n"
            "you are invited to the team of %(event)s (%(day)s). %(duty)s\n\n"
            "To accept, sign in to Hallway with this address. If you did not expect this, ignore it: nothing happens "
            "until you sign in.\n",
            event=event.name,
            day=format_date(event.starts_at.astimezone(ZoneInfo(event.zone)), format="long", locale="en"),
            duty=duty(member.role),
        ),
    )


def duty(role: str) -> str:
    """What somebody does in this role, as `access.py` lets them."""
    duties = {
        "owner": say("As an owner you may do everything, and say who else is on the team."),
        "manager": say(
            "As a manager you keep the list of attendees, the tickets, the exhibitors and the exports."
        ),
        "supervisor": say("As a supervisor you look after the doors, and settle what goes wrong there."),
        "door": say("At the door you let people in and out, and help them with their badges."),
        "analyst": say("As an analyst you see figures, and nobody's name."),
    }
    return duties[role]

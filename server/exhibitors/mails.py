"""The mail that invites somebody to an exhibitor's staff."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.exhibitors.models import Exhibitor, StaffMember
from server.mail import Letter, Mail
from server.texts import say


async def compose_staff_invitation(db: AsyncSession, mail: Mail) -> Letter | None:
    """Nothing to whoever has joined or was removed meanwhile, or once the event is cancelled."""
    found = (
        await db.execute(
            select(StaffMember, Exhibitor, Event)
            .join(
                Exhibitor,
                (Exhibitor.event_id == StaffMember.event_id) & (Exhibitor.id == StaffMember.exhibitor_id),
            )
            .join(Event, Event.id == StaffMember.event_id)
            .where(
                StaffMember.id == mail.subject_id,
                StaffMember.account_id.is_(None),
                StaffMember.removed_at.is_(None),
                Event.cancelled_at.is_(None),
            )
        )
    ).one_or_none()
    if found is None:
        return None
    member, exhibitor, event = found
    return Letter(
        to=member.email,
        subject=say(
            "%(exhibitor)s at %(event)s: you are invited", exhibitor=exhibitor.name, event=event.name
        ),
        text=say(
            "Hello %(name)s,\n\n"
            "you are invited to the staff of %(exhibitor)s at %(event)s. You can scan visitors who agree to it.\n\n"
            "To accept, sign in to Hallway with this address. If you did not expect this, ignore it: nothing happens "
            "until you sign in.\n",
            name=member.name,
            exhibitor=exhibitor.name,
            event=event.name,
        ),
    )

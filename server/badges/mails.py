"""The mail that brings a ticket."""

from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.drawing import png, ticket_matrix
from server.badges.keys import ticket_of
from server.badges.models import TicketLetter
from server.events.models import Attendance, Event
from server.mail import Composer, Letter, Mail, Picture
from server.texts import say

SCALE = 6  # pixels a module: 318 pixels, small enough for a phone and sharp enough for a door


def compose_ticket(master: bytes) -> Composer:
    """The ticket is signed when the mail leaves, so that none lies anywhere, and one cancelled meanwhile is none."""

    async def compose(db: AsyncSession, mail: Mail) -> Letter | None:
        found = (
            await db.execute(
                select(Attendance, Event)
                .join(Event, Event.id == Attendance.event_id)
                .join(
                    TicketLetter,
                    (TicketLetter.event_id == Attendance.event_id)
                    & (TicketLetter.attendance_id == Attendance.id),
                )
                .where(TicketLetter.id == mail.subject_id)
            )
        ).one_or_none()
        if found is None:
            return None
        attendance, event = found
        if attendance.status != "expected" or attendance.email is None or event.cancelled_at is not None:
            return None
        ticket = await ticket_of(db, attendance, master=master, now=mail.created_at)
        return Letter(
            to=attendance.email,
            subject=say("Your ticket for %(event)s", event=event.name),
            text=_text(attendance, event, ticket.token),
            picture=Picture(name="ticket.png", png=png(ticket_matrix(ticket.token), scale=SCALE)),
        )

    return compose


def _text(attendance: Attendance, event: Event, token: str) -> str:
    return say(
        "Hello %(name)s,\n\n"
        "this is your ticket for %(event)s.\n\n"
        "From: %(starts)s\n"
        "To: %(ends)s\n"
        "(%(zone)s)\n"
        "%(venue)s\n\n"
        "Show the attached code at the door. To use the app there, sign in with this address, or give it this "
        "ticket:\n\n"
        "%(token)s\n\n"
        "Whoever has the ticket is let in: keep it to yourself.\n",
        name=attendance.name,
        event=event.name,
        starts=_local(event.starts_at, event.zone),
        ends=_local(event.ends_at, event.zone),
        zone=event.zone,
        venue=event.venue,
        token=token,
    )


def _local(moment: datetime, zone: str) -> str:
    return format_datetime(moment, "EEEE, d MMMM y, HH:mm", tzinfo=ZoneInfo(zone), locale="en")

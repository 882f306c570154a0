"""The mail that brings a ticket."""

from datetime import datetime
from email.utils import parseaddr
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from server.badges.drawing import png, ticket_matrix
from server.badges.entry import Happening, calendar_entry
from server.badges.keys import ticket_of
from server.badges.mail_page import TicketWords, notice, opt_out_words, ticket_page
from server.badges.models import TicketLetter
from server.events.models import Attendance, Event
from server.mail import Composer, Letter, Mail, Page, Picture
from server.mailed_links import opt_out_url
from server.settings import Settings
from server.texts import say

SCALE = 12  # pixels a module: 636 pixels, two for each that a phone shows of them


def compose_ticket(settings: Settings) -> Composer:
    """The ticket is signed when the mail leaves, so that none lies anywhere, and one cancelled meanwhile is none."""
    master = settings.secret("ticket")
    _, organizer = parseaddr(settings.mail_from)
    host = urlsplit(settings.public_url).hostname or "localhost"

    async def compose(db: AsyncSession, mail: Mail) -> Letter | None:
        found = (
            await db.execute(
                select(Attendance, Event, TicketLetter)
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
        attendance, event, letter = found
        if attendance.status != "expected" or attendance.email is None or event.cancelled_at is not None:
            return None
        unclaimed = attendance.claimed_at is None
        letter.sent_to = attendance.email
        opt_out = opt_out_url(settings, letter.id) if unclaimed else None
        ticket = await ticket_of(db, attendance, master=master, now=mail.created_at)
        entry = calendar_entry(happening(event, host), organizer=organizer, now=mail.tried_at)
        return Letter(
            to=attendance.email,
            subject=say("Your ticket for %(event)s", event=event.name),
            text=_text(attendance, event, ticket.token, opt_out),
            page=_page(attendance, event, ticket.token, opt_out, cid=f"ticket.{mail.id}@{host}"),
            calendar_file=entry,
        )

    return compose


def happening(event: Event, host: str) -> Happening:
    return Happening(
        uid=uid_of(event.id, host),
        sequence=event.version - 1,
        name=event.name,
        venue=event.venue,
        zone=ZoneInfo(event.zone),
        start=event.starts_at,
        end=event.ends_at,
        edited_at=event.updated_at,
    )


def uid_of(event_id: UUID, host: str) -> str:
    """The one id of this event in every mail, for good: a ticket mailed again makes no second entry."""
    return f"event-{event_id}@{host}"


def _text(attendance: Attendance, event: Event, token: str, opt_out: str | None) -> str:
    text = say(
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
    return text if opt_out is None else f"{text}\n{notice(event.name)}\n{opt_out_words()}: {opt_out}\n"


def _page(attendance: Attendance, event: Event, token: str, opt_out: str | None, *, cid: str) -> Page:
    words = TicketWords(
        name=attendance.name,
        event=event.name,
        when=_span(event.starts_at, event.ends_at, event.zone),
        zone=event.zone,
        venue=event.venue,
        token=token,
        picture=cid,
        opt_out=opt_out,
    )
    picture = Picture(name="ticket.png", cid=cid, png=png(ticket_matrix(token), scale=SCALE))
    return Page(html=ticket_page(words), picture=picture)


def _span(start: datetime, end: datetime, zone: str) -> str:
    """On one line if it ends on the day it starts, else on two."""
    if len({moment.astimezone(ZoneInfo(zone)).date() for moment in (start, end)}) == 1:
        until = format_datetime(end, "HH:mm", tzinfo=ZoneInfo(zone), locale="en")
        return say("%(starts)s to %(ends)s", starts=_local(start, zone), ends=until)
    return say("%(starts)s\nto %(ends)s", starts=_local(start, zone), ends=_local(end, zone))


def _local(moment: datetime, zone: str) -> str:
    return format_datetime(moment, "EEEE, d MMMM y, HH:mm", tzinfo=ZoneInfo(zone), locale="en")

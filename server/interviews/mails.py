"""Booked talks by mail: to each of the two apart, in their zone and language, with their calendar entry."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_datetime
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.queries import mail_address_of
from server.interviews import calendar
from server.interviews.calendar import BookedTalk, Reader, Sender
from server.interviews.errors import NotScheduled
from server.interviews.hours import UTC_NAME
from server.interviews.models import Interview
from server.interviews.seen import Seen, as_seen
from server.interviews.states import State
from server.mail import Composer, Letter, Mail
from server.people.queries import profiles_of
from server.settings import Settings
from server.texts import LANGUAGES, say


@dataclass(frozen=True, slots=True)
class Copy:
    """One talk for one of its two readers."""

    talk: BookedTalk
    reader: Reader
    seen: Seen
    language: str

    @property
    def facts(self) -> dict[str, object]:
        """What the sentences below name."""
        at = self.talk.start.astimezone(self.reader.zone)
        return {
            "name": self.talk.other,
            "minutes": self.seen.minutes,
            "when": format_datetime(at, "EEEE d MMMM yyyy, HH:mm", locale=self.language),
            "zone": self.reader.zone.key,
        }

    def say(self, message: str) -> str:
        """A sentence of the calendar entry."""
        return say(message, language=self.language)


def sender(settings: Settings) -> Sender:
    """Hallway's address and public host, which make it the organizer of every talk."""
    name, address = parseaddr(settings.mail_from)
    return Sender(
        email=address, host=urlsplit(settings.public_url).hostname or "localhost", name=name or "Hallway"
    )


def composers(settings: Settings) -> dict[str, Composer]:
    by = sender(settings)
    return {
        "interview_scheduled": _composer(compose_scheduled, by),
        "interview_moved": _composer(compose_moved, by),
        "interview_cancelled": _composer(compose_cancelled, by),
    }


def compose_scheduled(copy: Copy, by: Sender, now: datetime) -> Letter | None:
    subject = say("Talk with %(name)s: %(when)s", language=copy.language, **copy.facts)
    opening = say("You and %(name)s will talk for %(minutes)s minutes.", language=copy.language, **copy.facts)
    return _invitation(copy, subject, opening, by, now=now)


def compose_moved(copy: Copy, by: Sender, now: datetime) -> Letter | None:
    subject = say("New time for your talk with %(name)s: %(when)s", language=copy.language, **copy.facts)
    opening = say("Your talk with %(name)s has a new time.", language=copy.language, **copy.facts)
    return _invitation(copy, subject, opening, by, now=now)


def compose_cancelled(copy: Copy, by: Sender, now: datetime) -> Letter | None:
    """Also for talks that began by now: a calendar must not keep what does not hold."""
    if not copy.talk.cancelled:
        return None
    lines = [
        say(
            "Your talk with %(name)s on %(when)s (%(zone)s) is cancelled.",
            language=copy.language,
            **copy.facts,
        )
    ]
    if copy.seen.reply and copy.seen.answered_by is not copy.seen.side:
        lines.append(say("They say: %(reply)s", language=copy.language, reply=copy.seen.reply))
    lines.append(say("It is taken out of your calendar.", language=copy.language))
    entry = calendar.cancellation(copy.talk, copy.reader, sender=by, now=now, gettext=copy.say)
    return Letter(
        to=copy.reader.email,
        subject=say("Cancelled: talk with %(name)s, %(when)s", language=copy.language, **copy.facts),
        text="\n\n".join(lines) + "\n",
        calendar=("CANCEL", entry),
    )


def _invitation(copy: Copy, subject: str, opening: str, by: Sender, *, now: datetime) -> Letter | None:
    """Nothing to say of a talk that was cancelled or is over by now."""
    if copy.talk.cancelled or copy.talk.end <= now:
        return None
    details = [say("When: %(when)s (%(zone)s)", language=copy.language, **copy.facts)]
    if copy.talk.place:
        details.append(say("Where: %(place)s", language=copy.language, place=copy.talk.place))
    details.append(say("Asked: %(ask)s", language=copy.language, ask=copy.talk.ask))
    if copy.seen.offer:
        details.append(say("Offered in return: %(offer)s", language=copy.language, offer=copy.seen.offer))
    closing = say("To move or cancel it, open Hallway.", language=copy.language)
    entry = calendar.invitation(copy.talk, copy.reader, sender=by, now=now, gettext=copy.say)
    return Letter(
        to=copy.reader.email,
        subject=subject,
        text="\n\n".join([opening, "\n".join(details), closing]) + "\n",
        calendar=("REQUEST", entry),
    )


Compose = Callable[[Copy, Sender, datetime], Letter | None]


def _composer(compose: Compose, by: Sender) -> Callable[[AsyncSession, Mail], Awaitable[Letter | None]]:
    """Composes from what is stored when it is sent, so that a late mail carries the newest time and number."""

    async def compose_mail(db: AsyncSession, mail: Mail) -> Letter | None:
        interview = await db.get(Interview, mail.subject_id)
        if interview is None or mail.person_id is None:
            return None
        [copy] = await copies_for(db, mail.person_id, [interview], now=mail.tried_at, leaving_too=True)
        return compose(copy, by, mail.tried_at) if copy.reader.email else None

    return compose_mail


async def calendar_file(
    db: AsyncSession, interview: Interview, person_id: UUID, by: Sender, *, now: datetime
) -> bytes:
    """A talk that is or was booked, as a file. Raises NotScheduled for any other."""
    if interview.starts_at is None:
        raise NotScheduled
    copy = await copy_for(db, interview, person_id, now=now)
    return calendar.published(copy.talk, copy.reader, sender=by, now=now, gettext=copy.say)


async def copy_for(db: AsyncSession, interview: Interview, person_id: UUID, *, now: datetime) -> Copy:
    """A talk that is or was booked, for one of its people. Raises NotScheduled for any other."""
    [copy] = await copies_for(db, person_id, [interview], now=now)
    return copy


async def copies_for(
    db: AsyncSession,
    person_id: UUID,
    interviews: Sequence[Interview],
    *,
    now: datetime,
    leaving_too: bool = False,
) -> list[Copy]:
    """As many queries for one as for many. `leaving_too` as for `as_seen`."""
    reader, language = await reader_of(db, person_id)
    seen = await as_seen(db, person_id, interviews, now=now, leaving_too=leaving_too)
    return [
        Copy(_talk(interview, one, language), reader, one, language)
        for interview, one in zip(interviews, seen, strict=True)
    ]


async def reader_of(db: AsyncSession, person_id: UUID) -> tuple[Reader, str]:
    """Somebody as the reader of their calendar, and their language."""
    profile = (await profiles_of(db, [person_id])).get(person_id)
    reader = Reader(
        name=profile.name if profile else "",
        email=await mail_address_of(db, person_id) or "",
        zone=ZoneInfo(profile.zone if profile else UTC_NAME),
    )
    return reader, language_of(profile.languages if profile else [])


def _talk(interview: Interview, seen: Seen, language: str) -> BookedTalk:
    if interview.starts_at is None or interview.ends_at is None:
        raise NotScheduled
    return BookedTalk(
        interview_id=interview.id,
        sequence=interview.sequence,
        start=interview.starts_at.astimezone(UTC),
        end=interview.ends_at.astimezone(UTC),
        other=seen.other.name or say("somebody you met", language=language),
        purpose=purposes_in(language).get(interview.purpose, ""),
        ask=interview.ask,
        place=interview.place,
        cancelled=interview.state == State.CANCELLED,
    )


def language_of(spoken: list[str]) -> str:
    """The first of somebody's languages that Hallway has words in; English else."""
    return next((tag.split("-")[0].lower() for tag in spoken if tag.split("-")[0].lower() in LANGUAGES), "en")


def purposes_in(language: str) -> dict[str, str]:
    return {
        "learn": say("learning from experience", language=language),
        "explore_role": say("exploring a role", language=language),
        "job_search": say("job search", language=language),
        "exchange": say("exchange of experience", language=language),
        "advice": say("advice", language=language),
        "hiring": say("hiring", language=language),
    }

"""The letter to somebody who deletes their account: until when they can take it back, and who had received what."""

from babel.dates import format_date
from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.queries import mail_address_of
from server.mail import Letter, Mail
from server.people.queries import language_of
from server.privacy.models import Erasure
from server.privacy.receipts import Received, receipt_of
from server.texts import say


async def compose_receipt(db: AsyncSession, mail: Mail) -> Letter | None:
    """Nothing to say once it was taken back, or done."""
    erasure = await db.get(Erasure, mail.subject_id)
    address = await mail_address_of(db, mail.subject_id)
    if erasure is None or erasure.cancelled_at or address is None:
        return None
    language = await language_of(db, erasure.person_id)
    lines = [_line(one, language) for one in await receipt_of(db, erasure.person_id)]
    day = format_date(erasure.erase_at, "long", locale=language)
    text = [
        say(
            "You asked us to delete your account. Nobody sees you any more.\n\n"
            "On %(day)s everything of yours is erased. Until then you can take it back: sign in, and choose to stay.",
            language=language,
            day=day,
        ),
        say("This is what others had received of you:", language=language)
        if lines
        else say("Nobody had received anything of you.", language=language),
        *(["\n".join(lines)] if lines else []),
        say(
            "People you met keep that they met a former attendee, where, and their own notes. An organizer keeps what"
            " they imported until their event's data is purged.",
            language=language,
        ),
    ]
    return Letter(
        to=address,
        subject=say("Your account is deleted on %(day)s", language=language, day=day),
        text="\n\n".join(text) + "\n",
    )


def _line(one: Received, language: str) -> str:
    return say(
        "- %(who)s, %(event)s, since %(day)s: %(fields)s",
        language=language,
        who=one.name or say("somebody you met", language=language),
        event=one.event_name,
        day=format_date(one.first_at, "medium", locale=language),
        fields=", ".join(one.fields),
    )

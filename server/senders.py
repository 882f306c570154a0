"""How does a letter leave? By SMTP, or into a folder to be looked at."""

from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib

from server.settings import SettingsWrong


class Sender(Protocol):
    async def send(self, message: EmailMessage, *, return_to: str | None) -> None:
        """`return_to` is where a letter that cannot be delivered goes (RFC 5321, 4.4); None is whoever it is from."""


@dataclass(frozen=True, slots=True)
class SmtpSender:
    """`smtp://user:password@host:587` (STARTTLS where offered) or `smtps://…:465`."""

    url: str

    async def send(self, message: EmailMessage, *, return_to: str | None) -> None:
        parts = urlsplit(self.url)
        await aiosmtplib.send(
            message,
            sender=return_to,
            hostname=parts.hostname,
            port=parts.port,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            timeout=20,
        )


@dataclass(frozen=True, slots=True)
class FolderSender:
    """Writes each message as an .eml file, whole or not at all: for the demo and for looking at mail."""

    folder: Path

    async def send(self, message: EmailMessage, *, return_to: str | None) -> None:  # noqa: ARG002
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = message["Message-ID"].strip("<>").split("@")[0]
        unfinished = self.folder / f".{name}.tmp"
        unfinished.write_bytes(message.as_bytes(policy=SMTP))
        unfinished.rename(self.folder / f"{name}.eml")


def open_sender(url: str) -> Sender:
    scheme, _, rest = url.partition("://")
    if scheme == "folder":
        return FolderSender(Path(rest))
    if scheme in {"smtp", "smtps"} and urlsplit(url).hostname:
        return SmtpSender(url)
    raise SettingsWrong("HALLWAY_MAIL_URL must begin with smtp://, smtps:// or folder://.")


def refusal(failed: Exception) -> int | None:
    """The code with which the receiver refused this letter for good (5xx to its address or content, RFC 5321, 4.2.1);
    None for what may go through later, and for what is ours to mend (signing in, the sender's address)."""
    if isinstance(failed, aiosmtplib.SMTPRecipientsRefused):
        codes = [refused.code for refused in failed.recipients]
    elif isinstance(failed, aiosmtplib.SMTPDataError):
        codes = [failed.code]
    else:
        return None
    return next((code for code in codes if code >= 500), None)


def is_dead_address(failed: Exception) -> bool:
    """Whether the receiver refused the address itself, for good; not us or the letter."""
    if not isinstance(failed, aiosmtplib.SMTPRecipientsRefused):
        return False
    return all(refused.code >= 500 and blames_address(refused.message) for refused in failed.recipients)


def blames_address(status: str) -> bool:
    """Whether a status, as a server says or reports it (RFC 3463), is about the address: not about the receiver's
    system, the letter's content, or its policy, such as a blocklist that we are on."""
    return not status.startswith(("5.3.", "5.6.", "5.7."))


def perhaps_sent(failed: Exception) -> bool:
    """Whether the letter may be on its way all the same: no answer said that it is not, and the line stood."""
    said_no = (
        aiosmtplib.SMTPConnectError,
        aiosmtplib.SMTPResponseException,
        aiosmtplib.SMTPRecipientsRefused,
        aiosmtplib.SMTPNotSupported,
    )
    return not isinstance(failed, said_no)


def return_path(bounces_to: str | None, mail_id: UUID) -> str | None:
    """`bounces+<id>@example.org`: a letter that comes back there says which it was, whatever the report holds."""
    if bounces_to is None:
        return None
    local, _, host = bounces_to.rpartition("@")
    return f"{local}+{mail_id}@{host}"

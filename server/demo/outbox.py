"""The mail that people of the demo get, read from the folder it is written to instead of being sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Final, cast

_CODE: Final = re.compile(r"\b\d{6}\b")


@dataclass(slots=True)
class Outbox:
    """A mailbox for everybody. What lay in the folder before it was opened belongs to an earlier time."""

    folder: Path
    _read: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._read.update(path.name for path in self.folder.glob("*.eml"))

    def new_mails(self) -> Iterator[tuple[Path, EmailMessage]]:
        """What came since the last look, in no particular order."""
        for path in self.folder.glob("*.eml"):
            if path.name not in self._read:
                self._read.add(path.name)
                # What the default policy makes is an EmailMessage; the signature only promises its parent.
                yield path, cast("EmailMessage", message_from_bytes(path.read_bytes(), policy=default))


def sign_in_code(mail: EmailMessage) -> str | None:
    """The six digits in the subject, as a person would read them off a notification."""
    found = _CODE.search(mail["Subject"])
    return found and found[0]


def invitation(mail: EmailMessage) -> tuple[str, str] | None:
    """The iTIP method and the iCalendar text of a mail that carries one (RFC 6047)."""
    for part in mail.walk():
        if part.get_content_type() == "text/calendar":
            method = part.get_param("method")
            return str(method), cast("EmailMessage", part).get_content()
    return None

"""The address in a mail at which its reader stops such mail, signed out. It names a nudge, which says whose it is and
of which kind."""

from uuid import UUID

from server.mailed_links import read_token, write_token
from server.settings import Settings

PURPOSE = "stop mail"


def stop_url(settings: Settings, nudge_id: UUID) -> str:
    return f"{settings.public_url}/stop/{write_stop_token(settings.secret('session'), nudge_id)}"


def write_stop_token(secret: bytes, nudge_id: UUID) -> str:
    return write_token(secret, PURPOSE, nudge_id)


def read_stop_token(secret: bytes, text: str) -> UUID | None:
    """Which nudge's mail it came with; None for what we did not write."""
    return read_token(secret, PURPOSE, text)

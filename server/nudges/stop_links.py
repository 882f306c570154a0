"""The address in a mail at which its reader stops such mail, signed out: derived and checked, so that none is stored.

It names a nudge, which says whose it is and of which kind; nothing in it is of use for anything else.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from server.settings import Settings


def stop_url(settings: Settings, nudge_id: UUID) -> str:
    return f"{settings.public_url}/stop/{write_stop_token(settings.secret('session'), nudge_id)}"


def write_stop_token(secret: bytes, nudge_id: UUID) -> str:
    """base64url of the nudge's id (16 bytes) and half an HMAC-SHA256 of it (16): 43 characters."""
    return base64.urlsafe_b64encode(nudge_id.bytes + _mac(secret, nudge_id)).decode().rstrip("=")


def read_stop_token(secret: bytes, text: str) -> UUID | None:
    """Which nudge's mail it came with; None for what we did not write."""
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    nudge_id = UUID(bytes=raw[:16]) if len(raw) == 32 else None
    if nudge_id is None or not hmac.compare_digest(
        text.encode(), write_stop_token(secret, nudge_id).encode()
    ):
        return None
    return nudge_id


def _mac(secret: bytes, nudge_id: UUID) -> bytes:
    return hmac.digest(secret, b"stop mail\x00" + nudge_id.bytes, hashlib.sha256)[:16]

"""The opaque part of an address in a mail, for whoever is signed out: derived and checked, so that none is stored.

It names a row, and is good for one purpose; nothing in it is of use for anything else.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID

from server.settings import Settings

OPT_OUT = "opt out"


def opt_out_url(settings: Settings, letter_id: UUID) -> str:
    """Where whoever got this ticket letter says that Hallway shall leave them alone."""
    return f"{settings.public_url}/opt-out/{write_token(settings.secret('session'), OPT_OUT, letter_id)}"


def write_token(secret: bytes, purpose: str, row_id: UUID) -> str:
    """base64url of the row's id (16 bytes) and half an HMAC-SHA256 of it (16): 43 characters."""
    return base64.urlsafe_b64encode(row_id.bytes + _mac(secret, purpose, row_id)).decode().rstrip("=")


def read_token(secret: bytes, purpose: str, text: str) -> UUID | None:
    """Which row's mail it came with; None for what we did not write."""
    try:
        raw = base64.b64decode(text + "=", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    row_id = UUID(bytes=raw[:16]) if len(raw) == 32 else None
    if row_id is None or not hmac.compare_digest(
        text.encode(), write_token(secret, purpose, row_id).encode()
    ):
        return None
    return row_id


def _mac(secret: bytes, purpose: str, row_id: UUID) -> bytes:
    return hmac.digest(secret, purpose.encode() + b"\x00" + row_id.bytes, hashlib.sha256)[:16]

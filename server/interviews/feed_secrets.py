"""The secret in a calendar feed's address: derived and checked, so that none is stored, without a database.

Whoever has the address reads the feed; a calendar program can show no more than that. Counting `rotation` up ends it.
"""

import base64
import binascii
import hashlib
import hmac
from uuid import UUID


def write_feed_secret(secret: bytes, account_id: UUID, *, rotation: int) -> str:
    """base64url of account id (16 bytes) and an HMAC-SHA256 of it and the rotation (32): 64 characters."""
    return base64.urlsafe_b64encode(account_id.bytes + _mac(secret, account_id, rotation)).decode()


def account_in(text: str) -> UUID | None:
    """Whose feed it claims to be; None when it cannot be ours."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    return UUID(bytes=raw[:16]) if len(raw) == 48 else None


def is_feed_secret(text: str, secret: bytes, account_id: UUID, *, rotation: int) -> bool:
    return hmac.compare_digest(
        text.encode(), write_feed_secret(secret, account_id, rotation=rotation).encode()
    )


def _mac(secret: bytes, account_id: UUID, rotation: int) -> bytes:
    return hmac.digest(secret, b"calendar feed\x00" + account_id.bytes + rotation.to_bytes(8), hashlib.sha256)

"""Device tokens: derived and checked, without a database and without a clock."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

PREFIX = "hwd_"  # found by secret scanners; no access token begins so


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """What a device token proves, if its device still stands."""

    person_id: UUID
    device_id: UUID


def write_device_token(secret: bytes, token: DeviceToken) -> str:
    """`hwd_` and base64url of person (16 bytes), device (16) and their HMAC-SHA256 (32). Derived, so that none is
    stored and a lost answer can be asked for again."""
    body = token.person_id.bytes + token.device_id.bytes
    return PREFIX + base64.urlsafe_b64encode(body + _mac(secret, body)).decode().rstrip("=")


def read_device_token(secret: bytes, text: str) -> DeviceToken | None:
    """The token, or None when we did not write it."""
    if not text.startswith(PREFIX):
        return None
    try:
        raw = base64.b64decode(text.removeprefix(PREFIX) + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:32], raw[32:]
    if len(raw) != 64 or not hmac.compare_digest(mac, _mac(secret, body)):
        return None
    return DeviceToken(person_id=UUID(bytes=body[:16]), device_id=UUID(bytes=body[16:]))


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, b"device\x00" + body, hashlib.sha256)

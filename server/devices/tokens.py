"""Device tokens and provisioning codes: derived and checked, without a database and without a clock."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from uuid import UUID

# Found by secret scanners; no access token begins so.
DEVICE, STATION, CODE = "hwd_", "hws_", "hwc_"


@dataclass(frozen=True, slots=True)
class DeviceToken:
    """What the token of a person's device proves, if that still stands."""

    person_id: UUID
    device_id: UUID


def write_device_token(secret: bytes, token: DeviceToken) -> str:
    return _write(secret, DEVICE, token.person_id, token.device_id)


def read_device_token(secret: bytes, text: str) -> DeviceToken | None:
    """The token, or None when we did not write it."""
    ids = _read(secret, DEVICE, text)
    return ids and DeviceToken(*ids)


@dataclass(frozen=True, slots=True)
class StationToken:
    """What the token of an event's device proves, if that still stands."""

    event_id: UUID
    device_id: UUID


def write_station_token(secret: bytes, token: StationToken) -> str:
    return _write(secret, STATION, token.event_id, token.device_id)


def read_station_token(secret: bytes, text: str) -> StationToken | None:
    """The token, or None when we did not write it."""
    ids = _read(secret, STATION, text)
    return ids and StationToken(*ids)


def write_provisioning_code(secret: bytes, token: StationToken) -> str:
    """What a phone reads once to become this device."""
    return _write(secret, CODE, token.event_id, token.device_id)


def read_provisioning_code(secret: bytes, text: str) -> StationToken | None:
    """Whose code it is, or None when we did not write it."""
    ids = _read(secret, CODE, text)
    return ids and StationToken(*ids)


def _write(secret: bytes, kind: str, owner: UUID, device: UUID) -> str:
    """The kind, and base64url of owner (16 bytes), device (16) and their HMAC-SHA256 (32). Derived, so that none is
    stored and a lost answer can be asked for again."""
    body = owner.bytes + device.bytes
    return kind + base64.urlsafe_b64encode(body + _mac(secret, kind, body)).decode().rstrip("=")


def _read(secret: bytes, kind: str, text: str) -> tuple[UUID, UUID] | None:
    if not text.startswith(kind):
        return None
    try:
        raw = base64.b64decode(text.removeprefix(kind) + "==", altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:32], raw[32:]
    if len(raw) != 64 or not hmac.compare_digest(mac, _mac(secret, kind, body)):
        return None
    return UUID(bytes=body[:16]), UUID(bytes=body[16:])


def _mac(secret: bytes, kind: str, body: bytes) -> bytes:
    return hmac.digest(secret, b"device\x00" + kind.encode() + body, hashlib.sha256)

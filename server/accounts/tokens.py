"""Codes and tokens: derived and checked, without a database and without a clock."""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from uuid import UUID

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey

ACCESS_LIFETIME = timedelta(minutes=10)


def sign_in_code(secret: bytes, request_id: UUID, email: str) -> str:
    """The six digits of a request. Derived, so that none is stored: the worker that mails it and the check agree."""
    digest = hmac.digest(secret, b"code\x00" + request_id.bytes + email.encode(), hashlib.sha256)
    return f"{int.from_bytes(digest[:8]) % 1_000_000:06d}"


def same_code(given: str, right: str) -> bool:
    return hmac.compare_digest(given.encode(), right.encode())


@dataclass(frozen=True, slots=True)
class AccessToken:
    """What an access token proves, if its session still stands."""

    account_id: UUID
    session_id: UUID


def write_access_token(secret: bytes, token: AccessToken, *, now: datetime) -> str:
    """A JWT (RFC 7519), HS256, for ten minutes."""
    issued = int(now.timestamp())
    claims = {
        "sub": str(token.account_id),
        "sid": str(token.session_id),
        "iat": issued,
        "exp": issued + int(ACCESS_LIFETIME.total_seconds()),
    }
    return jwt.encode({"alg": "HS256"}, claims, _key(secret))


def read_access_token(secret: bytes, text: str, *, now: datetime) -> AccessToken | None:
    """The token, or None when it is forged, malformed or expired. Only HS256 is taken, whatever its header says."""
    try:
        claims = jwt.decode(text, _key(secret), algorithms=["HS256"]).claims
        if claims["exp"] <= now.timestamp():
            return None
        return AccessToken(account_id=UUID(claims["sub"]), session_id=UUID(claims["sid"]))
    except (JoseError, ValueError, KeyError, TypeError, AttributeError):
        return None


@lru_cache(maxsize=4)
def _key(secret: bytes) -> OctKey:
    return OctKey.import_key(secret)


@dataclass(frozen=True, slots=True)
class RefreshToken:
    """The `counter`-th refresh token of a session."""

    session_id: UUID
    counter: int


def write_refresh_token(secret: bytes, token: RefreshToken) -> str:
    """base64url of session id (16 bytes), counter (8) and their HMAC-SHA256 (32)."""
    body = token.session_id.bytes + token.counter.to_bytes(8)
    return base64.urlsafe_b64encode(body + _mac(secret, body)).decode()


def read_refresh_token(secret: bytes, text: str) -> RefreshToken | None:
    """The token, or None when we did not write it."""
    try:
        raw = base64.b64decode(text, altchars=b"-_", validate=True)
    except (binascii.Error, ValueError):
        return None
    body, mac = raw[:24], raw[24:]
    if len(raw) != 56 or not hmac.compare_digest(mac, _mac(secret, body)):
        return None
    return RefreshToken(session_id=UUID(bytes=body[:16]), counter=int.from_bytes(body[16:]))


def _mac(secret: bytes, body: bytes) -> bytes:
    return hmac.digest(secret, b"refresh\x00" + body, hashlib.sha256)

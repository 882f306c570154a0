"""The address of a file: it says whose it is and until when, and is derived, so that none is stored. No database.

It opens without signing in, as a browser's download must; whose it is must still be allowed to when it is opened.
"""

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

GOOD_FOR = timedelta(minutes=10)
"""Short, since it stands in a browser's history; a download that began goes on."""


@dataclass(frozen=True, slots=True)
class Link:
    export_id: UUID
    account_id: UUID
    expires_at: datetime

    @classmethod
    def new(cls, *, export_id: UUID, account_id: UUID, now: datetime) -> Self:
        return cls(export_id, account_id, now.replace(microsecond=0) + GOOD_FOR)

    def text(self, secret: bytes) -> str:
        """base64url of both ids (16 bytes each), Unix seconds (8) and their HMAC-SHA256 (32): 96 characters."""
        facts = self.export_id.bytes + self.account_id.bytes + int(self.expires_at.timestamp()).to_bytes(8)
        return base64.urlsafe_b64encode(facts + _mac(secret, facts)).decode()

    @classmethod
    def read(cls, text: str, secret: bytes) -> Self | None:
        """None when it is not ours; whether it is still good is for the caller to see."""
        try:
            raw = base64.b64decode(text, altchars=b"-_", validate=True)
        except (binascii.Error, ValueError):
            return None
        facts, mac = raw[:40], raw[40:]
        if not hmac.compare_digest(mac, _mac(secret, facts)):
            return None
        expires_at = datetime.fromtimestamp(int.from_bytes(facts[32:]), UTC)
        return cls(UUID(bytes=facts[:16]), UUID(bytes=facts[16:32]), expires_at)


def _mac(secret: bytes, facts: bytes) -> bytes:
    return hmac.digest(secret, b"export link\x00" + facts, hashlib.sha256)

"""The door's half of tickets: does this ticket open the door, decided without signal.

A door needs two answers of the server, fetched ahead and again whenever there is signal: `get_ticket_keys` (which it
replaces whole) and `list_revocations` (which it adds to what it has, until `has_more` is false). It then decides every
ticket by itself. Port this line by line; Python's `cryptography` is for Ed25519 alone, which every platform has.

What it cannot know is what happened since it last had signal; whether somebody came in already is in its own scans.
"""

import base64
import hashlib
import struct
from datetime import datetime
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

PAYLOAD = struct.Struct(
    ">BB16s16sI"
)  # format, key version, event, attendance, serial; 64 bytes of signature follow
TICKET_FORMAT = 0x99
TICKET_CHARACTERS = 164


class OfflineDoor:
    def __init__(self, event_id: str) -> None:
        self.event_id = UUID(event_id)
        self.keys: dict[int, dict[str, Any]] = {}
        self.lowest_serials: dict[str, int | None] = {}  # by attendance; None: no ticket of theirs counts
        self.revoked_badges: set[str] = set()
        self.cursor: str | None = None

    def keep_keys(self, answer: dict[str, Any]) -> None:
        """What `get_ticket_keys` answered."""
        self.keys = {key["version"]: key for key in answer["items"]}

    def keep_revocations(self, answer: dict[str, Any]) -> None:
        """What `list_revocations` answered to `self.cursor`. After 410 `cursor_expired` begin with a new door."""
        for item in answer["items"]:
            if item["kind"] == "ticket":
                self.lowest_serials[item["attendance_id"]] = item["lowest_serial"]
            elif item["kind"] == "badge":
                self.revoked_badges.add(item["badge_digest"])
        self.cursor = answer["next_cursor"]

    def ticket(self, token: str, *, now: datetime) -> str:
        """`admitted`, or why not. `fetch_keys`: signed with a key newer than those here, so no decision without
        signal; ask for the keys, then again."""
        raw = _read(token.strip())
        if raw is None or raw[0] != TICKET_FORMAT:
            return "not_a_ticket"
        _, version, event, attendance, serial = PAYLOAD.unpack_from(raw)
        if event != self.event_id.bytes:
            return "other_event"
        key = self.keys.get(version)
        if key is None:
            return "fetch_keys"
        public = base64.urlsafe_b64decode(key["public_key"] + "=")
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(raw[PAYLOAD.size :], raw[: PAYLOAD.size])
        except InvalidSignature:
            return "forged"
        compromised_from = key["compromised_from"]
        if compromised_from is not None and now >= datetime.fromisoformat(compromised_from):
            return "key_compromised"
        lowest = self.lowest_serials.get(str(UUID(bytes=attendance)), 1)
        if lowest is None:
            return "cancelled"
        return "admitted" if serial >= lowest else "replaced"

    def badge_is_revoked(self, code: str) -> bool:
        """Where badges open the door. `code` is the last part of the address in the badge's QR code."""
        return hashlib.sha256(code.upper().encode()).hexdigest()[:16] in self.revoked_badges


def _read(text: str) -> bytes | None:
    """The bytes of a ticket; each has one spelling in capitals, so the bits left over at the end are zero."""
    if len(text) != TICKET_CHARACTERS or not text.isascii():
        return None
    try:
        raw = base64.b32decode(text.upper() + "====")
    except ValueError:
        return None
    return raw if base64.b32encode(raw).decode().rstrip("=") == text.upper() else None

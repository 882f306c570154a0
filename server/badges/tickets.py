"""Does this ticket open the door? Decided with published public keys alone, so that a door decides offline.

A ticket is 38 bytes and their Ed25519 signature (RFC 8032), together 102 bytes, 164 characters of base32:

    offset  0      1            2         18             34       38
            format key version  event id  attendance id  serial   signature
            1      1            16        16             4 (big)  64 bytes

Each event has its own keys, derived by HKDF (RFC 5869) from one master secret, so that rotating or losing one
event's keys touches no other. See decisions/0003-badge-code.md.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.badges.base32 import NotBase32, from_base32, to_base32

TICKET_FORMAT = 0x99  # ticket, format 1; in base32 it begins with "T"
TICKET_CHARACTERS = 164
MASTER_SECRET_BYTES = 32
LATEST_KEY_VERSION = 255
LATEST_SERIAL = 2**32 - 1

_PAYLOAD = struct.Struct(">BB16s16sI")


class TicketRefused(ValueError):
    """The family of what can be wrong with a ticket's text."""


class TicketMalformed(TicketRefused):
    """Not the text of a ticket."""


class TicketForged(TicketRefused):
    """The signature is not that of this event's key: changed, made up, or another event's."""


class TicketKeyUnknown(TicketRefused):
    """Signed with a key version that is not among the keys given; a door may have to fetch the keys again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a ticket says. `serial` rises when the attendance's ticket is replaced: the highest is valid."""

    event_id: UUID
    attendance_id: UUID
    serial: int
    key_version: int

    def __post_init__(self) -> None:
        if not 0 <= self.serial <= LATEST_SERIAL:
            raise ValueError(f"a ticket's serial is 0 to {LATEST_SERIAL}")
        if not 0 <= self.key_version <= LATEST_KEY_VERSION:
            raise ValueError(f"a ticket's key version is 0 to {LATEST_KEY_VERSION}")


def derive_key(master: bytes, event_id: UUID, version: int) -> Ed25519PrivateKey:
    """The event's key of this version. `master` is the ticket master secret, at least 32 random bytes."""
    if len(master) < MASTER_SECRET_BYTES:
        raise ValueError(f"the ticket master secret has at least {MASTER_SECRET_BYTES} bytes")
    info = b"hallway ticket key" + event_id.bytes + version.to_bytes(4, "big")
    seed = HKDF(algorithm=SHA256(), length=32, salt=None, info=info).derive(master)
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 bytes that are published."""
    return key.public_key().public_bytes_raw()


def sign_ticket(ticket: Ticket, key: Ed25519PrivateKey) -> str:
    """The ticket's token. Ed25519 is deterministic: the same ticket and key give the same token.

    `key` must be `derive_key(master, ticket.event_id, ticket.key_version)`.
    """
    payload = _payload(ticket)
    return to_base32(payload + key.sign(payload))


def read_ticket(token: str) -> Ticket:
    """What the token claims, its signature unchecked: enough to know which event's keys to ask for.

    Raises TicketMalformed.
    """
    ticket, _ = _split(token)
    return ticket


def verify_ticket(token: str, keys: Mapping[int, bytes]) -> Ticket:
    """The ticket, if one of the event's published keys (version to 32 bytes) signed it.

    Whether it was replaced, cancelled, or its key reported as compromised is for the caller to know.
    Raises TicketMalformed, TicketKeyUnknown, TicketForged.
    """
    ticket, signature = _split(token)
    published = keys.get(ticket.key_version)
    if published is None:
        raise TicketKeyUnknown(f"no key of version {ticket.key_version} is published")
    try:
        Ed25519PublicKey.from_public_bytes(published).verify(signature, _payload(ticket))
    except InvalidSignature:
        raise TicketForged("the ticket's signature is not that of this event's key") from None
    return ticket


def _split(token: str) -> tuple[Ticket, bytes]:
    """The claim and its signature."""
    text = token.strip()
    if len(text) != TICKET_CHARACTERS:
        raise TicketMalformed(f"a ticket has {TICKET_CHARACTERS} characters")
    try:
        raw = from_base32(text)
    except NotBase32 as error:
        raise TicketMalformed(str(error)) from error
    first, key_version, event_id, attendance_id, serial = _PAYLOAD.unpack_from(raw)
    if first != TICKET_FORMAT:
        raise TicketMalformed("this is not a ticket of a known format")
    ticket = Ticket(
        event_id=UUID(bytes=event_id),
        attendance_id=UUID(bytes=attendance_id),
        serial=serial,
        key_version=key_version,
    )
    return ticket, raw[_PAYLOAD.size :]


def _payload(ticket: Ticket) -> bytes:
    return _PAYLOAD.pack(
        TICKET_FORMAT,
        ticket.key_version,
        ticket.event_id.bytes,
        ticket.attendance_id.bytes,
        ticket.serial,
    )

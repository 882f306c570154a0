from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.badges.base32 import from_base32, to_base32
from server.badges.tickets import (
    Ticket,
    TicketForged,
    TicketKeyUnknown,
    TicketMalformed,
    TicketRefused,
    derive_key,
    public_key_bytes,
    read_ticket,
    sign_ticket,
    verify_ticket,
)

MASTER = bytes(range(32))
SUMMIT = UUID("01890000-0000-7000-8000-000000000001")
MEETUP = UUID("01890000-0000-7000-8000-000000000002")
ADA = UUID("01890000-0000-7000-8000-00000000000a")

KEY = derive_key(MASTER, SUMMIT, 1)
KEYS = {1: public_key_bytes(KEY)}
TICKET = Ticket(event_id=SUMMIT, attendance_id=ADA, serial=1, key_version=1)
TOKEN = sign_ticket(TICKET, KEY)

tickets = st.builds(
    Ticket,
    event_id=st.uuids(),
    attendance_id=st.uuids(),
    serial=st.integers(0, 2**32 - 1),
    key_version=st.integers(0, 255),
)


def test_a_ticket_is_164_characters_that_a_qr_code_holds_in_alphanumeric_mode():
    assert len(TOKEN) == 164
    assert set(TOKEN) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    assert TOKEN.startswith("T")


@given(tickets)
def test_a_signed_ticket_is_verified_with_the_published_key_alone(ticket: Ticket):
    key = derive_key(MASTER, ticket.event_id, ticket.key_version)
    token = sign_ticket(ticket, key)

    assert read_ticket(token) == ticket
    assert verify_ticket(token, {ticket.key_version: public_key_bytes(key)}) == ticket
    assert verify_ticket(f" {token.lower()}\n", {ticket.key_version: public_key_bytes(key)}) == ticket


def test_signing_twice_gives_the_same_token():
    assert sign_ticket(TICKET, derive_key(MASTER, SUMMIT, 1)) == TOKEN


@given(st.integers(0, 102 * 8 - 1))
def test_a_ticket_with_any_flipped_bit_is_refused(bit: int):
    raw = bytearray(from_base32(TOKEN))
    raw[bit // 8] ^= 1 << bit % 8
    flipped = to_base32(bytes(raw))

    with pytest.raises(TicketRefused):
        verify_ticket(flipped, KEYS)
    if bit >= 16:
        with pytest.raises(TicketForged):
            verify_ticket(flipped, KEYS)


@given(st.integers(0, 163), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567018_ -ß"))
def test_a_ticket_with_any_other_character_is_refused(place: int, character: str):
    if character == TOKEN[place]:
        return

    with pytest.raises(TicketRefused):
        verify_ticket(TOKEN[:place] + character + TOKEN[place + 1 :], KEYS)


@given(st.uuids(), st.integers(0, 255))
def test_another_events_key_does_not_open_this_events_door(event_id: UUID, version: int):
    if (event_id, version) == (SUMMIT, 1):
        return
    forged = sign_ticket(TICKET, derive_key(MASTER, event_id, version))

    with pytest.raises(TicketForged):
        verify_ticket(forged, KEYS)


def test_another_events_ticket_does_not_open_this_events_door():
    theirs = Ticket(event_id=MEETUP, attendance_id=ADA, serial=1, key_version=1)

    with pytest.raises(TicketForged):
        verify_ticket(sign_ticket(theirs, derive_key(MASTER, MEETUP, 1)), KEYS)


def test_a_ticket_signed_with_a_key_that_is_not_published_says_so():
    newer = Ticket(event_id=SUMMIT, attendance_id=ADA, serial=2, key_version=2)
    token = sign_ticket(newer, derive_key(MASTER, SUMMIT, 2))

    with pytest.raises(TicketKeyUnknown):
        verify_ticket(token, KEYS)
    assert verify_ticket(token, {**KEYS, 2: public_key_bytes(derive_key(MASTER, SUMMIT, 2))}) == newer


@pytest.mark.parametrize(
    "token", ["", TOKEN[:-1], TOKEN + "A", TOKEN[:-1] + "1", "H" + TOKEN[1:], "ß" * 164, "A" * 164]
)
def test_what_is_not_the_text_of_a_ticket_is_malformed(token: str):
    with pytest.raises(TicketMalformed):
        read_ticket(token)


@given(st.text(max_size=200))
def test_any_text_is_refused_by_name(token: str):
    with pytest.raises(TicketMalformed):
        verify_ticket(token, KEYS)


def test_keys_differ_by_master_secret_event_and_version():
    keys = {
        public_key_bytes(derive_key(master, event_id, version))
        for master in (MASTER, bytes(32))
        for event_id in (SUMMIT, MEETUP)
        for version in (1, 2)
    }

    assert len(keys) == 8


def test_a_derived_key_never_changes_or_printed_tickets_would_die():
    assert public_key_bytes(KEY).hex() == "8e933753d53bfb50f8f61aeb9b1314622d0f089ec1dbfaeb188e6e76bb55b801"


def test_a_short_master_secret_is_refused():
    with pytest.raises(ValueError, match="at least 32 bytes"):
        derive_key(b"short", SUMMIT, 1)


@pytest.mark.parametrize(("serial", "key_version"), [(-1, 1), (2**32, 1), (1, -1), (1, 256)])
def test_a_ticket_out_of_range_cannot_be_made(serial: int, key_version: int):
    with pytest.raises(ValueError, match="a ticket's"):
        Ticket(event_id=SUMMIT, attendance_id=ADA, serial=serial, key_version=key_version)

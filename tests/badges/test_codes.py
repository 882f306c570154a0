import hashlib
import secrets
from string import ascii_letters, digits

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.badges import manual_codes
from server.badges.base32 import NotBase32, from_base32, to_base32
from server.badges.codes import (
    BadgeCode,
    CodeMalformed,
    ForeignCode,
    PublicUrlTooLong,
    PublicUrlUnusable,
    TicketToken,
    badge_url,
    check_public_url,
    foreign_text,
    new_badge_code,
    parse_code,
)
from server.badges.manual_codes import (
    ManualCode,
    ManualCodeMistyped,
    NotAManualCode,
    check_character,
    new_manual_code,
    read_manual_code,
)
from server.badges.tickets import TICKET_FORMAT

ADA = BadgeCode(b"\x01\x02\x03", bytes(range(10)))
TICKET = to_base32(bytes([TICKET_FORMAT]) + bytes(101))

badge_codes = st.builds(BadgeCode, st.binary(min_size=3, max_size=3), st.binary(min_size=10, max_size=10))
manual = st.builds(ManualCode, st.text(manual_codes.ALPHABET, min_size=8, max_size=8))


def swapped(text: str, i: int, j: int) -> str:
    characters = list(text)
    characters[i], characters[j] = characters[j], characters[i]
    return "".join(characters)


def test_a_badge_code_is_23_characters_and_says_kind_event_and_80_random_bits():
    assert ADA.text == "HEAQEAYAAEBAGBAFAYDQQCI"
    assert from_base32(ADA.text) == b"\x39\x01\x02\x03" + bytes(range(10))


def test_a_new_badge_code_takes_its_80_bits_from_the_entropy_it_is_given():
    assert new_badge_code(b"abc", lambda n: b"r" * n) == BadgeCode(b"abc", b"r" * 10)
    assert new_badge_code(b"abc", secrets.token_bytes) != new_badge_code(b"abc", secrets.token_bytes)


@pytest.mark.parametrize(
    ("event_ref", "secret"), [(b"ab", bytes(10)), (b"abc", bytes(9)), (b"abcd", bytes(10))]
)
def test_a_badge_code_of_other_lengths_cannot_be_made(event_ref: bytes, secret: bytes):
    with pytest.raises(ValueError, match="3 bytes of event reference and 10 random bytes"):
        BadgeCode(event_ref, secret)


def test_the_digest_for_offline_names_does_not_hold_the_code():
    assert ADA.digest == hashlib.sha256(b"HEAQEAYAAEBAGBAFAYDQQCI").digest()[:8]


@given(badge_codes)
def test_a_badge_code_is_read_back_bare_and_as_a_url_in_either_case(code: BadgeCode):
    url = badge_url("https://hallway.example", code)
    ways = [
        code.text,
        code.text.lower(),
        f"  {code.text}\n",
        url,
        url.upper(),
        url.lower(),
        f"{url}/",
        f"{url}?utm_source=camera#top",
        f"http://old-name.example:8080/B/{code.text}",
    ]

    assert [parse_code(way, public_url="https://hallway.example") for way in ways] == [code] * len(ways)


@given(badge_codes, st.integers(32, 111))
def test_a_flipped_bit_in_an_unsigned_code_is_another_well_formed_code(code: BadgeCode, bit: int):
    raw = int.from_bytes(from_base32(code.text), "big") ^ 1 << (111 - bit)
    other = parse_code(to_base32(raw.to_bytes(14, "big")))

    assert isinstance(other, BadgeCode)
    assert other != code


def test_bits_left_over_in_a_badge_code_must_be_zero():
    with pytest.raises(CodeMalformed, match="left over"):
        parse_code("HEAQEAYAAEBAGBAFAYDQQCJ")


def test_unicode_letters_that_fold_to_ascii_are_no_base32():
    dotless = ADA.text[:-1].lower() + "\N{LATIN SMALL LETTER DOTLESS I}"

    assert dotless.upper() == ADA.text
    assert parse_code(dotless) == ForeignCode(dotless)


@pytest.mark.parametrize("text", ["A", "AAA", "AB", "A1", "A=", "A A", "\N{LATIN SMALL LETTER LONG S}A"])
def test_what_is_not_the_one_spelling_of_some_bytes_is_no_base32(text: str):
    with pytest.raises(NotBase32):
        from_base32(text)


@given(st.binary(max_size=120))
def test_base32_is_read_back_in_either_case(raw: bytes):
    assert from_base32(to_base32(raw)) == raw
    assert from_base32(to_base32(raw).lower()) == raw


def test_a_ticket_used_as_a_badge_has_its_own_name():
    assert parse_code(TICKET.lower()) == TicketToken(TICKET)


def test_a_ticket_with_bits_left_over_is_malformed():
    with pytest.raises(CodeMalformed, match="left over"):
        parse_code(TICKET[:-1] + "B")


@pytest.mark.parametrize(
    "text",
    [
        "T-2026-000123",
        "991237782734650128",
        "qzh6xgzq5jzrsz6wyqmzhp4kzy6ywzhd",
        "https://tickets.example/check?id=7",
        "https://elsewhere.example/b/nothing",
        "https://[",
        "Grüße 東京",
        "HEAQEAYAAEBAGBAFAYDQQC",  # one character short of a badge code
        "HEAQEAYAAEBAGBAFAYDQQC1",  # a character that base32 does not have
        "HIAQEAYAAEBAGBAFAYDQQCI",  # a first byte that no badge has
        "A" * 512,
    ],
)
def test_anything_else_that_can_be_printed_is_a_foreign_code(text: str):
    assert parse_code(f"\t{text} ", public_url="https://hallway.example") == ForeignCode(text)


@pytest.mark.parametrize(
    "raw", ["", " \n", "A" * 513, "a\0b", "\0", "two\nlines", "\x1bcode", "\ud800", "a\u202eb"]
)
def test_what_no_code_can_be_is_malformed(raw: str):
    with pytest.raises(CodeMalformed):
        parse_code(raw)


def test_an_address_of_our_own_that_holds_no_code_is_malformed_and_not_foreign():
    with pytest.raises(CodeMalformed, match="holds no badge code"):
        parse_code("https://Hallway.example/b/HEAQEAY", public_url="https://hallway.example")


def test_a_ticket_or_a_manual_code_in_a_badge_url_is_no_badge():
    for text in (TICKET, ManualCode("12345678").text):
        assert parse_code(f"https://hallway.example/b/{text}") == ForeignCode(
            f"https://hallway.example/b/{text}"
        )


@given(st.text(max_size=600))
def test_every_text_is_a_code_or_malformed_and_nothing_else(raw: str):
    try:
        found = parse_code(raw)
    except CodeMalformed:
        return
    assert isinstance(found, BadgeCode | ManualCode | TicketToken | ForeignCode)
    assert parse_code(found.text) == found


@given(st.text(ascii_letters + digits + " -", max_size=40))
def test_a_code_read_is_read_again_the_same(raw: str):
    try:
        assert parse_code(parse_code(raw).text) == parse_code(raw)
    except CodeMalformed:
        with pytest.raises(CodeMalformed):
            parse_code(raw)


def test_a_new_manual_code_takes_40_bits():
    asked = []

    def entropy(n: int) -> bytes:
        asked.append(n)
        return b"\x00\x44\x32\x14\xc7"

    assert new_manual_code(entropy).characters == "01234567"
    assert asked == [5]


def test_a_manual_code_is_shown_in_groups():
    assert ManualCode("01234567").text == "0123-4567-Y"


@given(manual)
def test_a_manual_code_is_read_back_however_it_is_typed(code: ManualCode):
    text = code.text
    ways = [
        text,
        text.lower(),
        text.replace("-", ""),
        f" {text.replace('-', ' ')} ",
        text.replace("0", "O").replace("1", "I"),
        text.replace("0", "o").replace("1", "l"),
    ]

    assert [read_manual_code(way) for way in ways] == [code] * len(ways)
    assert parse_code(text) == code


@given(manual, st.integers(0, 8), st.sampled_from(manual_codes.ALPHABET))
def test_every_single_wrong_character_is_caught(code: ManualCode, place: int, wrong: str):
    typed = code.text.replace("-", "")
    mistyped = typed[:place] + wrong + typed[place + 1 :]
    if mistyped == typed:
        return

    with pytest.raises(ManualCodeMistyped):
        read_manual_code(mistyped)


@given(manual, st.integers(0, 8), st.integers(0, 8))
def test_every_swap_of_two_characters_is_caught(code: ManualCode, i: int, j: int):
    typed = code.text.replace("-", "")
    mistyped = swapped(typed, i, j)
    if mistyped == typed:
        return

    with pytest.raises(ManualCodeMistyped):
        read_manual_code(mistyped)


def test_each_place_weighs_differently_so_every_wrong_character_changes_the_check():
    for place in range(8):
        checks = {check_character("0" * place + c + "0" * (7 - place)) for c in manual_codes.ALPHABET}
        assert checks == set(manual_codes.ALPHABET)


@pytest.mark.parametrize("text", ["", "1234567", "12345678", "1234567890", "1234-567U-0", "١٢٣٤٥٦٧٨٩"])
def test_what_does_not_have_the_form_is_no_manual_code(text: str):
    with pytest.raises(NotAManualCode):
        read_manual_code(text)


def test_a_manual_code_of_another_alphabet_cannot_be_made():
    with pytest.raises(NotAManualCode):
        ManualCode("ILOU0000")


def test_a_mistyped_manual_code_is_malformed_if_its_groups_say_what_it_is_and_else_foreign():
    with pytest.raises(CodeMalformed, match="mistyped"):
        parse_code("0123-4567-3")
    with pytest.raises(CodeMalformed, match="mistyped"):
        parse_code("0123 4567 3")
    assert parse_code("012345673") == ForeignCode("012345673")


def test_a_foreign_code_that_looks_like_a_manual_code_can_still_be_looked_up_as_foreign():
    assert parse_code(" 01234567Y ") == ManualCode("01234567")
    assert foreign_text(" 01234567Y ") == "01234567Y"


@pytest.mark.parametrize(
    "public_url",
    [
        "https://hallway.example",
        "https://hallway.example/",
        "http://127.0.0.1:8000",
        "http://[::1]:8000",
        "https://xn--knferenz-n4a.example",
        "https://" + "h" * 25,
        "http://" + "h" * 26,
    ],
)
def test_an_address_that_fits_a_badge_is_accepted(public_url: str):
    check_public_url(public_url)


@pytest.mark.parametrize("public_url", ["https://" + "h" * 26, "http://" + "h" * 27])
def test_an_address_that_makes_the_qr_code_grow_is_refused_at_start(public_url: str):
    with pytest.raises(PublicUrlTooLong, match=r"a badge's QR code grows"):
        check_public_url(public_url)


@pytest.mark.parametrize(
    "public_url",
    [
        "",
        "hallway.example",
        "ftp://hallway.example",
        "https://",
        "https://Hallway.example",
        "HTTPS://hallway.example",
        "https://hällway.example",
        "https://hallway.example/app",
        "https://hallway.example?x=1",
        "https://ada@hallway.example",
        "https://hallway.example:port",
        "https://hallway.example\n",
    ],
)
def test_an_address_that_is_not_a_plain_host_is_refused(public_url: str):
    with pytest.raises(PublicUrlUnusable):
        check_public_url(public_url)

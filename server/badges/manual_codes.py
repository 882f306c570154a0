"""What is typed when a camera cannot read a badge?

Eight random characters of Crockford's base32 (no I, L, O, U) and a check character of the same alphabet,
shown as `XXXX-XXXX-X`. The check is Damm's (H. M. Damm, "Total anti-symmetrische Quasigruppen", 2004)
over GF(32), where the quasigroup is `2 * (a + b)`: each place has another weight, so every single wrong
character and every swap of two characters, neighbours or not, is caught; of other mistakes 31 in 32.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
ENTROPY_BYTES = 5
CHARACTERS = 8

_VALUES = {character: value for value, character in enumerate(ALPHABET)}
_LOOKALIKES = str.maketrans("OIL", "011")
_GROUPED = re.compile(r"[^\s-]{4}[\s-]+[^\s-]{4}[\s-]+[^\s-]")


class NotAManualCode(ValueError):
    """The text does not have the form of a manual code."""


class ManualCodeMistyped(NotAManualCode):
    """The text has the form of a manual code, and the check character says that it was mistyped."""


@dataclass(frozen=True, slots=True)
class ManualCode:
    """Eight characters of Crockford's base32, unique within one event and accepted only there."""

    characters: str

    def __post_init__(self) -> None:
        if len(self.characters) != CHARACTERS or not _VALUES.keys() >= set(self.characters):
            raise NotAManualCode("a manual code is eight characters of 0-9 and A-Z without I, L, O and U")

    @property
    def text(self) -> str:
        """As it is printed: `XXXX-XXXX-X`."""
        return f"{self.characters[:4]}-{self.characters[4:]}-{check_character(self.characters)}"


def new_manual_code(entropy: Callable[[int], bytes]) -> ManualCode:
    """A manual code from 40 random bits; `entropy(5)` answers five bytes (`secrets.token_bytes`)."""
    number = int.from_bytes(entropy(ENTROPY_BYTES), "big")
    return ManualCode("".join(ALPHABET[number >> shift & 31] for shift in range(35, -5, -5)))


def read_manual_code(typed: str) -> ManualCode:
    """What was typed, forgiving case, spaces, dashes, O for 0, I and L for 1.

    Raises ManualCodeMistyped when the check character does not fit, NotAManualCode when the form does not.
    """
    compact = "".join(typed.split()).replace("-", "")
    if not compact.isascii():
        raise NotAManualCode("a manual code has ASCII letters and digits only")
    compact = compact.upper().translate(_LOOKALIKES)
    if len(compact) != CHARACTERS + 1 or not _VALUES.keys() >= set(compact):
        raise NotAManualCode("a manual code is nine characters of 0-9 and A-Z without U")
    if check_character(compact[:CHARACTERS]) != compact[CHARACTERS]:
        raise ManualCodeMistyped("the last character does not fit the others: something was mistyped")
    return ManualCode(compact[:CHARACTERS])


def is_grouped(text: str) -> bool:
    """Whether `text` is written in the groups 4-4-1, as only our manual codes are."""
    return _GROUPED.fullmatch(text) is not None


def check_character(characters: str) -> str:
    interim = 0
    for character in characters:
        interim = _twice(interim ^ _VALUES[character])
    return ALPHABET[interim]


def _twice(value: int) -> int:
    """Twice `value` in GF(32) with the polynomial x^5 + x^2 + 1."""
    return (value << 1) ^ (0b100101 if value & 0b10000 else 0)

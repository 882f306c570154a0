"""How Greek and Ukrainian names are written in Latin letters, as their passports do it."""
# ruff: noqa: RUF001 letters that look like Latin ones are what this file is about

import re
from typing import Final

# ELOT 743 (ISO 843) without accents; the digraphs first.
_GREEK: Final = {
    "ου": "ou", "αυ": "av", "ευ": "ev", "γγ": "ng", "γκ": "gk", "γξ": "nx", "γχ": "nch",
    "α": "a", "β": "v", "γ": "g", "δ": "d", "ε": "e", "ζ": "z", "η": "i", "θ": "th", "ι": "i", "κ": "k",
    "λ": "l", "μ": "m", "ν": "n", "ξ": "x", "ο": "o", "π": "p", "ρ": "r", "σ": "s", "ς": "s", "τ": "t",
    "υ": "y", "φ": "f", "χ": "ch", "ψ": "ps", "ω": "o",
}  # fmt: skip
_GREEK_ACCENTS: Final = str.maketrans("άέήίόύώϊϋΐΰ", "αεηιουωιυιυ")
_VOICELESS: Final = re.compile(r"([αε])υ(?=[θκξπσςτφχψ])")

# The Ukrainian passport table (Cabinet resolution 55 of 2010); the first letter of a word has its own row.
_UKRAINIAN: Final = {
    "зг": "zgh", "а": "a", "б": "b", "в": "v", "г": "h", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ж": "zh",
    "з": "z", "и": "y", "і": "i", "ї": "i", "й": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o",
    "п": "p", "р": "r", "с": "s", "т": "t", "у": "u", "ф": "f", "х": "kh", "ц": "ts",
    "ч": "ch", "ш": "sh", "щ": "shch", "ь": "", "ю": "iu", "я": "ia", "'": "", "ʼ": "", "’": "",
}  # fmt: skip
_UKRAINIAN_FIRST: Final = {"є": "ye", "ї": "yi", "й": "y", "ю": "yu", "я": "ya"}


def latin(word: str) -> str:
    """One Greek or Ukrainian word in Latin letters, capitalised; other letters stay as they are."""
    rest = _VOICELESS.sub(r"\1φ", word.lower().translate(_GREEK_ACCENTS))
    written = ""
    if rest.startswith("μπ"):
        written, rest = "b", rest[2:]
    elif rest[:1] in _UKRAINIAN_FIRST:
        written, rest = _UKRAINIAN_FIRST[rest[0]], rest[1:]
    table = _GREEK | _UKRAINIAN
    while rest:
        letters = 2 if rest[:2] in table else 1
        written += table.get(rest[:letters], rest[:letters])
        rest = rest[letters:]
    return written[:1].upper() + written[1:]

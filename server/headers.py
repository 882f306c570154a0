"""What every answer says to browsers and caches, whatever it is: a page, a file, a failure, no route at all."""

from collections.abc import Iterable

Header = tuple[bytes, bytes]

# Nobody takes it for another type than it says (a picture for a script), and no link in it tells where it was followed.
EVERY_ANSWER: list[Header] = [(b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"no-referrer")]
# What does not say that it may be kept is not: tokens, what was written, failures. What a GET reads says so
# (`transfer.py`).
UNKEPT: Header = (b"cache-control", b"no-store")


def guarded(headers: Iterable[Header]) -> list[Header]:
    """An answer's headers, with these."""
    said = [*headers, *EVERY_ANSWER]
    if not any(name == b"cache-control" for name, _ in said):
        said.append(UNKEPT)
    return said

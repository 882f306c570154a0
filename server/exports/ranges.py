"""Which bytes of a file are wanted (RFC 9110, section 14): one range, or all of it. Pure."""

import re
from dataclasses import dataclass

_ONE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """From byte `begin` up to but not including `end`, of `size`."""

    begin: int
    end: int
    size: int

    @property
    def whole(self) -> bool:
        return self.end - self.begin == self.size

    @property
    def content_range(self) -> str:
        return f"bytes {self.begin}-{self.end - 1}/{self.size}"


def part_of(size: int, asked: str | None, if_range: str | None, etag: str) -> Part | None:
    """None when the file has no such bytes. What is no single range, and a range of another file, is all of it, as the
    RFC allows and asks."""
    whole = Part(0, size, size)
    if asked is None or (if_range is not None and if_range.strip() != etag):
        return whole
    found = _ONE.fullmatch(asked.strip())
    if found is None or found.groups() == ("", ""):
        return whole
    first, last = found.groups()
    if not first:
        begin, end = max(0, size - int(last)), size
    else:
        begin, end = int(first), min(size, int(last) + 1 if last else size)
        if last and int(last) < begin:
            return whole  # no range at all
    return Part(begin, end, size) if begin < end else None

"""Which row of an attendee list is whose: by external id, else by e-mail address. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from server.events.attendee_rows import ImportedRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a list says of one place."""

    name: str
    email: str | None = None
    external_id: str | None = None
    external_code: str | None = None
    pronouns: str = ""
    organisation: str = ""
    role: str = ""
    type: str = "attendee"
    status: str = "expected"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it stands. Those added by hand are on no list, so they cannot be missing from one. One that was joined
    into another is the same person's."""

    id: UUID
    entry: Entry
    claimed: bool
    by_hand: bool
    joined_into: UUID | None = None


@dataclass(frozen=True, slots=True)
class Matches:
    """Places by line. A row whose address several places have belongs to none of them for certain."""

    places: dict[int, Place]
    ambiguous: frozenset[int]
    ambiguous_places: frozenset[UUID]


def match_rows(rows: Sequence[ImportedRow], places: Sequence[Place]) -> Matches:
    by_id = {place.entry.external_id: place for place in places if place.entry.external_id is not None}
    matches = {row.line: by_id[row.external_id] for row in rows if row.external_id in by_id}
    taken = {place.id for place in matches.values()}
    by_email: defaultdict[str, list[Place]] = defaultdict(list)
    for place in places:
        if place.entry.email is not None and place.id not in taken:
            by_email[place.entry.email].append(place)

    # A list that now has ids: a place without one gets that of its address, the same name first.
    unmatched = [row for row in rows if row.line not in matches and row.email in by_email]
    for email, alike in _by_email(row for row in unmatched if row.external_id is not None):
        for place in [place for place in by_email[email] if place.entry.external_id is None]:
            free = [row for row in alike if row.line not in matches]
            if free:
                same = next((row for row in free if _same_name(row, place)), free[0])
                matches[same.line] = place
                by_email[email].remove(place)

    ambiguous, ambiguous_places = set(), set()
    for row in unmatched:
        if row.external_id is not None or row.email is None:
            continue
        candidates = by_email[row.email]
        without = [place for place in candidates if place.entry.external_id is None]
        if len(candidates) == 1 or len(without) == 1:
            matches[row.line] = (without or candidates)[0]
        elif candidates:
            ambiguous.add(row.line)
            ambiguous_places |= {place.id for place in candidates}
    return Matches(matches, frozenset(ambiguous), frozenset(ambiguous_places))


def _by_email(rows: Iterable[ImportedRow]) -> Iterator[tuple[str, list[ImportedRow]]]:
    groups: defaultdict[str, list[ImportedRow]] = defaultdict(list)
    for row in rows:
        if row.email is not None:
            groups[row.email].append(row)
    yield from groups.items()


def _same_name(row: ImportedRow, place: Place) -> bool:
    return row.name.casefold() == place.entry.name.casefold()

"""What an attendee list would change: who is new, who differs, who is missing.

Pure: the list as it was read and the places as they stand in, what is to be written out.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from server.events.attendee_csv import ParsedImport
from server.events.attendee_rows import ImportedRow, ImportNote, RowProblem
from server.events.import_matches import Entry, Matches, Place, match_rows


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportPlan:
    """`changed` are the new entries by place; `missing` are the places that are expected and not on the list."""

    rows: int
    created: Sequence[Entry]
    changed: Sequence[tuple[Place, Entry]]
    unchanged: int
    skipped: int
    missing: Sequence[Place]
    problems: Sequence[RowProblem]
    notes: Sequence[ImportNote]

    def count(self, before: str, after: str) -> int:
        return sum(place.entry.status == before and entry.status == after for place, entry in self.changed)

    @property
    def cancelled(self) -> int:
        return self.count("expected", "cancelled")

    @property
    def reinstated(self) -> int:
        return self.count("cancelled", "expected")

    @property
    def updated(self) -> int:
        return len(self.changed) - self.cancelled - self.reinstated


def plan_import(parsed: ParsedImport, places: Sequence[Place], *, cancel_missing: bool) -> ImportPlan:
    """Rows belong to the place with their external id, else to the one with their e-mail address; a row that
    belongs to none is a new place."""
    left_out = [*parsed.invalid_rows, *parsed.unnamed_rows]
    found = match_rows([*parsed.rows, *left_out], places)
    problems = [*parsed.problems, *_ambiguous(parsed.rows, found)]
    bad = {problem.line for problem in problems}
    rows = [row for row in parsed.rows if row.line not in bad]
    if "external_code" in parsed.columns:
        taken = list(_codes_taken(rows, found.places, places))
        problems += taken
        bad = {problem.line for problem in taken}
        rows = [row for row in rows if row.line not in bad]

    status_is_said = "status" in parsed.columns or cancel_missing
    held = _held_by_another(found.places, [*parsed.rows, *left_out])
    decided = [
        (place, replace(row, status="active") if place and place.id in held else row)
        for place, row in ((found.places.get(row.line), row) for row in rows)
    ]
    changes = [
        (place, wanted(row, place.entry, parsed.columns, status_is_said=status_is_said))
        for place, row in decided
        if place is not None
    ]
    changed = [(place, entry) for place, entry in changes if entry != place.entry]

    present = {place.id for place in found.places.values()} | found.ambiguous_places | held
    missing = [
        place
        for place in places
        if place.id not in present and not place.by_hand and place.entry.status == "expected"
    ]
    unidentified = [row for row in parsed.invalid_rows if row.line not in found.places and row.email is None]
    notes = [*parsed.notes, *_notes(changes, rows, found.places, status_is_said=status_is_said)]
    if cancel_missing and unidentified and missing:
        message = f"Nobody missing was cancelled: {len(unidentified)} rows do not say whose they are."
        notes.append(ImportNote("missing_kept", message))
    elif cancel_missing:
        changed += [(place, replace(place.entry, status="cancelled")) for place in missing]

    return ImportPlan(
        rows=len(parsed.rows) + len(left_out),
        created=[wanted(row, None, parsed.columns) for place, row in decided if place is None],
        changed=changed,
        unchanged=sum(entry == place.entry for place, entry in changes),
        skipped=len(parsed.rows) + len(left_out) - len(rows),
        missing=missing,
        problems=sorted(problems, key=lambda problem: problem.line or 0),
        notes=notes,
    )


def wanted(
    row: ImportedRow, before: Entry | None, columns: frozenset[str], *, status_is_said: bool = True
) -> Entry:
    """The entry after this row: a column that the list does not have keeps what stands, an empty cell clears it,
    and an external id, once known, stays."""
    stands = before or Entry(name=row.name)
    return Entry(
        name=row.name,
        email=row.email if "email" in columns else stands.email,
        external_id=row.external_id or stands.external_id,
        external_code=row.external_code if "external_code" in columns else stands.external_code,
        pronouns=row.pronouns or "" if "pronouns" in columns else stands.pronouns,
        organisation=row.organisation or "" if "organisation" in columns else stands.organisation,
        role=row.role or "" if "role" in columns else stands.role,
        type=row.type if "type" in columns else stands.type,
        status=_status(row, stands.status, status_is_said=status_is_said),
    )


def _status(row: ImportedRow, before: str, *, status_is_said: bool) -> str:
    """Who left stays away, whatever a list says, and what was joined stays so. Who was cancelled comes back only when
    the list speaks of it: by its column, or by being the whole truth (`missing=cancel`)."""
    if before in {"left", "joined"} or (before == "cancelled" and not status_is_said):
        return before
    return "cancelled" if row.status == "cancelled" else "expected"


def _held_by_another(matches: dict[int, Place], rows: Sequence[ImportedRow]) -> set[UUID]:
    """Places whose person is expected by another row too, the one of a place that was joined into theirs."""
    places = [matches[row.line] for row in rows if row.line in matches and row.status != "cancelled"]
    return {place.joined_into for place in places if place.joined_into is not None}


def _ambiguous(rows: Sequence[ImportedRow], found: Matches) -> Iterator[RowProblem]:
    message = "Several attendees have this e-mail address; say which by the external id."
    for row in rows:
        if row.line in found.ambiguous:
            yield RowProblem(row.line, None, "email_ambiguous", message)


def _codes_taken(
    rows: Sequence[ImportedRow], matches: dict[int, Place], places: Sequence[Place]
) -> Iterator[RowProblem]:
    """Rows whose code a place keeps that this list does not give another. A row that is refused for it lets its
    own place keep its code too, so this asks until nothing more is refused."""
    holders = {place.entry.external_code: place for place in places if place.entry.external_code is not None}
    standing = list(rows)
    while True:
        freed = {matches[row.line].id for row in standing if row.line in matches}
        refused = [
            row
            for row in standing
            if row.external_code in holders and holders[row.external_code].id not in freed
        ]
        if not refused:
            return
        for row in refused:
            message = "Another attendee of this event has this code."
            yield RowProblem(row.line, None, "external_code_twice", message)
        lines = {row.line for row in refused}
        standing = [row for row in standing if row.line not in lines]


def _notes(
    changes: Sequence[tuple[Place, Entry]],
    rows: Sequence[ImportedRow],
    matches: dict[int, Place],
    *,
    status_is_said: bool,
) -> Iterator[ImportNote]:
    count = Counter[str]()
    for place, entry in changes:
        count["claimed_email_changed"] += place.claimed and entry.email != place.entry.email
    for row in rows:
        status = matches[row.line].entry.status if row.line in matches else None
        count["left_stay"] += status == "left"
        count["joined_stay"] += status == "joined"
        count["cancelled_stay"] += status == "cancelled" and not status_is_said
    messages = {
        "claimed_email_changed": "Their e-mail address changed after they claimed; their place stays theirs: {}.",
        "left_stay": "They left the event themselves and stay away, whatever the list says: {}.",
        "joined_stay": "Their person holds another place too and is expected once, while either is on the list: {}.",
        "cancelled_stay": "They were cancelled and stay so, as the list has no column for the status: {}.",
    }
    for code, message in messages.items():
        if count[code]:
            yield ImportNote(code, message.format(count[code]))

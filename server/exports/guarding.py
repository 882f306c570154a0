"""What may the rows of a file say of people? Nothing that the event's connection stats suppress.

A type is said only where no figure about it is suppressed, so that counting rows gives no suppressed figure back.
Hours are said by what else the row says (its types, its purpose): of the table of these and hours, a cell of fewer than
five people is not shown, nor so many beside it that the sums of its row and of its column do not give it away.
"""

from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from server.events.models import Event
from server.stats.actions import ShownCuts, shown_cuts, shown_figures
from server.stats.distribution import Met
from server.stats.figures import CutFigures, Figures
from server.stats.rules import FEWEST_FOR_TOTALS, FEWEST_PEOPLE, Cell, hidden_table
from server.stats.statements import COUNTED, HOURS

Class = tuple[str, int, int]
"""What a row says beside its hour: purpose, and the types of both sides by their place in `Guard.types`, from 1; 0 is
a type that is not said; `NOBODY` is on neither side."""

MEET = "meet"
NOBODY = -1
Cells = dict[tuple[Class, datetime], Cell]


class TooFewPeople(Exception):
    """Among so few people everybody would be recognised."""


@dataclass(frozen=True, slots=True)
class Guard:
    """`rows`: how many there are of each class. `hours`: which hours they may say. `ranges`: how many others people
    met, in ranges of five people or more; `range_types`: which types (1 and on) rows with which range (by its place,
    from 1) may say. `purposes`: of which purposes scans are shown."""

    types: list[str]
    ranges: list[Met]
    rows: dict[Class, int] = field(default_factory=dict)
    hours: dict[Class, set[datetime]] = field(default_factory=dict)
    range_types: set[tuple[int, int]] = field(default_factory=set)
    purposes: list[str] = field(default_factory=list)

    def count(self, cut: int | None) -> int:
        """How many rows the cut has: those that say its type on each side that somebody is on."""
        kinds = {cut}
        return sum(rows for of, rows in self.rows.items() if cut is None or {*of[1:]} - {NOBODY} == kinds)


async def guard(db: AsyncSession, event: Event, kind: str, *, named: bool = False, now: datetime) -> Guard:
    """Raises TooFewPeople. `db` reads one snapshot, the one that rows are read from. Rows that are `named` say the type
    of everybody who agreed."""
    if kind == "attendees":
        figures = await shown_figures(db, event, now=now)
        if figures.attendees < FEWEST_FOR_TOTALS:
            raise TooFewPeople
        return await _of_attendees(db, event, shown_types(figures), figures.distribution, named=named)
    cuts = await shown_cuts(db, event, now=now)
    if cuts.attendees < FEWEST_FOR_TOTALS:
        raise TooFewPeople
    types = shown_types(cuts.figures)
    hidden_hours = {row.starts_at for row in cuts.figures.by_hour if row.suppressed}
    met = _of_connections(types, _encounters(types, cuts), hidden_hours)
    if kind == "connections":
        return met
    return _of_scans(met, await _scans(db, event, types))


def shown_types(figures: Figures | CutFigures) -> list[str]:
    """Types of which every figure is shown."""
    suppressed = {row.type for row in figures.by_type if row.suppressed}
    for mix in figures.mixing:
        if mix.suppressed:
            suppressed |= {mix.type, mix.other_type}
    return [row.type for row in figures.by_type if row.type is not None and row.type not in suppressed]


async def _of_attendees(
    db: AsyncSession, event: Event, types: list[str], ranges: list[Met], *, named: bool
) -> Guard:
    rows = await db.execute(
        RANGES, {"event_id": event.id, "types": types, "begins": [row.fewest for row in ranges]}
    )
    table = {(kind, place): Cell(people, people) for kind, place, people in rows}
    said = table.keys() - (set() if named else hidden_table(table))
    sizes: Counter[Class] = Counter()
    for place, cell in table.items():
        sizes["", NOBODY, place[0] if place in said else 0] += cell.count
    return Guard(types, ranges, rows=dict(sizes), range_types=said)


def _encounters(types: list[str], cuts: ShownCuts) -> Cells:
    """How many encounters each class has in each hour, and of how many people on the smaller side at least."""
    place_of = {0: 0} | {
        number: types.index(kind) + 1 if kind in types else 0
        for number, kind in enumerate(cuts.types, start=1)
    }
    counts: Counter[tuple[Class, datetime]] = Counter()
    people: defaultdict[tuple[Class, datetime], dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for end in cuts.ends:
        kind, other = place_of[end.kind], place_of[end.other]
        place = (MEET, min(kind, other), max(kind, other)), end.hour
        counts[place] += end.encounters
        people[place][kind] |= end.places
    return {  # each has two ends
        place: Cell(count // 2, min(there.bit_count() for there in people[place].values()))
        for place, count in counts.items()
    }


async def _scans(db: AsyncSession, event: Event, types: list[str]) -> Cells:
    """The same of scans."""
    rows = await db.execute(SCANS, {"event_id": event.id, "zone": event.zone, "types": types})
    return {
        ((purpose, one, other), hour.astimezone(UTC)): Cell(
            count, _people(purpose, one, other, ones=ones, others=others)
        )
        for purpose, one, other, hour, count, ones, others in rows
    }


def _people(purpose: str, one: int, other: int, *, ones: int, others: int) -> int:
    """From sets of people with 63 places, so that more may be there than are counted, and never fewer."""
    if purpose != MEET:
        return others.bit_count()
    if one == other:
        return (ones | others).bit_count()
    return min(ones.bit_count(), others.bit_count())


def _shown(cells: Cells, hidden_anyway: Collection[tuple[Class, datetime]]) -> dict[Class, set[datetime]]:
    hidden = hidden_table(cells, hidden_anyway)
    shown: defaultdict[Class, set[datetime]] = defaultdict(set)
    for of, hour in cells:
        if (of, hour) not in hidden:
            shown[of].add(hour)
    return dict(shown)


def _rows(cells: Cells) -> dict[Class, int]:
    rows: Counter[Class] = Counter()
    for (of, _), cell in cells.items():
        rows[of] += cell.count
    return dict(rows)


def _of_connections(types: list[str], cells: Cells, hidden_hours: Collection[datetime]) -> Guard:
    hidden = [place for place in cells if place[1] in hidden_hours]
    return Guard(types, [], rows=_rows(cells), hours=_shown(cells, hidden))


def _of_scans(met: Guard, cells: Cells) -> Guard:
    """Scans say the hours that encounters do, or the first scan of two people would tell when they met. A purpose that
    fewer than five people share is none of the file's."""
    purposes = sorted({of[0] for (of, _), cell in cells.items() if cell.people >= FEWEST_PEOPLE})
    kept = {place: cell for place, cell in cells.items() if place[0][0] in purposes}
    hours: dict[Class, set[datetime]] = {}
    for purpose in purposes:
        of_purpose = {place: cell for place, cell in kept.items() if place[0][0] == purpose}
        hidden = [
            (of, hour)
            for of, hour in of_purpose
            if purpose == MEET and hour not in met.hours.get((MEET, *sorted(of[1:])), ())
        ]
        hours |= _shown(of_purpose, hidden)
    return Guard(met.types, [], rows=_rows(kept), hours=hours, purposes=purposes)


PERSON = f"""
with person as materialized (
    select id, coalesce(array_position(cast(:types as text[]), type), 0) as kind,
        cast(1 as bigint) << cast((row_number() over (order by id)) % 63 as int) as place
    from attendances where event_id = :event_id and {COUNTED}
)"""

_HOURS = HOURS.format(
    zone=":zone", times="select min(captured_at), max(captured_at) from scans where event_id = :event_id"
)

SCANS = text(f"""{PERSON}, hours as materialized ({_HOURS})
select purpose, one, other, (select begins from hours)[hour], count(*), coalesce(bit_or(ones), 0), bit_or(others)
from (
    select s.purpose, coalesce(a.kind, {NOBODY}) as one, b.kind as other, a.place as ones, b.place as others,
        width_bucket(s.captured_at, (select begins from hours)) as hour
    from scans s join person b on b.id = s.target_attendance_id left join person a on a.id = s.scanner_attendance_id
    where s.event_id = :event_id and s.state = 'recorded' and s.undone_at is null
        and (a.id is not null or s.purpose <> 'meet')
) as counted group by purpose, one, other, hour
""")

RANGES = text(f"""{PERSON}, degree as (
    select id, count(*) as met from (
        select e.low_id as id from encounters e join person on person.id = e.high_id where e.event_id = :event_id
        union all
        select e.high_id from encounters e join person on person.id = e.low_id where e.event_id = :event_id
    ) as side group by id
)
select kind, width_bucket(coalesce(met, 0), cast(:begins as bigint[])) as place, count(*)
from person left join degree using (id) group by 1, 2
""")

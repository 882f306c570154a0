"""What becomes of the counts: figures that an organizer may see. Pure; a None is suppressed or not known yet."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import combinations_with_replacement
from zoneinfo import ZoneInfo

from server.stats.communities import Communities
from server.stats.distribution import Met, distribution_of
from server.stats.network import Network
from server.stats.queries import Counts, Cuts, HourCount
from server.stats.rules import (
    FEWEST_FOR_TOTALS,
    FEWEST_PEOPLE,
    Cell,
    Part,
    hidden_cells,
    hidden_parts,
    rounded_down,
)

MOST_HOURS = 24 * 31


@dataclass(frozen=True, slots=True)
class PerPerson:
    mean: float | None
    median: float | None
    share_with_none: float | None
    share_with_five_or_more: float | None


@dataclass(frozen=True, slots=True)
class TypeFigures:
    type: str | None
    people: int
    met: int | None
    suppressed: bool


@dataclass(frozen=True, slots=True)
class HourFigures:
    starts_at: datetime
    local: str
    encounters: int | None
    suppressed: bool


@dataclass(frozen=True, slots=True)
class MixingFigures:
    type: str | None
    other_type: str | None
    encounters: int | None
    suppressed: bool


@dataclass(frozen=True, slots=True)
class NetworkFigures:
    components: int | None
    largest_component: int | None
    density: float | None
    clustering: float | None


@dataclass(frozen=True, slots=True)
class CutFigures:
    by_type: list[TypeFigures]
    by_hour: list[HourFigures]
    mixing: list[MixingFigures]


STEPS = ("met", "suggested", "requested", "accepted", "held")


@dataclass(frozen=True, slots=True)
class Funnel:
    met: int | None
    suggested: int | None
    requested: int | None
    accepted: int | None
    # Not known to figures fixed before these were counted.
    held: int | None = None
    days_to_suggested: float | None = None
    days_to_requested: float | None = None
    days_to_accepted: float | None = None
    days_to_held: float | None = None


@dataclass(frozen=True, slots=True)
class Figures:
    attendees: int
    claimed: int | None
    met: int | None
    scanned: int | None
    scanned_by: int | None
    encounters: int | None
    mutual: int | None
    scans: int | None
    across_types: int | None
    across_organisations: int | None
    per_person: PerPerson
    by_type: list[TypeFigures]
    by_hour: list[HourFigures]
    mixing: list[MixingFigures]
    network: NetworkFigures
    funnel: Funnel
    # What was fixed before these were counted lacks them.
    distribution: list[Met] = field(default_factory=list)
    communities: Communities = field(default_factory=Communities)


@dataclass(frozen=True, slots=True)
class Doors:
    """When scans were possible, and in which zone the event counts its hours."""

    open_at: datetime
    close_at: datetime
    zone: str


def figures_of(
    counts: Counts, network: Network | None, communities: Communities, doors: Doors, *, live: bool
) -> Figures:
    """While the event is live `network` is None and there are no communities: one more encounter would show."""
    enough = counts.attendees >= FEWEST_FOR_TOTALS

    def shown(number: int) -> int | None:
        if not enough:
            return None
        return rounded_down(number) if live else number

    encounters = shown(counts.encounters)
    cuts = cut_figures(counts, doors, live=live)
    return Figures(
        attendees=counts.attendees,
        claimed=shown(counts.claimed),
        met=shown(counts.met),
        scanned=shown(counts.scanned),
        scanned_by=shown(counts.scanned_by),
        encounters=encounters,
        mutual=shown(counts.mutual),
        scans=shown(counts.scans),
        across_types=shown(counts.across_types),
        across_organisations=shown(counts.across_organisations),
        per_person=_per_person(
            counts,
            encounters=encounters,
            met=shown(counts.met),
            met_five_or_more=shown(counts.met_five_or_more),
            live=live,
        ),
        by_type=cuts.by_type,
        by_hour=cuts.by_hour,
        mixing=cuts.mixing,
        network=NetworkFigures(
            components=network.components if network and enough else None,
            largest_component=network.largest_component if network and enough else None,
            density=(
                _share(2 * encounters, counts.attendees * (counts.attendees - 1), digits=6)
                if encounters is not None
                else None
            ),
            clustering=(
                round(network.clustering, 4)
                if network and enough and network.clustering is not None
                else None
            ),
        ),
        funnel=Funnel(
            met=encounters,
            suggested=shown(counts.suggested),
            requested=shown(counts.requested),
            accepted=shown(counts.accepted),
            held=shown(counts.held),
            **({} if live or not enough else _waits(counts)),
        ),
        distribution=(
            distribution_of(counts.people_by_encounters, attendees=counts.attendees)
            if enough and not live
            else []
        ),
        communities=communities if enough else Communities(),
    )


def cut_figures(counts: Cuts, doors: Doors, *, live: bool) -> CutFigures:
    enough = counts.attendees >= FEWEST_FOR_TOTALS
    return CutFigures(
        by_type=_by_type(counts, enough=enough, live=live),
        by_hour=_by_hour(counts.hours, doors, live=live) if enough else [],
        mixing=_mixing(counts, enough=enough, live=live),
    )


def _waits(counts: Counts) -> dict[str, float]:
    """How long it took, where five people or more took part; to a tenth of a day."""
    return {
        f"days_to_{step}": round(wait.days, 1)
        for step, wait in counts.waits.items()
        if wait.people >= FEWEST_PEOPLE
    }


def _per_person(
    counts: Counts, *, encounters: int | None, met: int | None, met_five_or_more: int | None, live: bool
) -> PerPerson:
    """All from what is shown anyway, so that a live mean moves in steps too."""
    people = counts.attendees
    if encounters is None or met is None or met_five_or_more is None:
        return PerPerson(None, None, None, None)
    return PerPerson(
        mean=_share(2 * encounters, people, digits=2),
        median=None if live else counts.median,
        share_with_none=_share(people - met, people),
        share_with_five_or_more=_share(met_five_or_more, people),
    )


def _share(part: int, whole: int, *, digits: int = 4) -> float:
    return round(part / whole, digits) if whole else 0.0


def _by_type(counts: Cuts, *, enough: bool, live: bool) -> list[TypeFigures]:
    groups = sorted(counts.groups, key=lambda row: (row.group is None, -row.people, row.group or ""))
    hidden = hidden_parts([Part(row.met, row.people) for row in groups])
    return [
        TypeFigures(
            type=row.group,
            people=row.people,
            met=None if out or not enough else rounded_down(row.met) if live else row.met,
            suppressed=out or not enough,
        )
        for row, out in zip(groups, hidden, strict=True)
    ]


def _by_hour(hours: Sequence[HourCount], doors: Doors, *, live: bool) -> list[HourFigures]:
    """Every hour of open doors, empty ones too, so that the list itself tells nothing."""
    found = {row.hour: row for row in hours}
    listed = sorted({*found, *_hours_open(doors)})
    cells = [
        Cell(found[hour].encounters, found[hour].people) if hour in found else Cell(0, 0) for hour in listed
    ]
    return [
        HourFigures(
            starts_at=hour,
            local=hour.astimezone(ZoneInfo(doors.zone)).strftime("%Y-%m-%d %H:%M"),
            encounters=None if out else rounded_down(cell.count) if live else cell.count,
            suppressed=out,
        )
        for hour, cell, out in zip(listed, cells, hidden_cells(cells), strict=True)
    ]


def _hours_open(doors: Doors) -> list[datetime]:
    """Each full hour of the event's zone (not every zone keeps whole hours from UTC), for a month at most."""
    local = doors.open_at.astimezone(ZoneInfo(doors.zone))
    first = (doors.open_at - timedelta(minutes=local.minute, seconds=local.second)).replace(microsecond=0)
    count = (doors.close_at - first) // timedelta(hours=1) + 1
    return [(first + timedelta(hours=number)).astimezone(UTC) for number in range(min(count, MOST_HOURS))]


def _mixing(counts: Cuts, *, enough: bool, live: bool) -> list[MixingFigures]:
    """Encounters within and between the groups. How many there are across all types is a figure of its own, so what is
    within and what is between are suppressed each for itself."""
    order = sorted({row.group for row in counts.groups}, key=lambda group: (group is None, group or ""))
    sides = {(row.group, row.other_group): row for row in counts.sides}
    cells: dict[tuple[str | None, str | None], Cell] = {}
    for one, other in combinations_with_replacement(order, 2):
        here, there = sides.get((one, other)), sides.get((other, one))
        if here is None or there is None:
            cells[one, other] = Cell(0, 0)
        else:
            both_ends = 2 if one == other else 1
            cells[one, other] = Cell(here.encounters // both_ends, min(here.people, there.people))

    hidden: dict[tuple[str | None, str | None], bool] = {}
    for within in (True, False):
        places = [place for place in cells if (place[0] == place[1]) is within]
        hidden |= dict(zip(places, hidden_cells([cells[place] for place in places]), strict=True))
    return [
        MixingFigures(
            type=one,
            other_type=other,
            encounters=(
                None if hidden[one, other] or not enough else rounded_down(cell.count) if live else cell.count
            ),
            suppressed=hidden[one, other] or not enough,
        )
        for (one, other), cell in cells.items()
    ]

"""An event's connection stats, as its organizers see them."""

from uuid import UUID

from pydantic import Field

from schemas.wire import MomentOut, Out


class PerPersonOut(Out):
    """Encounters per person; of all attendees, those with none included."""

    mean: float | None = Field(description="Mean.", examples=[14.22])
    median: float | None = Field(description="Median; null while live.", examples=[11.0])
    share_with_none: float | None = Field(description="0 to 1.", examples=[0.0099])
    share_with_five_or_more: float | None = Field(description="0 to 1.", examples=[0.8189])


class TypeStatsOut(Out):
    """One type of attendees."""

    type: str | None = Field(
        description="As imported; null for all types of fewer than five people, counted together.",
        examples=["speaker"],
    )
    people: int = Field(description="Attendees of this type.", examples=[42])
    met: int | None = Field(description="How many of them had an encounter.", examples=[37])
    suppressed: bool = Field(
        description="Whether `met` would tell of fewer than five people.", examples=[False]
    )


class HourStatsOut(Out):
    """One hour of an event."""

    starts_at: MomentOut = Field(description="The hour, in UTC.", examples=["2026-06-04T09:00:00Z"])
    local: str = Field(description="The same in the event's zone.", examples=["2026-06-04 11:00"])
    encounters: int | None = Field(description="Encounters that began in it.", examples=[211])
    suppressed: bool = Field(description="Whether it would tell of fewer than five people.", examples=[False])


class MixingOut(Out):
    """Encounters between two types of attendees."""

    type: str | None = Field(description="One type; null for the small ones together.", examples=["attendee"])
    other_type: str | None = Field(description="The other, or the same.", examples=["speaker"])
    encounters: int | None = Field(description="Between people of these two types.", examples=[388])
    suppressed: bool = Field(description="Whether it would tell of fewer than five people.", examples=[False])


class NetworkOut(Out):
    """How the encounters hang together."""

    components: int | None = Field(
        description="Groups of two or more who are all linked; null while live.", examples=[1]
    )
    largest_component: int | None = Field(
        description="People in the largest; null while live.", examples=[399]
    )
    density: float | None = Field(description="Share of all pairs who met, 0 to 1.", examples=[0.035367])
    clustering: float | None = Field(description="Mean local clustering; null while live.", examples=[0.2712])


class MetOut(Out):
    """Attendees who had about as many encounters."""

    fewest: int = Field(description="Encounters each, at least.", examples=[10])
    most: int | None = Field(description="At most; null for the last.", examples=[14])
    people: int = Field(description="How many attendees had so many.", examples=[61])


class CircleOut(Out):
    """People who met each other more than others; rounded down to fives."""

    people: int = Field(description="In the circle.", examples=[70])
    encounters: int = Field(description="Among them.", examples=[410])


class BetweenOut(Out):
    """Encounters between two circles; rounded down to fives."""

    one: int = Field(description="A circle, by its place in the list, from 0.", examples=[0])
    other: int = Field(description="The other, further down the list.", examples=[3])
    encounters: int = Field(description="Between them.", examples=[85])


class CommunitiesOut(Out):
    """Circles of five people or more; without any while live, and where more pairs met than can be grouped."""

    circles: list[CircleOut] = Field(description="The largest first, sixteen at most.")
    between: list[BetweenOut] = Field(description="Those with five people or more on each side.")


class FunnelOut(Out):
    """What came of the encounters, in pairs of people."""

    met: int | None = Field(description="Had an encounter.", examples=[2865])
    suggested: int | None = Field(description="Of these, one was suggested to the other.", examples=[1490])
    requested: int | None = Field(description="Of those met, one asked for a talk.", examples=[120])
    accepted: int | None = Field(description="Of those met, a talk was booked.", examples=[85])
    held: int | None = Field(description="Of those met, a talk took place, by what both say.", examples=[60])
    days_to_suggested: float | None = Field(
        description="Days from the encounter, the median; null for fewer than five people and while live.",
        examples=[1.1],
    )
    days_to_requested: float | None = Field(description="The same to the request.", examples=[2.4])
    days_to_accepted: float | None = Field(description="The same to the booking.", examples=[4.0])
    days_to_held: float | None = Field(description="The same to the talk.", examples=[9.5])


class DefinitionOut(Out):
    """What a figure means."""

    figure: str = Field(description="The property, dotted.", examples=["per_person.median"])
    meaning: str = Field(
        description="What it counts, for people.",
        examples=["Half of all attendees had at most so many encounters, those with none included."],
    )


class StatsOut(Out):
    """Whether an event connected people. Figures are null where they would tell of fewer than five people: all of
    them at events of fewer than twenty attendees, cells otherwise, and as many more as hinder a subtraction."""

    event_id: UUID = Field(description="The event.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    computed_at: MomentOut = Field(description="When it was counted.", examples=["2026-06-06T08:00:00Z"])
    live: bool = Field(
        description="Until the doors close: counts are rounded down to steps of five.", examples=[False]
    )
    final: bool = Field(description="From 30 days later on: fixed for good.", examples=[False])
    attendees: int = Field(description="People expected.", examples=[403])
    claimed: int | None = Field(description="Of these, in the app.", examples=[403])
    met: int | None = Field(description="Had an encounter.", examples=[399])
    scanned: int | None = Field(description="Scanned somebody.", examples=[391])
    scanned_by: int | None = Field(description="Were scanned by somebody.", examples=[388])
    encounters: int | None = Field(description="Pairs who met.", examples=[2865])
    mutual: int | None = Field(description="Pairs who scanned each other.", examples=[640])
    scans: int | None = Field(description="Scans that stand.", examples=[4585])
    across_types: int | None = Field(description="Encounters between types.", examples=[712])
    across_organisations: int | None = Field(description="Encounters between organisations.", examples=[2644])
    per_person: PerPersonOut = Field(description="Encounters per person.")
    by_type: list[TypeStatsOut] = Field(description="The largest type first, the small ones last.")
    by_hour: list[HourStatsOut] = Field(
        description="Every hour of open doors; empty at events of fewer than twenty attendees."
    )
    mixing: list[MixingOut] = Field(description="Each pair of types once.")
    network: NetworkOut = Field(description="How the encounters hang together.")
    funnel: FunnelOut = Field(description="What came of them.")
    distribution: list[MetOut] = Field(
        description="From nobody met upwards; empty while live and at events of fewer than twenty attendees."
    )
    communities: CommunitiesOut = Field(description="The circles that people moved in.")
    definitions: list[DefinitionOut] = Field(description="What each figure means.")

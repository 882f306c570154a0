"""What do the page's sections say? Each has its chart, the same in words and as a table, or why there is none. Pure."""

from dataclasses import dataclass

from server.reports import charts
from server.reports.charts import Chart
from server.reports.circles import Picture, picture_of
from server.reports.network_chart import network_chart
from server.reports.words import clock, day_name, encounters_each, group_name, number, share
from server.stats.definitions import definitions
from server.stats.figures import Figures
from server.texts import say


@dataclass(frozen=True, slots=True)
class Table:
    columns: list[str]
    rows: list[list[str]]


@dataclass(frozen=True, slots=True)
class Section:
    """`said` is what the chart shows, in a sentence; without a chart, why there is none."""

    name: str
    heading: str
    text: str
    said: str
    chart: Chart | None = None
    table: Table | None = None


def sections_of(figures: Figures, *, zone: str, live: bool) -> list[Section]:
    return [
        _over_time(figures, zone=zone),
        _per_person(figures, live=live),
        _mixing(figures),
        _network(figures, live=live),
        _follow_up(figures),
    ]


def _over_time(figures: Figures, *, zone: str) -> Section:
    heading = say("When people met")
    text = say(
        "Encounters by the hour of their first scan, as clocks showed it at the event (%(zone)s).",
        zone=zone,
    )
    shown = [hour for hour in figures.by_hour if hour.encounters]
    if not shown:
        return Section("time", heading, text, _nothing(figures))
    busiest = max(shown, key=lambda hour: hour.encounters or 0)
    said = say(
        "The busiest hour began at %(hour)s, with %(count)s encounters.",
        hour=clock(busiest.local),
        count=number(busiest.encounters),
    )
    if any(hour.suppressed for hour in figures.by_hour):
        said += " " + say("A ring marks an hour that is not shown.")
    rows = [
        [day_name(hour.local), hour.local[11:16], number(hour.encounters)]
        for hour in figures.by_hour
        if hour.encounters or hour.suppressed
    ]
    return Section(
        "time",
        heading,
        text,
        said,
        charts.hours_chart(figures.by_hour),
        Table([say("Day"), say("Hour"), say("Encounters")], rows),
    )


def _per_person(figures: Figures, *, live: bool) -> Section:
    heading = say("How many people each one met")
    text = say("How many attendees met how many others, those who met nobody included.")
    if not figures.distribution:
        return Section("people", heading, text, _later() if live else _nothing(figures))
    return Section(
        "people",
        heading,
        text,
        say(
            "%(alone)s attendees met nobody; %(share)s met five others or more.",
            alone=number(figures.distribution[0].people),
            share=share(figures.per_person.share_with_five_or_more or 0),
        ),
        charts.distribution_chart(figures.distribution),
        Table(
            [say("Met"), say("Attendees")],
            [[encounters_each(met), number(met.people)] for met in figures.distribution],
        ),
    )


def _mixing(figures: Figures) -> Section:
    heading = say("Who met whom, by group")
    text = say(
        "Of all pairs that two groups could form, the share who met: the stronger the colour, the more. Hidden is what "
        "would tell of fewer than five people, or give such a number away."
    )
    if not figures.encounters:
        return Section("groups", heading, text, _nothing(figures))
    if len(figures.by_type) < 2:
        return Section("groups", heading, text, say("All attendees are of one group."))
    size = {kind.type: kind.people for kind in figures.by_type}
    rows = [
        [
            group_name(mix.type),
            group_name(mix.other_type),
            number(mix.encounters),
            number(None) if part is None else share(part),
        ]
        for mix, part in ((mix, charts.met_share(mix, size)) for mix in figures.mixing)
    ]
    return Section(
        "groups",
        heading,
        text,
        say(
            "%(across)s of %(encounters)s encounters were between different groups.",
            across=number(figures.across_types),
            encounters=number(figures.encounters),
        ),
        charts.mixing_chart(figures.mixing, figures.by_type),
        Table([say("Group"), say("Met"), say("Encounters"), say("Of possible pairs")], rows),
    )


def _network(figures: Figures, *, live: bool) -> Section:
    heading = say("The circles people moved in")
    text = say(
        "People in a circle met each other more than others. The wider a ribbon, the more encounters two circles "
        "share. No dot is somebody: numbers are rounded down to fives, and who is in which circle is not kept."
    )
    circles = figures.communities.circles
    if not circles:
        return Section("network", heading, text, _later() if live else _too_few(figures))
    picture = picture_of(figures.communities, attendees=figures.attendees)
    return Section(
        "network",
        heading,
        text,
        _said_of(picture, figures),
        network_chart(picture),
        Table(
            [say("Circle"), say("People"), say("Encounters among them"), say("With other circles")],
            [
                [
                    number(place + 1),
                    number(circle.people),
                    number(circle.encounters),
                    number(
                        sum(
                            each.encounters
                            for each in figures.communities.between
                            if place in {each.one, each.other}
                        )
                    ),
                ]
                for place, circle in enumerate(circles)
            ],
        ),
    )


def _said_of(picture: Picture, figures: Figures) -> str:
    return say(
        "%(circles)s circles, the largest of about %(largest)s people. A dot stands for %(people)s people; grey dots "
        "around are people in smaller circles, or in none.",
        circles=number(len(figures.communities.circles)),
        largest=number(figures.communities.circles[0].people),
        people=number(picture.people_per_dot),
    )


def _follow_up(figures: Figures) -> Section:
    heading = say("What came of it")
    text = say("Pairs of people, from meeting to a talk held.")
    funnel = figures.funnel
    if not funnel.met:
        return Section("follow-up", heading, text, _nothing(figures))
    names = [say("Met"), say("Suggested"), say("Asked for a talk"), say("Talk booked"), say("Talk held")]
    meaning = {row.figure: row.meaning for row in definitions()}
    steps = [
        ("funnel.met", funnel.met),
        ("funnel.suggested", funnel.suggested),
        ("funnel.requested", funnel.requested),
        ("funnel.accepted", funnel.accepted),
        ("funnel.held", funnel.held),
    ]
    return Section(
        "follow-up",
        heading,
        text,
        say(
            "Of %(met)s pairs who met, %(suggested)s were suggested a talk, %(requested)s asked for one, "
            "%(accepted)s booked it, and %(held)s say that it took place.",
            met=number(funnel.met),
            suggested=number(funnel.suggested),
            requested=number(funnel.requested),
            accepted=number(funnel.accepted),
            held=number(funnel.held),
        ),
        charts.funnel_chart(funnel, names),
        Table(
            [say("Step"), say("Pairs"), say("What it counts")],
            [
                [name, number(pairs), meaning[figure]]
                for name, (figure, pairs) in zip(names, steps, strict=True)
            ],
        ),
    )


def _nothing(figures: Figures) -> str:
    if figures.encounters is None:
        return say("Among fewer than twenty people this would tell of single people, so it is left out.")
    return say("No encounter was counted, so there is nothing to draw.")


def _too_few(figures: Figures) -> str:
    if not figures.encounters:
        return _nothing(figures)
    return say("No circles of five people or more can be told apart here, so there is no picture.")


def _later() -> str:
    return say(
        "While the event is on, this would show what single people do: it follows when the doors have closed."
    )

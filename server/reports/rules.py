"""What would make the next event better? Three sentences that follow from the figures, the most useful first.

Each rule looks at one thing, says how far it is from good (0: fine, 1: as far as can be), and words it kindly. Only
figures that are shown are looked at.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from server.reports.words import clock, number, share
from server.stats.figures import Figures
from server.texts import say

ADVICE = 3


@dataclass(frozen=True, slots=True)
class Advice:
    need: float
    sentence: str


def advise(figures: Figures) -> list[str]:
    """Nothing where the figures are too few to say anything."""
    if not figures.encounters:
        return []
    found = sorted(_advice(figures), key=lambda advice: -advice.need)
    return [advice.sentence for advice in found[:ADVICE]]


def _advice(figures: Figures) -> Iterator[Advice]:
    yield _alone(figures)
    yield _joined(figures)
    yield _both_ways(figures)
    yield _followed_up(figures)
    yield from _mixed(figures)
    yield from _spread_over_time(figures)


def _alone(figures: Figures) -> Advice:
    alone = figures.per_person.share_with_none or 0.0
    count = figures.attendees - (figures.met or 0)
    if alone < 0.05:
        sentence = say(
            "Almost nobody left without having met somebody: keep what you did to bring people together, and do it "
            "again."
        )
    else:
        sentence = say(
            "%(count)s of all attendees (%(share)s) met nobody: ask a few hosts to greet those who come alone, and "
            "open with ten minutes in which everybody scans three people they do not know.",
            count=number(count),
            share=share(alone),
        )
    return Advice(max(0.1, min(1.0, alone * 2.5)), sentence)


def _joined(figures: Figures) -> Advice:
    missing = 1 - (figures.claimed or 0) / figures.attendees
    if missing < 0.1:
        return Advice(
            0.01, say("Nearly everybody was in the app before the doors opened: invite as early next time.")
        )
    return Advice(
        missing,
        say(
            "%(share)s of all attendees never claimed their place in the app: send the invitation two weeks earlier, "
            "and put a sign with the way in at the entrance.",
            share=share(missing),
        ),
    )


def _both_ways(figures: Figures) -> Advice:
    mutual = (figures.mutual or 0) / (figures.encounters or 1)
    if mutual >= 0.5:
        return Advice(
            0.02, say("Most people scanned each other both ways: say again at the opening why that matters.")
        )
    return Advice(
        (0.5 - mutual) * 1.2,
        say(
            "Only %(share)s of all encounters were scanned both ways, and contact details flow when both scan: say so "
            "from the stage, and show it on the first slide.",
            share=share(mutual),
        ),
    )


def _followed_up(figures: Figures) -> Advice:
    suggested, requested = figures.funnel.suggested or 0, figures.funnel.requested or 0
    if not suggested:
        return Advice(
            0.3,
            say(
                "Nothing could be suggested to anybody afterwards: ask people to say in their profile what they look "
                "for and what they offer."
            ),
        )
    asked = requested / suggested
    if asked >= 0.2:
        return Advice(
            0.03,
            say(
                "%(share)s of the suggested talks were asked for: tell next year's attendees so, it is the best "
                "invitation you have.",
                share=share(asked),
            ),
        )
    return Advice(
        0.2 + (0.2 - asked) * 2,
        say(
            "%(suggested)s pairs were suggested a talk, and %(requested)s asked for one: close with five minutes in "
            "which everybody asks one person, and write to all within the week.",
            suggested=number(suggested),
            requested=number(requested),
        ),
    )


def _mixed(figures: Figures) -> Iterator[Advice]:
    """Against what would be if everybody met at random."""
    sizes = [kind.people for kind in figures.by_type]
    people = sum(sizes)
    if len(sizes) < 2 or figures.across_types is None or not figures.encounters:
        return
    by_chance = 1 - sum(size * (size - 1) for size in sizes) / (people * (people - 1))
    really = figures.across_types / figures.encounters
    if really >= 0.8 * by_chance:
        yield Advice(
            0.04,
            say("People mixed across groups about as much as chance would have it: keep the seating open."),
        )
    else:
        yield Advice(
            1 - really / by_chance,
            say(
                "%(really)s of all encounters were between different groups, where chance alone would give "
                "%(by_chance)s: seat groups together at lunch, and let speakers stay for the break after their talk.",
                really=share(really),
                by_chance=share(by_chance),
            ),
        )


def _spread_over_time(figures: Figures) -> Iterator[Advice]:
    """The busiest hour, where hours are shown."""
    shown = [(hour.encounters, hour.local) for hour in figures.by_hour if hour.encounters]
    if not shown or not figures.encounters:
        return
    most, local = max(shown)
    part = most / figures.encounters
    yield Advice(
        0.15 + part / 2,
        say(
            "People met most from %(hour)s (%(share)s of all encounters in one hour): give every half day an hour like "
            "that one, with nothing else on the programme.",
            hour=clock(local),
            share=share(part),
        ),
    )

"""What does each figure mean? One sentence each, in the order in which they are shown."""

from dataclasses import dataclass

from server.texts import say


@dataclass(frozen=True, slots=True)
class Definition:
    figure: str
    meaning: str


def definitions() -> list[Definition]:
    return [Definition(figure, meaning) for figure, meaning in _meanings().items()]


def _meanings() -> dict[str, str]:
    return {
        "attendees": say("People expected: on the list, not cancelled, not left. All shares are of them."),
        "claimed": say("Attendees who have claimed their place in the app."),
        "met": say("Attendees with at least one encounter."),
        "scanned": say("Attendees who scanned at least one other attendee."),
        "scanned_by": say("Attendees whom at least one other attendee scanned."),
        "encounters": say("Pairs of attendees of whom at least one scanned the other, each pair once."),
        "mutual": say("Encounters in which each scanned the other."),
        "scans": say("Scans of attendees by attendees that stand: neither undone nor refused."),
        "across_types": say(
            "Encounters between attendees of different types; types of fewer than five people count as one."
        ),
        "across_organisations": say(
            "Encounters between attendees of different organisations, where both are known."
        ),
        "per_person.mean": say("Encounters per attendee, those with none included."),
        "per_person.median": say(
            "Half of all attendees had at most so many encounters, those with none included."
        ),
        "per_person.share_with_none": say("Share of all attendees who had no encounter."),
        "per_person.share_with_five_or_more": say("Share of all attendees who had five encounters or more."),
        "by_type": say(
            "For each type, how many attendees had at least one encounter; types of fewer than five people are "
            "counted together."
        ),
        "by_hour": say("Encounters by the hour of their first scan, in the event's time zone."),
        "mixing": say("Encounters within and between types."),
        "network.components": say(
            "Groups of two or more people in which everybody can be reached through encounters."
        ),
        "network.largest_component": say("People in the largest such group."),
        "network.density": say("Share of all possible pairs of attendees who had an encounter."),
        "network.clustering": say(
            "Of the people whom an attendee met, the share of pairs who met each other too: the mean over all who met "
            "at least two."
        ),
        "communities": say(
            "Circles of people who met each other more than others (Louvain's method), of five people or more, and "
            "encounters within and between them, all rounded down to fives."
        ),
        "distribution": say(
            "How many attendees had how many encounters; five and more in cells of five people or more."
        ),
        "funnel.met": say("Pairs who had an encounter here."),
        "funnel.suggested": say(
            "Pairs who had an encounter here, and of whom one was suggested to the other afterwards."
        ),
        "funnel.requested": say(
            "Pairs who had an encounter here, and of whom one asked the other for a talk."
        ),
        "funnel.accepted": say("Pairs who had an encounter here, and whose talk was booked."),
        "funnel.held": say(
            "Pairs who had an encounter here, and whose talk took place: both say so, or one does and the other does "
            "not deny it within seven days."
        ),
        "funnel.days_to_suggested": say(
            "Days from the encounter to the suggestion: the median over those pairs; empty for fewer than five people."
        ),
        "funnel.days_to_requested": say("The same to the request."),
        "funnel.days_to_accepted": say("The same to the booking."),
        "funnel.days_to_held": say("The same to the talk that took place."),
    }

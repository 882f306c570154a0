"""What the demo's people write down when they have scanned somebody."""

import random
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from server.demo.people import DemoPerson
from server.demo.topics import CAREER


@dataclass(frozen=True, slots=True)
class Remark:
    """The annotations of one scan; empty texts and None mean that nothing was said. `annotated_at` is UTC."""

    label: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    signal: str | None = None
    annotated_at: datetime | None = None


NO_REMARK: Final = Remark()

# One does not have a poster on how to find a first job.
_PRIVATE: Final = {each.topic for each in CAREER}
_PLACES: Final = {
    "morning": ("coffee before the opening", "registration queue", "poster hall", "front row, hall A"),
    "noon": ("lunch, terrace", "lunch queue", "stand 12", "poster hall"),
    "afternoon": (
        "coffee break",
        "workshop room 3",
        "stand 27",
        "after the resistance session",
        "poster hall",
    ),
    "evening": ("reception", "congress dinner", "tram to the old town"),
}
_TAGS: Final = (
    "follow up",
    "send paper",
    "protocol",
    "supplier",
    "visit",
    "speaker idea",
    "hiring",
    "colleague",
)

# One knows what the other wants, or has it.
_ABOUT_A_MATCH: Final = (
    "Can help with {topic}. Call next week.",
    "Has done {topic} at {place}, offered to share what went wrong.",
    "I asked about {topic}; promised to send their notes.",
    "Exactly the person for {topic}. Visit {place}?",
    "Knows a lot about {topic}, wants to compare figures.",
)
_ABOUT_A_NEED: Final = (
    "Looking into {topic}; send what we have.",
    "Wants to know more about {topic}. Introduce to our team.",
    "Needs help with {topic}; I have slides.",
)
_ABOUT_ANYTHING: Final = (
    "Talked about {topic}.",
    "Talked about {topic}, and about {place}.",
    "Good story about {topic}. Ask for the slides.",
    "Disagrees with me about {topic}, politely.",
    "Poster on {topic}, look it up.",
    "{role} at {place}; met through a colleague.",
)


def draw_remark(
    rng: random.Random, *, writer: DemoPerson, about: DemoPerson, at: datetime, may_note: bool
) -> Remark:
    """Mostly nothing; now and then where it was (`at` is local time), a note in the writer's words, a tag."""
    label = rng.choice(_PLACES[_part_of_day(at)]) if rng.random() < 0.07 else ""
    note = _note(rng, writer, about) if may_note and rng.random() < 0.06 else ""
    tags = tuple(sorted(rng.sample(_TAGS, k=rng.choice((1, 1, 2))))) if note and rng.random() < 0.4 else ()
    if not (label or note or tags):
        return NO_REMARK
    later = timedelta(seconds=rng.randint(15, 240))
    return Remark(label=label, note=note, tags=tags, annotated_at=at.astimezone(UTC) + later)


def _note(rng: random.Random, writer: DemoPerson, about: DemoPerson) -> str:
    match = [topic for topic in about.offers if topic in writer.asks]
    need = [topic for topic in about.asks if topic in writer.offers]
    if match:
        text, topics = rng.choice(_ABOUT_A_MATCH), match
    elif need:
        text, topics = rng.choice(_ABOUT_A_NEED), need
    else:
        text, topics = rng.choice(_ABOUT_ANYTHING), [topic for topic in about.offers if topic not in _PRIVATE]
    return text.format(topic=rng.choice(topics), place=about.organisation, role=about.role)


def _part_of_day(at: datetime) -> str:
    if at.hour < 12:
        return "morning"
    if at.hour < 14:
        return "noon"
    return "afternoon" if at.hour < 18 else "evening"

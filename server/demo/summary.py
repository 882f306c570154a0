"""What the demo says when it has played: what happened in figures, and what to open next."""

import json
from pathlib import Path

from server.demo.beside import LOG
from server.demo.encounters import CITATION
from server.demo.organizing import ORGANIZER
from server.demo.story import Story


def summary(story: Story, url: str, *, seconds: float) -> str:
    return "\n".join([*_figures(story, seconds), "", *_what_to_open(story, url)])


def _figures(story: Story, seconds: float) -> list[str]:
    stats, outcomes = story.stats, story.deliveries.outcomes
    listed = [found for found in story.suggestions.values() if found]
    lines = [
        f"Played in {seconds:.0f} s, {story.api.calls:,} calls: the encounters of a real conference,",
        f"{CITATION}.",
        "Names and profiles are made up.",
        "",
        _row("Attendees", f"{stats['attendees']:,}", f"{stats['met']:,} met somebody"),
        _row(
            "Scans delivered",
            f"{outcomes.total():,}",
            f"{outcomes['recorded']:,} kept, {outcomes['repeated']:,} sent again or with a tap",
        ),
        _row(
            "Pairs who met",
            f"{stats['encounters']:,}",
            f"{stats['mutual']:,} scanned each other; half of all met {stats['per_person']['median']:.0f} or fewer",
        ),
        _row("Suggestions", f"{sum(map(len, listed)):,}", f"for {len(listed):,} people"),
    ]
    if story.digest is None:
        lines.append(_row("Digest", "-", "nobody's clock shows 8 in the morning or later: it comes then"))
    if story.talk:
        talk = story.talk
        names = f"{talk.asker.who.name} asked {talk.host.who.name}"
        lines.append(_row("Talk booked", talk.interview["starts_at"], names))
    return lines


def _what_to_open(story: Story, url: str) -> list[str]:
    files = [
        ("The report", story.report),
        ("The figures as CSV", story.exports.get("connection_stats")),
        ("Who met whom, too", story.exports.get("connections")),
        ("A badge to scan", story.badge_image),
        ("The invitation", story.talk and story.talk.mail),
        ("All mail", story.outbox.folder),
        ("The server's log", story.folder / LOG),
    ]
    someone = (story.talk.asker if story.talk else story.guests[min(story.guests)]).who
    request = json.dumps({"email": someone.email})
    return [
        _row("API and its docs", f"{url}/docs"),
        *(_row(what, _short(path)) for what, path in files if path),
        "",
        f"To be {someone.name}, or the organizer ({ORGANIZER}), ask for a code,",
        f"  curl {url}/v1/sign_in_codes --json '{request}'",
        "read it in the newest mail, and trade it for a session:",
        f'  curl {url}/v1/sessions --json \'{{"request_id": "…", "code": "…", "label": "curl"}}\'',
    ]


def _row(what: str, *said: str) -> str:
    return f"{what:<20}{'   '.join(said)}"


def _short(path: Path) -> str:
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)

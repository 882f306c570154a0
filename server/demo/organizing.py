"""What the organizer does: creates the event, imports the list, has badges printed, and looks at the figures."""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit
from uuid import uuid4

from server.demo.api import Phone, looks
from server.demo.conference import Conference
from server.demo.encounters import ZONE
from server.demo.errors import DemoStopped

ORGANIZER: Final = "programme@congress.example.org"
NAME: Final = "Hospital Hygiene Congress"
VENUE: Final = "Acropolis, Nice"

_AN_EXPORT_TAKES_AT_MOST: Final = timedelta(seconds=60)


async def create_event(organizer: Phone, conference: Conference) -> str:
    """A new event each time the demo plays; its id."""
    event = await organizer.post(
        "/v1/events",
        {
            "id": str(uuid4()),
            "name": NAME,
            "venue": VENUE,
            "zone": ZONE,
            "starts_at": conference.starts_at.isoformat(),
            "ends_at": conference.ends_at.isoformat(),
            "doors_before_minutes": 60,
            "doors_after_minutes": 60,
        },
    )
    return event["id"]


async def import_attendees(organizer: Phone, event_id: str, listed: bytes) -> int:
    """Look first (a dry run), then do it; how many places that made."""
    planned = await _import(organizer, event_id, listed, dry_run=True)
    if planned["problems"]:
        raise DemoStopped(f"The attendee list has problems: {planned['problems'][:3]}")
    done = await _import(organizer, event_id, listed, dry_run=False)
    if done["created"] != planned["created"]:
        raise DemoStopped(f"The import made {done['created']} places; the dry run said {planned['created']}.")
    return done["created"]


async def _import(organizer: Phone, event_id: str, listed: bytes, *, dry_run: bool) -> dict[str, Any]:
    answer = await organizer.call(
        "POST",
        f"/v1/events/{event_id}/attendees/import",
        params={"dry_run": dry_run},
        content=listed,
        headers={"content-type": "text/csv"},
    )
    return answer.json()


async def issue_badges(organizer: Phone, event_id: str) -> None:
    await organizer.post(f"/v1/events/{event_id}/badges")


async def save_badge(organizer: Phone, event_id: str, attendance_id: str, folder: Path) -> Path:
    """The drawing of somebody's badge, to be scanned from the screen."""
    drawn = await organizer.call("GET", f"/v1/events/{event_id}/attendees/{attendance_id}/badge.svg")
    file = folder / "badge.svg"
    file.write_bytes(drawn.content)
    return file


async def read_stats(organizer: Phone, event_id: str) -> dict[str, Any]:
    return await organizer.get(f"/v1/events/{event_id}/stats")


async def save_report(organizer: Phone, event_id: str, folder: Path) -> Path:
    file = folder / "report.html"
    file.write_bytes((await organizer.call("GET", f"/v1/events/{event_id}/report")).content)
    return file


async def export(organizer: Phone, event_id: str, kind: str, folder: Path) -> Path:
    """Ask for a file (`connection_stats` or `connections`), wait until it is made, and download it."""
    order = {"id": str(uuid4()), "kind": kind, "format": "csv"}
    exported = await organizer.post(f"/v1/events/{event_id}/exports", order)
    at = f"/v1/events/{event_id}/exports/{exported['id']}"
    async for _ in looks(_AN_EXPORT_TAKES_AT_MOST, f"The export {kind} was not made."):
        exported = await organizer.get(at)
        if exported["state"] != "waiting":
            break
    if exported["state"] != "ready":
        raise DemoStopped(f"The export {kind} is {exported['state']}: {exported['reason']}.")

    file = folder / f"{kind.replace('_', '-')}.csv"
    link = urlsplit(
        exported["download_url"]
    ).path  # where we are told it is may be another name of this server
    file.write_bytes((await organizer.call("GET", link)).content)
    return file

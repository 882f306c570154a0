"""The phone's side: a copy of what is its owner's, kept up to date by `sync_changes`."""

from dataclasses import dataclass, field
from typing import Any

from server.database import Database
from server.sync.jobs import spread_ripples
from tests.phones import Phone

KEYS: dict[str, Any] = {
    "attendances": ("attendance", lambda one: one["attendance_id"]),
    "connections": ("connection", lambda one: one["person_id"]),
    "directory": ("directory_entry", lambda one: (one["event_id"], one["person"]["person_id"])),
    "interviews": ("interview", lambda one: one["id"]),
    "nudges": ("nudge", lambda one: one["id"]),
    "suggestions": ("suggestion", lambda one: one["id"]),
}
NOTHING: dict[str, Any] = {**{name: [] for name in KEYS}, "removed": []}


@dataclass
class Copy:
    """Takes `removed` away, then puts what came in its place, as the contract says."""

    phone: Phone
    limit: int = 100
    cursor: str | None = None
    kept: dict[str, dict[Any, Any]] = field(default_factory=lambda: {name: {} for name in KEYS})

    async def sync(self) -> dict[str, Any]:
        """All pages there are; what they brought together, without the cursor."""
        brought: dict[str, Any] = {name: [] for name in NOTHING}
        more = True
        while more:
            page = await self.page()
            for name in NOTHING:
                brought[name] += page[name]
            more = page["has_more"]
        return brought

    async def page(self) -> dict[str, Any]:
        query: dict[str, Any] = {"limit": self.limit, **({"cursor": self.cursor} if self.cursor else {})}
        answer = await self.phone.get("/v1/me/changes", params=query)
        assert answer.status_code == 200, answer.text
        page = answer.json()
        self.cursor = page["next_cursor"]
        for gone in page["removed"]:
            self.remove(gone)
        for name, (_, key) in KEYS.items():
            self.kept[name].update({key(one): one for one in page[name]})
        return page

    def remove(self, gone: dict[str, Any]) -> None:
        if gone["kind"] == "directory":
            directory = self.kept["directory"]
            self.kept["directory"] = {key: one for key, one in directory.items() if key[0] != gone["id"]}
            return
        (name,) = (name for name, (kind, _) in KEYS.items() if kind == gone["kind"])
        key = (gone["event_id"], gone["id"]) if gone["event_id"] else gone["id"]
        self.kept[name].pop(key, None)

    def __getitem__(self, name: str) -> list[Any]:
        return list(self.kept[name].values())


async def spread(database: Database, now: Any) -> None:
    """What the worker does every two seconds."""
    await spread_ripples(database, now=now)


async def lists_of(phone: Phone, *, events: list[str] = ()) -> dict[str, list[Any]]:
    """The same from the lists, as far as there are any."""
    found = {}
    for name, path in (
        ("connections", "/v1/connections"),
        ("interviews", "/v1/interviews"),
        ("nudges", "/v1/nudges"),
        ("suggestions", "/v1/suggestions"),
    ):
        found[name] = (await phone.get(path, params={"limit": 200})).json()["items"]
    found["directory"] = [
        {"event_id": event, "person": person}
        for event in events
        for person in (await phone.get(f"/v1/events/{event}/people", params={"limit": 200})).json()["items"]
    ]
    found["attendances"] = [(await phone.get(f"/v1/events/{event}/attendance")).json() for event in events]
    return found

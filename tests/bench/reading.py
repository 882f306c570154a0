"""What a phone reads all day."""

import json
from collections.abc import Iterator
from urllib.request import Request, urlopen

from tests.bench.crowd import credentials
from tests.bench.figures import Figure, Size
from tests.bench.house import SECRET, House
from tests.bench.scanning import beside, best, store

SYNCING = 64  # phones


def reads(house: House, size: Size) -> Iterator[Figure]:
    """A page of 50 people met (or all 40), five suggestions, and that nothing is new. The ceiling reads the same tables
    in one statement, and answers the same models."""
    store(house, size)
    for name, path in (
        ("list_connections", "/v1/connections"),
        ("list_suggestions", "/v1/suggestions"),
        ("sync_changes with nothing new", "/v1/me/changes"),
    ):
        people = up_to_date(house) if path == "/v1/me/changes" else None
        hallway, bare = best(house, size, "get", path, connections=16, people=people)
        yield Figure(
            what=f"{name}, 16 connections", value=hallway["rate"], unit="/s", ceiling=bare["rate"], at_least=0.4,
            more=beside(hallway, bare),
        )  # fmt: skip


def up_to_date(house: House) -> list[list[str]]:
    """People whose phones have read everything: each asks with a cursor of its own."""
    people = credentials(SECRET.encode(), SYNCING)
    for person in people:
        path, more = "/v1/me/changes", True
        while more:
            asked = Request(
                f"http://127.0.0.1:{house.hallway.port}{path}",
                headers={"authorization": f"Bearer {person[0]}"},
            )
            with urlopen(asked) as answer:
                page = json.load(answer)
            path, more = f"/v1/me/changes?cursor={page['next_cursor']}", page["has_more"]
        person[2] = path
    return people

"""What is tried on every operation there is, by somebody who may use it."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest

from tests.access.expected import EXPECTED
from tests.access.test_matrix import OPERATIONS, STREAMS, path_of, request_of
from tests.access.world import World, forget_limits

# Meaning to a database, a shell, a template, a page, a path, a log, and to whoever reads backwards.
# A batch of scans is never refused for a word too many; what is not asked for is not read.
READS_NO_MORE = {"sync_scans"}

NASTY = "'\";--$(id)`{{7*7}}<script>%s%n../..\\\r\n\u202e\u0000\ud800"


def asked_by_whoever_may(world: World) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """Name, method, path template and a right request, of each operation."""
    for name, (method, path, operation) in OPERATIONS.items():
        if name not in STREAMS:
            yield name, method, path, request_of(world, name, operation, world.tokens[EXPECTED[name].may[0]])


async def test_nobody_sets_a_field_that_is_not_asked_for(client, database, world: World):
    wrong = []
    for name, method, path, asked in asked_by_whoever_may(world):
        if not isinstance(asked.get("json"), dict) or name in READS_NO_MORE:
            continue
        for field in ("person_id", "account_id", "role", "is_admin"):
            if field in asked["json"]:
                continue
            await forget_limits(database)
            body = {**asked["json"], field: str(uuid4())}
            answer = await client.request(method, path_of(world, name, path), **{**asked, "json": body})
            faults = answer.json().get("errors", []) if answer.status_code == 400 else []
            if f"/{field}" not in [fault["pointer"] for fault in faults]:
                wrong.append(f"{name}: {field} was answered {answer.status_code} {faults}")
    assert not wrong, "\n" + "\n".join(wrong)


async def test_words_in_addresses_and_queries_are_words(client, database, world: World):
    """None makes a statement of its own or breaks anything: at worst it is not found."""
    nasty = quote(NASTY.encode("utf-8", "surrogatepass"), safe="")
    wrong = []
    for name, method, path, asked in asked_by_whoever_may(world):
        named = {
            place: [one["name"] for one in OPERATIONS[name][2].get("parameters", []) if one["in"] == place]
            for place in ("path", "query")
        }
        tries = [path_of(world, name, path.replace(f"{{{one}}}", nasty)) for one in named["path"]]
        tries += [f"{path_of(world, name, path)}?{one}={nasty}" for one in named["query"]]
        for where in tries:
            await forget_limits(database)
            answer = await client.request(method, where, **{**asked, "params": {}})
            if answer.status_code >= 500 or (answer.is_success and "?" not in where):
                wrong.append(f"{name}: {where} was answered {answer.status_code}")
    assert not wrong, "\n" + "\n".join(wrong)


@pytest.mark.parametrize(
    "path", ["/", "/v1", "/v1/nowhere", "/docs", "/docs/nowhere", "/b/NOWHERE", "/v1/me", "/v1/health"]
)
@pytest.mark.parametrize("method", ["GET", "OPTIONS", "PUT"])
async def test_whatever_is_asked_for_is_answered_with_the_headers_of_every_answer(client, path, method):
    answer = await client.request(method, path)
    assert answer.headers.get_list("x-content-type-options") == ["nosniff"]
    assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
    assert len(answer.headers.get_list("cache-control")) == 1

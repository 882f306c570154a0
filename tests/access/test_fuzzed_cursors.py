"""A cursor is whatever a client sends: well-formed parts of it may be anything, and reach statements."""

import base64
import json
import random
from typing import Any

from server.ids import new_id
from tests.access.expected import EXPECTED
from tests.access.test_matrix import OPERATIONS, path_of, request_of
from tests.access.world import World, forget_limits

EXTREMES: list[Any] = [
    0, -1, 2**31, 2**63 - 1, -(2**63), 0.5, float("nan"), float("inf"), True, None, "", "x", "'; --", "\u0000",
    "0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59.999999+00:00", "0001-01-01T00:00:00+14:00",
    "00000000-0000-0000-0000-000000000000", "1:1:", "9223372036854775807:9223372036854775807:", [], {},
]  # fmt: skip
SEVERAL = 40


def cursors(chance: random.Random) -> list[str]:
    """Every length and mixture of parts that any of ours could have, and some that none has."""
    kinds: list[Any] = ["2026-06-04T09:00:00+00:00", str(new_id()), "met", 7, 0.5, "1:1:", *EXTREMES]
    lengths = [1, 2, 3, 4, 5, 7] * SEVERAL
    made = [[chance.choice(kinds) for _ in range(length)] for length in lengths]
    made += [[one, *rest] for one in EXTREMES for rest in ([str(new_id())], ["x", str(new_id())])]
    return [base64.urlsafe_b64encode(json.dumps(parts).encode()).decode().rstrip("=") for parts in made]


async def test_any_cursor_is_a_page_or_a_named_failure(client, database, world: World):
    """Also what one operation wrote, sent to another."""
    tried = cursors(random.Random(7))  # noqa: S311 - the same each time
    wrong = []
    for name, (method, path, operation) in OPERATIONS.items():
        if not any(one["name"] == "cursor" for one in operation.get("parameters", [])):
            continue
        asked = request_of(world, name, operation, world.tokens[EXPECTED[name].may[0]])
        await forget_limits(database)
        for number, cursor in enumerate(tried):
            if number % 100 == 0:
                await forget_limits(database)
            params = {**asked["params"], "cursor": cursor}
            answer = await client.request(method, path_of(world, name, path), **{**asked, "params": params})
            code = None if answer.is_success else answer.json().get("code")
            if code not in {None, "cursor_invalid", "cursor_expired"}:
                wrong.append(
                    f"{name}: {base64.urlsafe_b64decode(cursor + '==')!r}: {answer.status_code} {code}"
                )
    assert not wrong, "\n" + "\n".join(wrong[:40])

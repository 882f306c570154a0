"""Five hundred wrong items at once: each is answered by itself, none is lost, none is doubled."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import func, select

from server.badges.codes import new_badge_code
from server.scans.models import Scan
from tests.scans.conference import Conference, Guest, scan_of


def wrong_items(n: int, conference: Conference, me: Guest, other: Guest) -> list[tuple[Any, str | None]]:
    """Twenty faults, each with its code; every `n` is each of them in another way."""
    now = conference.now

    def good(**changes: Any) -> dict[str, Any]:
        return scan_of(other, at=now - timedelta(seconds=n)) | changes

    code, place = other.badge.code, 8 + n % 14
    flipped = code[:place] + ("B" if code[place] == "A" else "A") + code[place + 1 :]
    elsewhere = new_badge_code(bytes([n, 1, 2]), bytes).text
    not_mine = [("exit", "not_on_team_yet"), ("lead", "not_staff_yet")][n % 2]
    return [
        (good(captured_at=f"yesterday {n}"), "malformed"),
        (good(captured_at=1_700_000_000 + n), "malformed"),
        (good(code=n), "malformed"),
        (good(code="x" * (4_001 + n)), "malformed"),
        (good(code=f"https://hallway.example/b/{n}"), "malformed"),
        (good(code=f"a\x00{n}"), "malformed"),
        (good(purpose=f"spy {n}"), "malformed"),
        (good(sequence=-n), "malformed"),
        (good(tags=["x"] * (21 + n)), "malformed"),
        (good(note=["not text", n]), "malformed"),
        ({"id": str(uuid4()), "n": n}, "malformed"),
        (good(id=f"{n}"), "malformed"),
        ([n], "malformed"),
        (good(**at(now - timedelta(days=365 + n))), "outside_event"),  # a replay from last year
        (good(**at(now + timedelta(days=3_650 + n))), None),  # receipt is the latest it can be
        (good(code=me.badge.code), "own_badge"),
        (good(code=elsewhere), "other_event"),
        (good(code=f"poster {n}"), "no_badge_yet"),
        (good(code=flipped), "no_badge_yet"),  # printed ahead, for all we know
        (good(purpose=not_mine[0]), not_mine[1]),
    ]


def at(moment: datetime) -> dict[str, str]:
    return {"captured_at": moment.isoformat()}


async def test_five_hundred_faults_at_once_are_answered_one_by_one(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database
):
    wrong = [one for n in range(25) for one in wrong_items(n, conference, ada_there, grace_there)]
    items = [item for item, _ in wrong]

    first = await ada_there.sync(items, now=clock.now)
    again = await ada_there.sync(list(reversed(items)), now=clock.now)

    assert [answer["index"] for answer in first["items"]] == list(range(500))
    assert [answer["code"] for answer in first["items"]] == [code for _, code in wrong]
    assert [answer["code"] for answer in reversed(again["items"])] == [code for _, code in wrong]
    with_id = [answer for answer in first["items"] if answer["id"] is not None]
    assert len({answer["id"] for answer in with_id}) == len(with_id) == 500 - 2 * 25
    assert Counter(answer["outcome"] for answer in again["items"]) == {"repeated": 450, "refused": 50}
    async with database.transaction() as db:
        assert await db.scalar(select(func.count()).select_from(Scan)) == len(with_id)


async def test_a_clock_that_jumps_between_batches_is_taken_as_it_is_each_time(
    conference: Conference, ada_there: Guest, grace_there: Guest, clock, database
):
    """The first kept delivery fixes what a capture's time is; a later one measures another skew: nothing changes."""
    ahead = timedelta(days=3_650)
    before = scan_of(grace_there, at=clock.now - timedelta(minutes=5))
    after = scan_of(grace_there, at=clock.now + ahead - timedelta(minutes=3))

    await ada_there.sync([before], now=clock.now)
    later = await ada_there.sync([before, after], now=clock.now + ahead)

    assert [answer["outcome"] for answer in later["items"]] == ["repeated", "recorded"]
    async with database.transaction() as db:
        rows = await db.execute(select(Scan.captured_at, Scan.time_doubtful).order_by(Scan.captured_at))
        assert [tuple(row) for row in rows] == [
            (clock.now - timedelta(minutes=5), False),
            (clock.now - timedelta(minutes=3), True),
        ]

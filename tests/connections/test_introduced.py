"""Two who were introduced, and who then meet."""

from datetime import timedelta
from uuid import UUID

import pytest

from server.connections.introducing import introduce
from tests.scans.conference import Guest, scan_of


async def introduced(database, one: Guest, other: Guest, *, now) -> None:
    async with database.transaction() as db:
        await introduce(db, UUID(one.person_id), UUID(other.person_id), now=now)


def met(seen: dict) -> tuple[str | None, str, str, bool]:
    return seen["first_event_id"], seen["first_met_at"], seen["last_met_at"], seen["email"] != ""


@pytest.mark.parametrize("scanned", ["before", "after"])
async def test_an_undone_scan_leaves_them_introduced(
    ada_there: Guest, grace_there: Guest, database, clock, scanned
):
    """Whichever came first, and whenever the scan arrives."""
    introduced_at = clock.now - timedelta(minutes=5)
    captured = introduced_at + timedelta(minutes=-3 if scanned == "before" else 3)
    await introduced(database, ada_there, grace_there, now=introduced_at)
    (alone,) = await ada_there.connections()
    assert met(alone) == (None, "2026-06-04T08:55:00Z", "2026-06-04T08:55:00Z", True)

    scan = scan_of(grace_there, at=captured)
    await ada_there.sync([scan], now=clock.now)
    (both,) = await ada_there.connections()
    first = (str(ada_there.event.id), "2026-06-04T08:52:00Z") if scanned == "before" else met(alone)[:2]
    last = "2026-06-04T08:55:00Z" if scanned == "before" else "2026-06-04T08:58:00Z"
    assert met(both) == (*first, last, True)

    await ada_there.undo(scan["id"], at=captured + timedelta(seconds=20))
    for guest in (ada_there, grace_there):
        (left,) = await guest.connections()
        assert met(left) == met(alone)


async def test_who_was_removed_comes_back_when_both_agree(
    ada_there: Guest, grace_there: Guest, database, clock
):
    await ada_there.scan(grace_there, at=clock.now)
    await grace_there.phone.delete(f"/v1/connections/{ada_there.person_id}")
    clock.tick(minutes=1)
    await introduced(database, ada_there, grace_there, now=clock.now)

    for guest in (ada_there, grace_there):
        (seen,) = await guest.connections()
        assert met(seen) == (
            str(ada_there.event.id), "2026-06-04T09:00:00Z", "2026-06-04T09:01:00Z", True,
        )  # fmt: skip

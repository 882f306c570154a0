"""A cursor is read as it was written, and nothing else is read as one."""

from datetime import UTC, datetime
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from server.failures import CursorInvalid
from server.sync.cursors import MOST_IN_PROGRESS, Cursor, Position, parse, shortened

NOW = datetime(2026, 6, 4, 9, tzinfo=UTC)


def cursor(**changes) -> Cursor:
    facts = {
        "generation": "1f3e4b5c6d7e8f90",
        "person_id": uuid4(),
        "seen": "100:105:101,103",
        "seen_at": NOW,
        "upto": None,
        "upto_at": NOW,
    }
    return Cursor(**{**facts, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"seen": None, "upto": "7:7:"},
        {"upto": "104:120:104,110", "after": Position("suggestion", uuid4(), uuid4())},
    ],
)
def test_a_cursor_is_read_as_it_was_written(changes):
    written = cursor(**changes)
    assert parse(written.text()) == written


number = st.one_of(
    st.integers(0, 12),
    st.sampled_from([2**63, 2**64 - 1, 2**64, 10**30]),
    st.sampled_from(["", "-1", "x", "٣"]),
)
snapshots = st.builds(
    lambda oldest, following, xids: f"{oldest}:{following}:{','.join(str(xid) for xid in xids)}",
    number,
    number,
    st.lists(st.integers(0, 12), max_size=4).flatmap(lambda xids: st.sampled_from([xids, sorted(set(xids))])),
)


@given(snapshot=st.one_of(snapshots, st.text(max_size=12)))
@settings(max_examples=300, suppress_health_check=list(HealthCheck), database=None)
async def test_only_what_postgresql_reads_as_a_snapshot_is_one(database, snapshot):
    try:
        parse(cursor(seen=snapshot, upto="1:1:").text())
    except CursorInvalid:
        return
    async with database.engine.connect() as connection:
        try:
            await connection.execute(
                text("select cast(cast(:seen as text) as pg_snapshot)"), {"seen": snapshot or "1:1:"}
            )
        except DBAPIError as failed:
            raise AssertionError(snapshot) from failed


def test_a_snapshot_of_very_many_transactions_forgets_the_latest_only():
    """What it leaves out counts as not seen, so it is read again or later, and never skipped."""
    xids = list(range(1000, 1000 + 5 * MOST_IN_PROGRESS, 2))
    short = shortened(f"1000:5000:{','.join(map(str, xids))}")

    oldest, following, in_progress = short.split(":")
    assert (oldest, in_progress) == ("1000", ",".join(map(str, xids[:MOST_IN_PROGRESS])))
    assert int(following) == xids[MOST_IN_PROGRESS]
    assert shortened(short) == short
    assert parse(cursor(seen=short, upto=short).text()).seen == short
    assert len(cursor(seen=short.replace("1", "9" * 12), upto=short).text()) < 6000

"""The phone's half of scanning: what is scanned is on disk before anything is sent, and leaves by an outcome only.

One queue is one file, for one person at one event on one phone. Everything that was ever scanned, annotated or taken
back is a row of its own, sent until the server names an outcome for that very row, and kept 48 hours more. Each
method writes in one transaction, so that the app may be killed anywhere: what returned is kept, what was under way
is sent again, and the server recognises it. README.md tells the rules; port this line by line.
"""

import json
import random
import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

# Sends (operation, path, body) in the person's session, which it refreshes by itself, and returns the status, the
# body as read from JSON, and the headers in small letters. Without an answer the status is 0.
Send = Callable[[str, str, dict[str, Any] | None], Awaitable[tuple[int, Any, Mapping[str, str]]]]

MOST_AT_ONCE = 500
UNDO_WITHIN = timedelta(seconds=60)
KEEP_ANSWERED = timedelta(hours=48)
CHECK_EVERY = timedelta(hours=1)
FIRST_WAIT, LONGEST_WAIT = 2.0, 300.0  # seconds
TICK = timedelta(milliseconds=1)


class Row(NamedTuple):
    number: int
    place: str
    scan_id: str
    body: str


SCHEMA = """
create table if not exists device (
    only integer primary key check (only = 1),
    id text not null,
    last_sequence integer not null,
    generation text  -- of the server's database; null until it was asked for
);
create table if not exists outbox (
    number integer primary key autoincrement,
    place text not null check (place in ('items', 'undos')),
    scan_id text not null,
    sequence integer not null,
    body text not null,
    tries integer not null default 0,
    outcome text,
    answered_at text  -- null while it has no outcome
);
create index if not exists outbox_by_scan on outbox (scan_id, number);
create index if not exists outbox_waiting on outbox (tries, number) where answered_at is null;
"""


class ScanQueue:
    """`clock` is the device's own, wrong as it may be; `chance` is random.SystemRandom() outside of tests.

    People may scan, annotate and undo at any time. `deliver`, `check` and `safe_to_wipe`, which talk to the server,
    are for one caller at a time.
    """

    def __init__(
        self,
        file: sqlite3.Connection,
        event_id: str,
        send: Send,
        *,
        clock: Callable[[], datetime],
        chance: random.Random,
    ) -> None:
        self._db, self._send, self._clock, self._chance = file, send, clock, chance
        self._path = f"/v1/events/{event_id}"
        self._at_once = MOST_AT_ONCE
        self._failures = 0
        self._wait, self._asked_pause, self._asked_at = 0.0, 0.0, clock()
        self._checked_at: datetime | None = None
        self._db.executescript(SCHEMA)
        with self._db:
            # A device is an installation: it counts from 1, and only once.
            self._db.execute("insert or ignore into device values (1, ?, 0, null)", (self._new_id(),))

    # What people do

    def scan(self, code: str, *, scan_id: str | None = None, **annotations: Any) -> str:
        """Keep what the camera read, as it was read, and perhaps what `annotate` takes; returns the scan's id, a new
        one unless given. When this returns, the scan cannot be lost."""
        scan_id = scan_id or self._new_id()
        with self._db:
            self._db.execute("update device set last_sequence = last_sequence + 1")
            _, sequence, _ = self._device()
            fact = {"id": scan_id, "sequence": sequence, "code": code, "captured_at": stamp(self._clock())}
            self._add("items", scan_id, sequence, fact | annotations)
        return scan_id

    def annotate(self, scan_id: str, **changes: Any) -> None:
        """Change `label`, `note`, `tags` or `signal`: the same fact once more, with what is said of it now.

        Raises LookupError for a scan that is gone, 48 hours after its outcome: edit the connection instead.
        """
        before = self._newest(scan_id)
        said_at = datetime.fromisoformat(before.get("annotated_at", before["captured_at"]))
        # The latest wins, so what is said later has a later time, even if the clock was put back meanwhile. A tap
        # is said once: with every later note it would undo what was tapped on the connection since.
        at = max(self._clock(), said_at + TICK)
        unsaid = {name: value for name, value in before.items() if name != "signal"}
        with self._db:
            self._add("items", scan_id, before["sequence"], unsaid | changes | {"annotated_at": stamp(at)})

    def undo(self, scan_id: str) -> bool:
        """Take a scan back; False when more than a minute has passed. The scan itself is sent all the same: its
        number must not be missing, and perhaps it is with the server already."""
        scan, now = self._newest(scan_id), self._clock()
        if now - datetime.fromisoformat(scan["captured_at"]) > UNDO_WITHIN:
            return False
        with self._db:
            self._add("undos", scan_id, scan["sequence"], {"id": scan_id, "undone_at": stamp(now)})
        return True

    def outcome(self, scan_id: str) -> dict[str, Any] | None:
        """What became of a scan, to be shown: whom it led to, or why it was refused; None while nobody knows."""
        found = self._db.execute(
            "select outcome from outbox where scan_id = ? and place = 'items' and answered_at is not null"
            " order by number desc limit 1",
            (scan_id,),
        ).fetchone()
        return json.loads(found[0]) if found else None

    def waiting(self) -> int:
        """How many rows have no outcome yet."""
        return self._db.execute("select count(*) from outbox where answered_at is null").fetchone()[0]

    # What the app does whenever it runs

    async def deliver(self) -> float:
        """Send at most one batch; returns the seconds after which to call again. Call sooner when somebody scans or
        the line comes back: a pause that the server asked for is kept all the same."""
        passed = (self._clock() - self._asked_at).total_seconds()
        if 0 <= passed < self._asked_pause:  # a clock that was put back ends the pause
            return self._asked_pause - passed
        if self._check_is_due() and await self.check() is None:
            return self._wait

        items, undos = self._next_batch()
        if not items and not undos:
            return CHECK_EVERY.total_seconds()
        body = {
            "device_id": self._device()[0],
            "device_time": stamp(self._clock()),  # now, each time: by it the server corrects a wrong clock
            "last_sequence": self._device()[1],  # so that the organizer sees what is still to come
            "items": [json.loads(row.body) for row in items],
            "undos": [json.loads(row.body) for row in undos],
        }
        status, answer, headers = await self._send("sync_scans", f"{self._path}/scans/sync", body)

        # 401, 429, 5xx, no answer, a hotel's sign-in page, an answer that names none of them: everything stays.
        if status != 200 or not self._settle(items, undos, answer):
            return self._fail(headers)
        self._failures, self._at_once = 0, min(MOST_AT_ONCE, self._at_once * 2)
        return 0.0 if self.waiting() else CHECK_EVERY.total_seconds()

    async def check(self) -> dict[str, Any] | None:
        """Ask what the server has, and put up again what it lost: all that is still here when its database is not
        the one we spoke to before, and every scan whose number is missing. None when there was no such answer."""
        device_id, last_sequence, known = self._device()
        query = f"device_id={device_id}&last_sequence={last_sequence}"
        status, state, headers = await self._send("get_sync_state", f"{self._path}/sync_state?{query}", None)
        if status != 200 or not isinstance(state, dict) or not state.get("generation"):
            self._fail(headers)
            return None

        lost = [(0, last_sequence)] if known and state["generation"] != known else []
        lost += [(gap["first"], gap["last"]) for gap in state["missing"]]
        with self._db:
            self._db.executemany(
                "update outbox set outcome = null, answered_at = null where sequence between ? and ?", lost
            )
            self._db.execute("update device set generation = ?", (state["generation"],))
        self._checked_at = self._clock()
        return state

    async def safe_to_wipe(self) -> bool:
        """Before signing out, uninstalling or handing the phone back: whether nothing here is only here."""
        state = await self.check()
        return state is not None and state["safe_to_wipe"] is True and not self.waiting()

    # How

    def _next_batch(self) -> tuple[list[Row], list[Row]]:
        """Whatever was tried least goes first, so that what nobody answers does not block what is behind it."""
        found = self._db.execute(
            "select number, place, scan_id, body from outbox where answered_at is null"
            " order by tries, number limit ?",
            (self._at_once,),
        )
        rows = [Row(*row) for row in found]
        with self._db:
            tried = [(row.number,) for row in rows]
            self._db.executemany("update outbox set tries = tries + 1 where number = ?", tried)
        return [row for row in rows if row.place == "items"], [row for row in rows if row.place == "undos"]

    def _settle(self, items: list[Row], undos: list[Row], answer: Any) -> int:
        """Note the outcomes; returns how many. One counts for the row that has both its index and its id."""
        if not isinstance(answer, dict):
            return 0
        now, settled = self._clock(), []
        for rows, outcomes in ((items, answer.get("items")), (undos, answer.get("undos"))):
            by_index = dict(enumerate(rows))
            for outcome in outcomes or []:
                row = by_index.get(outcome.get("index"))
                if row and outcome.get("id") == row.scan_id and outcome.get("outcome"):
                    settled.append((json.dumps(outcome), stamp(now), row.number))
        with self._db:
            self._db.executemany("update outbox set outcome = ?, answered_at = ? where number = ?", settled)
            self._db.execute("delete from outbox where answered_at < ?", (stamp(now - KEEP_ANSWERED),))
        return len(settled)

    def _fail(self, headers: Mapping[str, str]) -> float:
        """Wait as long as asked, and with each failure by chance longer, so that a hall full of phones does not come
        back in the same second. Halve the batch: a thin line may carry half, and what a server cannot stomach
        ends up alone."""
        self._failures += 1
        self._at_once = max(1, self._at_once // 2)
        asked = headers.get("retry-after", "")
        longest = min(LONGEST_WAIT, FIRST_WAIT * 2 ** min(self._failures, 10))
        self._wait = round((int(asked) if asked.isdigit() else 0) + self._chance.uniform(0, longest), 3)
        self._asked_at, self._asked_pause = self._clock(), self._wait if asked else 0.0
        return self._wait

    def _check_is_due(self) -> bool:
        """At every start of the app, so before the first delivery of all; then hourly, also if the clock jumps."""
        return self._checked_at is None or abs(self._clock() - self._checked_at) >= CHECK_EVERY

    def _device(self) -> tuple[str, int, str | None]:
        return self._db.execute("select id, last_sequence, generation from device").fetchone()

    def _newest(self, scan_id: str) -> dict[str, Any]:
        found = self._db.execute(
            "select body from outbox where scan_id = ? and place = 'items' order by number desc limit 1",
            (scan_id,),
        ).fetchone()
        if found is None:
            raise LookupError(f"There is no scan {scan_id} here (any more).")
        return json.loads(found[0])

    def _add(self, place: str, scan_id: str, sequence: int, body: dict[str, Any]) -> None:
        self._db.execute(
            "insert into outbox (place, scan_id, sequence, body) values (?, ?, ?, ?)",
            (place, scan_id, sequence, json.dumps(body)),
        )

    def _new_id(self) -> str:
        return str(UUID(int=self._chance.getrandbits(128), version=4))


def stamp(moment: datetime) -> str:
    """As it is sent and stored: fixed once, because a fact sent again must be the same to the millisecond."""
    return moment.isoformat(timespec="milliseconds")

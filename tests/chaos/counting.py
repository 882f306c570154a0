"""What is there afterwards, held against what was acknowledged."""

import asyncio
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

import asyncpg

from tests.bench.crowd import EVENT, uid
from tests.chaos.people import Guest, Talks

HOST = "hallway.example"  # in Message-IDs


@dataclass(frozen=True, slots=True)
class Check:
    what: str
    counted: int
    wrong: int

    def line(self) -> str:
        return f"| {self.what} | {self.counted:,} | {self.wrong:,}{'' if not self.wrong else ' WRONG'} |"


async def check_scans(database: asyncpg.Connection, guests: list[Guest]) -> list[Check]:
    rows = await database.fetch(
        "select scanner_id, id from scans where event_id = $1 and state = 'recorded'", EVENT
    )
    stored = Counter((row["scanner_id"], str(row["id"])) for row in rows)
    scanned = {(uid("person", guest.number), scan_id) for guest in guests for scan_id in guest.scanned}
    acknowledged = {
        (uid("person", guest.number), scan_id) for guest in guests for scan_id in guest.acknowledged()
    }
    expected: Counter[frozenset[int]] = Counter(
        frozenset((guest.number, other)) for guest in guests for other in guest.scanned.values()
    )
    met = {
        frozenset((row["low_id"], row["high_id"])): row["scans"]
        for row in await database.fetch(
            "select low_id, high_id, scans_by_low + scans_by_high as scans from encounters where event_id = $1",
            EVENT,
        )
    }
    wanted = {frozenset(uid("place", number) for number in pair): count for pair, count in expected.items()}
    sides = await database.fetchval("select count(*) from connections where first_event_id = $1", EVENT)
    return [
        Check("scans acknowledged, and not there", len(acknowledged), len(acknowledged - set(stored))),
        Check("scans made, and never acknowledged", len(scanned), len(scanned - acknowledged)),
        Check("scans there twice, or that nobody made", len(stored), sum(stored.values()) - len(scanned & set(stored))),
        Check("encounters that count wrongly", len(wanted), len(wanted.items() ^ met.items())),
        Check("connections too many or too few", 2 * len(wanted), abs(sides - 2 * len(wanted))),
    ]  # fmt: skip


async def check_talks(database: asyncpg.Connection, talks: Talks) -> list[Check]:
    stored = {row["id"]: row["state"] for row in await database.fetch("select id, state from interviews")}
    booked = Counter(row["interview_id"] for row in await database.fetch("select interview_id from bookings"))
    overlaps = await database.fetchval(
        "select count(*) from bookings a join bookings b using (person_id)"
        " where a.interview_id < b.interview_id and a.during && b.during"
    )
    return [
        Check("requests acknowledged, and not there", len(talks.requested), len(talks.requested - set(stored))),
        Check("requests there that nobody was told of", len(stored), len(set(stored) - talks.requested)),
        Check("acceptances acknowledged, and not booked for both", len(talks.accepted),
              sum(stored.get(one) != "scheduled" or booked[one] != 2 for one in talks.accepted)),
        Check("bookings of talks that nobody was told of", len(booked), len(set(booked) - talks.accepted)),
        Check("people booked twice at once", sum(booked.values()), overlaps),
    ]  # fmt: skip


async def settle(database_url: str, *, within: float) -> None:
    """Until nothing waits to be sent or made: what a killed worker had is tried again when its lease is over."""
    async with asyncio.timeout(within):
        while True:
            try:
                database = await asyncpg.connect(database_url)
                waiting = await database.fetchval(
                    "select (select count(*) from mails where settled_at is null)"
                    " + (select count(*) from exports where state = 'waiting')"
                )
                await database.close()
            except (OSError, asyncpg.PostgresError):
                waiting = 1
            if not waiting:
                return
            await asyncio.sleep(1)


async def check_letters(database: asyncpg.Connection, talks: Talks, taken: Collection[str]) -> list[Check]:
    sent = await database.fetch("select id, kind, subject_id, person_id, outcome from mails")
    lost = [row for row in sent if row["outcome"] == "sent" and f"<{row['id']}@{HOST}>" not in taken]
    unsent = [row for row in sent if row["outcome"] not in ("sent", "nothing_to_say")]
    written_to = Counter(row["subject_id"] for row in sent if row["person_id"] is not None)
    return [
        Check("letters promised, and not sent", len(sent), len(unsent)),
        Check("letters said to be sent, and not arrived", len(sent), len(lost)),
        Check("talks whose two people were not both written to", len(talks.accepted),
              sum(written_to[one] < 2 for one in talks.accepted)),
    ]  # fmt: skip

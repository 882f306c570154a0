"""Who watches what? However many watch an event in this process, it is counted once a second, and for nobody longer
than they may see it. No connection is held while waiting."""

import asyncio
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from uuid import UUID

from sqlalchemy import select

from server.accounts.access import SignedIn
from server.accounts.models import Session
from server.database import Database
from server.events.access import ANALYSTS, Organizer, find_role
from server.live.board import Board, read_board
from server.people.queries import is_leaving

EVERY = 1.0  # seconds
REST = 20  # times as long as counting took, where that is longer: a twentieth of one connection at most
PROVED_EVERY = 60.0
SAID_EVERY = 15.0  # proxies cut what is silent


@dataclass(slots=True)
class Watched:
    """One event as it was last counted; the lock is held by whoever counts it anew."""

    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    board: Board | None = None
    good_until: float = 0.0
    watchers: int = 0


@dataclass(slots=True)
class Boards:
    """The events that somebody watches through this process."""

    database: Database
    watched: dict[UUID, Watched] = field(default_factory=dict)
    closed: bool = False

    def close(self) -> None:
        """Let everybody who watches go within a second: they connect again, to another process."""
        self.closed = True

    async def watch(self, me: SignedIn, organizer: Organizer) -> AsyncIterator[Board | None]:
        """The board whenever it has changed, and None when nothing was said for a while. It ends when the watcher may
        not see it any more."""
        event_id = organizer.event_id
        event = self.watched.setdefault(event_id, Watched())
        event.watchers += 1
        said, said_at, proved_at = None, time.monotonic(), time.monotonic()
        try:
            while not self.closed:
                board = await self._read(event_id, event)
                if time.monotonic() >= proved_at + PROVED_EVERY:
                    if not await self._may_watch(me, event_id):
                        return
                    proved_at = time.monotonic()
                if board != said or time.monotonic() >= said_at + SAID_EVERY:
                    yield board if board != said else None
                    said, said_at = board, time.monotonic()
                await asyncio.sleep(EVERY)
        finally:
            event.watchers -= 1
            if event.watchers == 0:
                self.watched.pop(event_id, None)

    async def _read(self, event_id: UUID, event: Watched) -> Board:
        async with event.lock:
            began = time.monotonic()
            if event.board is None or began >= event.good_until:
                async with self.database.autocommit.connect() as connection:
                    event.board = await read_board(connection, event_id)
                took = time.monotonic() - began
                event.good_until = began + max(EVERY, REST * took) - 0.05
            return event.board

    async def _may_watch(self, me: SignedIn, event_id: UUID) -> bool:
        async with self.database.transaction() as db:
            stands = await db.scalar(
                select(Session.id).where(
                    Session.id == me.session_id, Session.ended_at.is_(None), ~is_leaving(me.person_id)
                )
            )
            return stands is not None and await find_role(db, event_id, me.account_id) in ANALYSTS

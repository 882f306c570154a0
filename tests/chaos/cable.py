"""The network between phones and a replica, or between a replica and the database: it can be cut after an answer was
written and before it arrives, or be silent."""

import asyncio
import random
from contextlib import suppress
from pathlib import Path
from typing import Self

PIECE = 65_536


class Cable:
    """Listens on `port` and passes on to another, or to a socket in the file system. Of `cut` (0 to 1) of the answers
    nothing arrives: the connection ends in their place, when what they acknowledge has long been committed. While it is
    `silent`, nothing passes either way, and nobody is told."""

    def __init__(self, to: int | Path, chance: random.Random) -> None:
        self.cut, self.cuts = 0.0, 0
        self._to, self._chance = to, chance
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._server.close()
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def silent(self, silent: bool) -> None:  # noqa: FBT001 - reads as said
        if silent:
            self._flowing.clear()
        else:
            self._flowing.set()

    async def _connected(self, phone: asyncio.StreamReader, answer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        with suppress(OSError, asyncio.CancelledError):  # cancelled at the end only
            if isinstance(self._to, Path):
                replica, request = await asyncio.open_unix_connection(self._to)
            else:
                replica, request = await asyncio.open_connection("127.0.0.1", self._to)
            sending = asyncio.create_task(self._pass(phone, request))
            try:
                while piece := await replica.read(PIECE):
                    await self._flowing.wait()
                    if self._chance.random() < self.cut:
                        self.cuts += 1
                        break
                    answer.write(piece)
                    await answer.drain()
            finally:
                sending.cancel()
                request.close()
        answer.close()

    async def _pass(self, phone: asyncio.StreamReader, request: asyncio.StreamWriter) -> None:
        with suppress(OSError):  # the other end is gone, and says so itself
            while piece := await phone.read(PIECE):
                await self._flowing.wait()
                request.write(piece)
                await request.drain()
        request.close()  # who was killed hangs up, and what it had begun is rolled back

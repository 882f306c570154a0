"""An application that is started and stopped in one task, as its cancel scopes demand.

A fixture's two halves run in different tasks, so it cannot hold the application's lifespan itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from litestar import Litestar


@asynccontextmanager
async def living(app: Litestar) -> AsyncIterator[None]:
    ready, done = asyncio.Event(), asyncio.Event()

    async def live() -> None:
        async with app.lifespan():
            ready.set()
            await done.wait()

    life = asyncio.create_task(live())
    await ready.wait()
    try:
        yield
    finally:
        done.set()
        await life

"""An application that is started and stopped in one task, as its cancel scopes demand, and clients that ask it.

A fixture's two halves run in different tasks, so it cannot hold the application's lifespan itself.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
from litestar import Litestar

from server.app import create_app, wrap
from server.clock import Clock
from server.settings import Settings
from tests.contract_checks import check_answer


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


@asynccontextmanager
async def asking(app: Litestar) -> AsyncIterator[httpx2.AsyncClient]:
    """A client whose every answer is held against the contract."""
    async with httpx2.AsyncClient(
        transport=httpx2.ASGITransport(app=wrap(app)),
        base_url="https://hallway.example",
        event_hooks={"response": [check_answer]},
    ) as client:
        yield client


@asynccontextmanager
async def asking_another(settings: Settings, clock: Clock) -> AsyncIterator[httpx2.AsyncClient]:
    """The same of an application of its own: a replica, with connections of its own."""
    app = create_app(settings, clock=clock)
    async with living(app), asking(app) as client:
        yield client

"""One throw-away PostgreSQL for the whole run, one migrated template in it, one clone for each worker.

The controller starts the server and owns it; workers are told where it is.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import asyncpg
import httpx2
import pytest
import uvicorn
from hypothesis import settings as hypothesis_settings
from litestar import Litestar
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr

from migrations.run import migrate
from server.app import create_app, wrap
from server.database import Database, driver_url, open_database
from server.embedded import THROW_AWAY, EmbeddedPostgres
from server.models import Base
from server.settings import Settings
from server.worker import Tools
from tests.living import asking, living
from tests.phones import Outbox, Phone, sign_in

hypothesis_settings.register_profile("shared_machine", deadline=None)
hypothesis_settings.load_profile("shared_machine")

POSTGRES = pytest.StashKey[EmbeddedPostgres]()
FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()
TEMPLATE = "hallway_template"
CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    folder = tempfile.TemporaryDirectory(prefix="hallway-tests-")
    postgres = EmbeddedPostgres.start(Path(folder.name), settings=THROW_AWAY, may_create_databases=True)
    config.stash[FOLDER], config.stash[POSTGRES] = folder, postgres
    asyncio.run(make_template(postgres.url("postgres"), postgres.url(TEMPLATE)))


def pytest_configure_node(node) -> None:
    node.workerinput["postgres"] = node.config.stash[POSTGRES].url("{database}")


def pytest_unconfigure(config: pytest.Config) -> None:
    if POSTGRES in config.stash:
        config.stash[POSTGRES].stop()
        config.stash[FOLDER].cleanup()


async def make_template(maintenance: str, template: str) -> None:
    connection = await asyncpg.connect(driver_url(maintenance))
    await connection.execute(f"create database {TEMPLATE} template hallway")
    await connection.close()
    await migrate(template)


@pytest.fixture(scope="session")
def database_url(request: pytest.FixtureRequest) -> str:
    """The URL of this worker's own database."""
    workerinput = getattr(request.config, "workerinput", None)
    name = f"hallway_{workerinput['workerid'] if workerinput else 'main'}"
    if workerinput:
        urls = workerinput["postgres"].replace("%7Bdatabase%7D", "{database}")
        maintenance, own = urls.format(database="postgres"), urls.format(database=name)
    else:
        postgres = request.config.stash[POSTGRES]
        maintenance, own = postgres.url("postgres"), postgres.url(name)

    async def clone() -> None:
        connection = await asyncpg.connect(driver_url(maintenance))
        for _ in range(100):  # a template cannot be cloned twice at once
            try:
                await connection.execute(f"create database {name} template {TEMPLATE}")
                break
            except asyncpg.ObjectInUseError:
                await asyncio.sleep(0.05)
        await connection.close()

    asyncio.run(clone())
    return own


class HandClock:
    """A clock that stands still until told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def tick(self, **by: float) -> datetime:
        self.now += timedelta(**by)
        return self.now


@pytest.fixture(scope="session")
def clock_of_worker() -> HandClock:
    return HandClock()


@pytest.fixture
def clock(clock_of_worker: HandClock) -> Iterator[HandClock]:
    began = clock_of_worker.now
    yield clock_of_worker
    clock_of_worker.now = began


@pytest.fixture(scope="session")
def settings(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    secret = SecretStr("for-tests-only-" + "x" * 32)
    return Settings(_env_file=None).model_copy(
        update={
            "database_url": database_url,
            "data": tmp_path_factory.mktemp("data"),
            "public_url": "https://hallway.example",
            **dict.fromkeys(("session_secret", "code_secret", "ticket_secret", "limit_secret"), secret),
        }
    )


@pytest.fixture(scope="session")
async def database(settings: Settings) -> AsyncIterator[Database]:
    database = open_database(settings)
    yield database
    await database.close()


@pytest.fixture(scope="session")
async def app(settings: Settings, clock_of_worker: HandClock) -> AsyncIterator[Litestar]:
    app = create_app(settings, clock=clock_of_worker)
    async with living(app):
        yield app


@pytest.fixture
async def clean(database: Database) -> AsyncIterator[None]:
    """Leaves nothing behind: every table empty again, and the queue."""
    yield
    tables = ", ".join(f'"{table.name}"' for table in Base.metadata.sorted_tables)
    async with database.autocommit.connect() as connection:
        await connection.exec_driver_sql(f"truncate {tables}, pgqueuer cascade")


@pytest.fixture
async def client(app: Litestar, clean: None) -> AsyncIterator[httpx2.AsyncClient]:
    async with asking(app) as client:
        yield client


@pytest.fixture
async def served(app: Litestar, clean: None) -> AsyncIterator[str]:
    """The address under which a browser finds the application."""
    config = uvicorn.Config(wrap(app), host="127.0.0.1", port=0, lifespan="off", log_level="warning")
    server = uvicorn.Server(config)
    config.load()
    server.lifespan = config.lifespan_class(config)
    await server.startup()
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    await server.shutdown()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A real Chromium, the machine's own: Playwright brings none. Tests with it are left out where there is none."""
    chromium = next(filter(None, map(shutil.which, CHROMIUMS)), None)
    if chromium is None:
        pytest.skip("no Chromium on this machine (Debian, Ubuntu: apt install chromium)")
    async with async_playwright() as playwright:
        # Without its sandbox, which root and many containers cannot have: it opens our own pages only.
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        yield browser
        await browser.close()


@pytest.fixture
def tools(database: Database, settings: Settings, clock: HandClock, clean: None) -> Tools:
    return Tools(database=database, settings=settings, clock=clock)


@pytest.fixture
def outbox(tools: Tools) -> Outbox:
    return Outbox(tools)


@pytest.fixture
async def ada(client: httpx2.AsyncClient, outbox: Outbox, clock: HandClock) -> Phone:
    return await sign_in(client, outbox, "ada@example.org")


@pytest.fixture
async def grace(client: httpx2.AsyncClient, outbox: Outbox, clock: HandClock) -> Phone:
    return await sign_in(client, outbox, "grace@example.org")

"""One request, one transaction: what is answered is what was committed."""

import asyncio
from uuid import uuid4

import asyncpg
import httpx2
import pytest
from litestar import Litestar, post
from litestar.params import FromPath
from sqlalchemy import text
from sqlalchemy.dialects.postgresql.asyncpg import AsyncAdapt_asyncpg_dbapi
from sqlalchemy.exc import DBAPIError

from server.app import create_app, wrap
from server.database import Db, connection_lost, will_pass
from server.failures import Conflict
from server.problems import EXCEPTION_HANDLERS, on_busy
from tests.living import living


class NotedAndRefused(Conflict):
    code = "noted_and_refused"
    title = "Refused, and remembered."
    commits = True


class Refused(Conflict):
    code = "refused_and_forgotten"
    title = "Refused, and forgotten."


def note(key: str):
    return text("insert into allowed_organizers values (:key, now())").bindparams(key=key)


@post("/kept/{key:str}", opt={"public": True})
async def keep(key: FromPath[str], db: Db) -> str:
    await db.execute(note(key))
    return "kept"


@post("/refused/{key:str}", opt={"public": True})
async def refuse(key: FromPath[str], db: Db) -> None:
    await db.execute(note(key))
    raise Refused


@post("/noted/{key:str}", opt={"public": True})
async def refuse_and_note(key: FromPath[str], db: Db) -> None:
    await db.execute(note(key))
    raise NotedAndRefused


@post("/broken/{key:str}", opt={"public": True})
async def break_at_commit(key: FromPath[str], db: Db) -> str:
    """A promise that the database judges at the very end."""
    await db.execute(note(key))
    await db.execute(
        text("create temporary table if not exists late (id int primary key deferrable initially deferred);")
    )
    await db.execute(text("insert into late values (1), (1)"))
    return "never said"


@post("/deadlock/{first:str}/{second:str}", opt={"public": True})
async def lock_two(first: FromPath[str], second: FromPath[str], db: Db) -> str:
    """Two of these in opposite order meet in a deadlock."""
    for key in (first, second):
        await db.execute(
            text("update allowed_organizers set allowed_at = now() where email = :key"), {"key": key}
        )
        await asyncio.sleep(0.3)
    return "locked both"


@pytest.fixture
async def small(settings, clock, clean, database):
    app: Litestar = create_app(settings, clock=clock)
    app.register(keep)
    app.register(refuse)
    app.register(refuse_and_note)
    app.register(break_at_commit)
    app.register(lock_two)
    async with living(app):
        transport = httpx2.ASGITransport(app=wrap(app))
        async with httpx2.AsyncClient(transport=transport, base_url="https://hallway.example") as client:
            yield client


async def remembered(database, key: str) -> bool:
    async with database.engine.connect() as connection:
        found = await connection.execute(
            text("select count(*) from allowed_organizers where email = :key"), {"key": key}
        )
        return found.scalar_one() == 1


@pytest.mark.parametrize(
    ("path", "status", "stays"), [("kept", 201, True), ("refused", 409, False), ("noted", 409, True)]
)
async def test_a_failure_undoes_everything_unless_it_must_be_remembered(small, database, path, status, stays):
    key = uuid4().hex
    answer = await small.post(f"/{path}/{key}")
    assert (answer.status_code, await remembered(database, key)) == (status, stays)


async def test_a_failed_commit_is_a_problem_and_never_a_201(small, database):
    key = uuid4().hex
    answer = await small.post(f"/broken/{key}")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal_error")
    assert not await remembered(database, key)


async def test_a_deadlock_is_played_once_more_and_nobody_notices(small, database):
    one, two = sorted([uuid4().hex, uuid4().hex])
    await small.post(f"/kept/{one}")
    await small.post(f"/kept/{two}")

    answers = await asyncio.gather(small.post(f"/deadlock/{one}/{two}"), small.post(f"/deadlock/{two}/{one}"))

    assert [(answer.status_code, answer.text) for answer in answers] == [(201, "locked both")] * 2


async def test_every_answer_carries_its_request_id(small):
    good = await small.post(f"/kept/{uuid4().hex}")
    lost = await small.get("/v1/nowhere")
    assert len(good.headers["x-request-id"]) == 32
    assert lost.headers["x-request-id"] == lost.json()["request_id"]


@pytest.mark.parametrize("driver", [OSError, asyncpg.InterfaceError, asyncpg.InternalClientError])
def test_a_connection_that_broke_is_known_whoever_says_so(driver):
    cause = driver("cannot switch to state 15; another operation (2) is in progress")
    adapted = AsyncAdapt_asyncpg_dbapi.InternalClientError("as the adapter says it", cause)
    adapted.__cause__ = cause
    wrapped = DBAPIError("commit", None, adapted)

    assert [connection_lost(cause), connection_lost(wrapped)] == [True, True]
    assert [will_pass(cause), will_pass(wrapped)] == [True, True]
    assert EXCEPTION_HANDLERS[driver] is on_busy


def test_a_statement_that_is_wrong_is_no_lost_connection():
    assert not connection_lost(DBAPIError("select", None, asyncpg.UndefinedTableError("none")))

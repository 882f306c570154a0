"""Is it alive, is it ready."""

from litestar import Router, get
from litestar.datastructures import State
from litestar.di import NamedDependency
from sqlalchemy import text

from schemas.health import HealthOut, ReadinessOut
from server.contract import operation
from server.database import Database
from server.failures import Unavailable


class NotReady(Unavailable):
    code = "not_ready"
    title = "The database does not keep what it commits, or is not migrated, or the process is about to stop."
    advice = "For load balancers: send nobody here."


@get("/health", **operation("get_health", "Is the process alive", public=True, any_client=True))
async def get_health() -> HealthOut:
    """Says nothing of the database: `get_readiness` does."""
    return HealthOut(status="ok")


@get(
    "/readiness",
    **operation("get_readiness", "Can the process do its work", NotReady, public=True, any_client=True),
)
async def get_readiness(state: State, database: NamedDependency[Database]) -> ReadinessOut:
    """Asks the database whether a commit is durable (fsync, synchronous_commit) and which migration it has. A process
    that was told to stop says no, and serves on until load balancers have noticed."""
    if state.leaving:
        raise NotReady("It was told to stop.")
    async with database.autocommit.connect() as connection:
        row = (await connection.execute(READY)).one()
    if row.fsync != "on" or row.synchronous_commit == "off":
        raise NotReady("fsync or synchronous_commit is off: an acknowledged scan could be lost.")
    return ReadinessOut(status="ok", migration=row.migration)


READY = text(
    "select current_setting('fsync') as fsync, current_setting('synchronous_commit') as synchronous_commit,"
    " (select version_num from alembic_version) as migration"
)

routes = Router("/", tags=["health"], route_handlers=[get_health, get_readiness])

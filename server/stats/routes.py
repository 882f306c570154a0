"""What a client can ask about an event's figures."""

from dataclasses import asdict

from litestar import Router, get
from litestar.di import NamedDependency

from schemas.stats import StatsOut
from server.contract import operation
from server.database import Db
from server.events.access import ANALYSTS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.limits import Limits, RateLimited
from server.requests import Now
from server.stats.actions import STATS_PER_ACCOUNT, connection_stats
from server.stats.definitions import definitions


@get(
    "/events/{event_id:uuid}/stats",
    dependencies={"organizer": organizer(ANALYSTS)},
    **operation(
        "get_connection_stats",
        "Read whether an event connected people",
        EventNotFound,
        RoleRequired,
        RateLimited,
        tag="stats",
    ),
)
async def get_connection_stats(
    db: Db, organizer: ByOrganizer, limits: NamedDependency[Limits], now: Now
) -> StatsOut:
    """Counts and cells only, each over five people or more; every figure with its definition."""
    await limits.take(STATS_PER_ACCOUNT, str(organizer.account_id), now=now)
    stats = await connection_stats(db, organizer.event_id, now=now)
    return StatsOut.model_validate(
        {
            "event_id": stats.event_id,
            "computed_at": stats.computed_at,
            "live": stats.live,
            "final": stats.final,
            **asdict(stats.figures),
            "definitions": definitions(),
        }
    )


routes = Router("/", route_handlers=[get_connection_stats])

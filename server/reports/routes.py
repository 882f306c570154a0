"""What a client can ask about an event's report."""

from litestar import MediaType, Response, Router, get
from litestar.di import NamedDependency

from server.contract import operation
from server.database import Db
from server.events.access import ANALYSTS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.limits import Limits, RateLimited
from server.reports.building import Reports, occasion_of
from server.requests import Now
from server.stats.actions import STATS_PER_ACCOUNT, connection_stats

HEADERS = {
    "content-security-policy": "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'",
    "cache-control": "no-store",
}


@get(
    "/events/{event_id:str}/report",
    dependencies={"organizer": organizer(ANALYSTS)},
    media_type=MediaType.HTML,
    **operation(
        "get_event_report",
        "Read an event's report, to be shown and printed",
        EventNotFound,
        RoleRequired,
        RateLimited,
        tag="stats",
    ),
)
async def get_event_report(
    db: Db,
    organizer: ByOrganizer,
    limits: NamedDependency[Limits],
    reports: NamedDependency[Reports],
    now: Now,
) -> Response[str]:
    """One HTML page that loads nothing else: the figures of `get_connection_stats` with charts, each with its table and
    in words, and three sentences on what to do better. It opens from disk, and prints."""
    await limits.take(STATS_PER_ACCOUNT, str(organizer.account_id), now=now)
    stats = await connection_stats(db, organizer.event_id, now=now)
    return Response(await reports.read(stats, await occasion_of(db, stats)), headers=HEADERS)


routes = Router("/", route_handlers=[get_event_report])

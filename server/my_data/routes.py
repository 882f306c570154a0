"""What a client can ask about everything that is somebody's own."""

import asyncio
from datetime import timedelta

from litestar import Response, Router, get
from litestar.di import NamedDependency

from server.accounts.access import Me
from server.contract import operation
from server.database import Db
from server.direct import Direct
from server.limits import Limit, Limits, RateLimited
from server.my_data.archive import archive
from server.my_data.gathering import gather
from server.requests import Now

ZIP = "application/zip"
EXPORTS_A_DAY = Limit("my_data", most=10, per=timedelta(days=1))


@get(
    "/me/data",
    media_type=ZIP,
    **operation("export_my_data", "Take along all that is mine", RateLimited, while_leaving=True),
)
async def export_my_data(
    db: Db, direct: NamedDependency[Direct], me: Me, limits: NamedDependency[Limits], now: Now
) -> Response[bytes]:
    """A zip of JSON files, one for each kind, and of vCards: what I gave, what Hallway derived about me, and who got
    what of me. `README.txt` in it says what each file is and what is left out. Not in it is what others keep about me
    for themselves, nor anything that tells of it."""
    await limits.take(EXPORTS_A_DAY, str(me.person_id), now=now)
    mine = await gather(db, direct, me)
    return Response(
        await asyncio.to_thread(archive, mine, now=now),
        media_type=ZIP,
        headers={
            "content-disposition": f'attachment; filename="hallway-{now:%Y-%m-%d}.zip"',
            "cache-control": "no-store",
        },
    )


routes = Router("/", tags=["privacy"], route_handlers=[export_my_data])

"""What a client can watch."""

from collections.abc import AsyncIterator

from litestar import Router, get
from litestar.di import NamedDependency
from litestar.response import ServerSentEvent, ServerSentEventMessage

from schemas.live import BoardOut
from server.accounts.access import Me
from server.contract import operation
from server.events.access import ANALYSTS, ByOrganizer, organizer
from server.events.errors import EventNotFound, RoleRequired
from server.live.board import Board
from server.live.watching import Boards


@get(
    "/events/{event_id:str}/live",
    dependencies={"organizer": organizer(ANALYSTS)},
    **operation(
        "watch_event", "Watch an event while it happens", EventNotFound, RoleRequired, streams=BoardOut
    ),
)
async def watch_event(me: Me, organizer: ByOrganizer, boards: NamedDependency[Boards]) -> ServerSentEvent:
    """Server-sent events: a `board` at once and whenever a figure moves, at most once a second, and a comment when
    nothing moved for 15 seconds. It ends when the session or the role does: connect again with a fresh token."""
    return ServerSentEvent(
        messages(boards.watch(me, organizer)),
        headers={"cache-control": "no-store", "x-accel-buffering": "no"},
    )


async def messages(boards: AsyncIterator[Board | None]) -> AsyncIterator[ServerSentEventMessage]:
    async for board in boards:
        if board is None:
            yield ServerSentEventMessage(comment="nothing new")
        else:
            yield ServerSentEventMessage(
                event="board", data=BoardOut.model_validate(board).model_dump_json(), retry=5_000
            )


routes = Router("/", tags=["stats"], route_handlers=[watch_event])

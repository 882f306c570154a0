"""What a client can ask about blocks."""

from uuid import UUID

from litestar import Router, delete, get, put
from litestar.params import FromPath

from schemas.blocking import BlockOut, BlockPage
from server.accounts.access import Me
from server.blocking import actions, queries
from server.contract import operation
from server.database import Db
from server.failures import CursorInvalid
from server.paging import Cursor, Limit, cut, write_cursor
from server.people.errors import PersonNotFound
from server.people.models import Block
from server.requests import Now


@put(
    "/me/blocks/{person_id:str}",
    **operation("block_person", "Block somebody I came across", PersonNotFound),
)
async def block_person(person_id: FromPath[UUID], db: Db, me: Me, now: Now) -> BlockOut:
    """From now on neither of us sees the other: in no list, on no phone after its next sync. A booked talk is cancelled
    as any other, without a reason; a request ends. Badges of each other that we read still answer `recorded`, and give
    nothing. The other is told nothing; the door and the organizers' lists stay as they are.

    Also under the id that they had before they claimed their place; the answer names today's. Blocking again changes
    nothing.
    """
    other_id = await actions.block_person(db, me, person_id, now=now)
    return block_out(await queries.get_block(db, me, other_id))


@delete("/me/blocks/{person_id:str}", **operation("unblock_person", "Take a block back"))
async def unblock_person(person_id: FromPath[UUID], db: Db, me: Me) -> None:
    """What stood between us is seen again. Talks stay ended; what was scanned meanwhile gives nothing until we scan or
    share again. Whom I have not blocked stays as they are."""
    await actions.unblock_person(db, me, person_id)


@get("/me/blocks", **operation("list_blocks", "List whom I blocked", CursorInvalid))
async def list_blocks(db: Db, me: Me, cursor: Cursor = None, limit: Limit = 50) -> BlockPage:
    """Mine alone, the newest first. Nobody can ask who blocked them."""
    rows, more = cut(await queries.list_blocks(db, me, cursor=cursor, limit=limit), limit)
    return BlockPage(
        items=[block_out(row) for row in rows],
        next_cursor=write_cursor(rows[-1].created_at, rows[-1].blocked_id) if more else None,
    )


def block_out(block: Block) -> BlockOut:
    return BlockOut(person_id=block.blocked_id, name=block.name, blocked_at=block.created_at)


routes = Router("/", tags=["privacy"], route_handlers=[block_person, unblock_person, list_blocks])

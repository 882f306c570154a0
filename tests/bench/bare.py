"""The ceiling: `python -m tests.bench.bare PORT`, a Litestar application with nothing round it.

Its handlers check the same token, read the same pydantic bodies and answer the same models. All that the real ones
write or read in the database is one SQL statement here, sent by asyncpg in autocommit. What they lack is what makes
the difference: no limits, no rules (hours, revocation, consents), no parked or repeated scans, no undo, no log, and a
pair that meets concurrently or for the second time would be told wrong.
"""

import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import asyncpg
import uvicorn
from litestar import Litestar, Request, get, post
from litestar.params import FromPath, JSONBody
from litestar.plugins.pydantic import PydanticPlugin

from schemas.connections import ConnectionOut, ConnectionPage
from schemas.scans import ScanBatchOut, ScanDeliveryIn, ScanIn, ScanOutcomeOut
from schemas.suggestions import (
    EvidenceOut,
    ReasonOut,
    SuggestedActionOut,
    SuggestedPersonOut,
    SuggestionOut,
    SuggestionPage,
)
from schemas.sync import ChangesOut
from schemas.wire import In, Moment
from server.accounts.tokens import AccessToken, read_access_token
from server.badges.codes import BadgeCode, parse_code

# Who asks, whose code it is, and every row that follows from two people meeting for the first time.
RECORD = """
with me as (
    select a.person_id, place.id as place
    from sessions s
    join accounts a on a.id = s.account_id
    join attendances place on place.event_id = $1 and place.person_id = a.person_id
    where s.id = $2 and s.account_id = $3 and s.ended_at is null
), met as (
    select item.*, place.person_id as other, place.id as other_place
    from unnest($4::uuid[], $5::text[], $6::timestamptz[]) as item (id, code, at)
    join badges b on b.event_id = $1 and b.code = item.code and b.revoked_at is null
    join attendances place on place.event_id = $1 and place.id = b.attendance_id
), kept as (
    insert into scans (event_id, scanner_id, id, scanner_attendance_id, target_attendance_id, code, purpose,
        captured_raw_at, captured_at, skew_ms, time_doubtful, received_at, changed_at, state, label, note, tags,
        annotated_raw_at)
    select $1, me.person_id, met.id, me.place, met.other_place, met.code, 'meet', at, least(at, $7), 0, false, $7, $7,
        'recorded', '', '', '{}', at
    from me, met
), encountered as (
    insert into encounters as e (event_id, low_id, high_id, first_at, last_at, scans_by_low, scans_by_high)
    select $1, least(me.place, met.other_place), greatest(me.place, met.other_place), at, at,
        (me.place < met.other_place)::int, (me.place > met.other_place)::int
    from me, met
    order by 2, 3
    on conflict (event_id, low_id, high_id) do update set
        last_at = excluded.last_at, scans_by_low = e.scans_by_low + excluded.scans_by_low,
        scans_by_high = e.scans_by_high + excluded.scans_by_high
), connected as (
    insert into connections as c (owner_id, other_id, first_event_id, first_met_at, last_met_at, scanned_at, note, tags,
        signal, private, version, updated_at)
    select side.owner, side.other, $1, at, at, case when mine then at end, '', '{}', 'none', false, 1, $7
    from me, met, lateral (
        values (me.person_id, met.other, true), (met.other, me.person_id, false)
    ) as side (owner, other, mine)
    order by 1, 2
    on conflict (owner_id, other_id) do update set
        last_met_at = excluded.last_met_at, scanned_at = coalesce(excluded.scanned_at, c.scanned_at)
), released as (
    insert into releases (id, subject_id, recipient_id, event_id, purpose, source, fields, released_at)
    select gen_random_uuid(), way.subject, way.recipient, $1, 'card', 'scan',
        '{name,pronouns,photo,asks,offers,talk_topics,headline,role,organisation,industry,links}', $7
    from me, met, lateral (values (me.person_id, met.other), (met.other, me.person_id)) as way (subject, recipient)
    on conflict do nothing
)
select id, other from met
"""

CONNECTIONS = """
select c.other_id as person_id, false as former, null as photo,
    p.name, p.pronouns, p.headline, p.role, p.organisation, p.industry, p.links,
    '' as email, '' as phone, '{}'::text[] as asks, '{}'::text[] as offers, false as open_to_talk,
    '{}'::text[] as talk_topics, c.first_event_id, c.first_met_at, c.last_met_at, c.scanned_at is not null as i_gave,
    false as they_gave, c.note, '{}'::text[] as scan_notes, c.tags, c.private, c.signal, false as mutual_yes, c.version
from sessions s
join accounts a on a.id = s.account_id
join connections c on c.owner_id = a.person_id
join profiles p on p.person_id = c.other_id
where s.id = $1 and s.account_id = $2 and s.ended_at is null
order by c.last_met_at desc, c.other_id desc limit 50
"""

SUGGESTIONS = """
select sg.*, p.name, p.headline, p.role, p.organisation, e.name as event_name
from sessions s
join accounts a on a.id = s.account_id
join suggestions sg on sg.person_id = a.person_id and sg.state = 'open'
join profiles p on p.person_id = sg.other_id
join events e on e.id = sg.event_id
where s.id = $1 and s.account_id = $2 and s.ended_at is null
order by sg.event_id, sg.rank
"""

NEWS = """
select exists (
    select from changes c where c.recipient_id = a.person_id and c.xid >= pg_snapshot_xmin(pg_current_snapshot())
)
from sessions s
join accounts a on a.id = s.account_id
where s.id = $1 and s.account_id = $2 and s.ended_at is null
"""


class Batch(In):
    device_time: Moment
    items: list[ScanIn]


def token_of(request: Request[Any, Any, Any]) -> AccessToken:
    token = read_access_token(
        os.environ["HALLWAY_SESSION_SECRET"].encode(),
        request.headers["authorization"][7:],
        now=datetime.now(UTC),
    )
    if token is None:
        raise PermissionError
    return token


def text_of(code: str) -> str:
    match parse_code(code, public_url="https://hallway.example"):
        case BadgeCode() as badge:
            return badge.text
    raise ValueError(code)


async def record(request: Request[Any, Any, Any], event_id: UUID, scans: list[ScanIn]) -> dict[UUID, UUID]:
    token = token_of(request)
    rows = await request.app.state.pool.fetch(
        RECORD, event_id, token.session_id, token.account_id, [scan.id for scan in scans],
        [text_of(scan.code) for scan in scans], [scan.captured_at for scan in scans], datetime.now(UTC),
    )  # fmt: skip
    return {row[0]: row[1] for row in rows}


def outcome(index: int, scan_id: UUID, people: dict[UUID, UUID]) -> ScanOutcomeOut:
    return ScanOutcomeOut(
        index=index, id=scan_id, outcome="recorded", state="recorded", code=None, pointer=None,
        person_id=people[scan_id],
    )  # fmt: skip


@post("/v1/events/{event_id:str}/scans")
async def record_scan(
    request: Request[Any, Any, Any], event_id: FromPath[UUID], data: JSONBody[ScanDeliveryIn]
) -> ScanOutcomeOut:
    return outcome(0, data.id, await record(request, event_id, [data]))


@post("/v1/events/{event_id:str}/scans/sync", status_code=200)
async def sync_scans(
    request: Request[Any, Any, Any], event_id: FromPath[UUID], data: JSONBody[Batch]
) -> ScanBatchOut:
    people = await record(request, event_id, data.items)
    return ScanBatchOut(
        items=[outcome(index, scan.id, people) for index, scan in enumerate(data.items)], undos=[]
    )


@get("/v1/connections")
async def list_connections(request: Request[Any, Any, Any]) -> ConnectionPage:
    token = token_of(request)
    rows = await request.app.state.pool.fetch(CONNECTIONS, token.session_id, token.account_id)
    return ConnectionPage(items=[ConnectionOut.model_validate(dict(row)) for row in rows], next_cursor=None)


@get("/v1/suggestions")
async def list_suggestions(request: Request[Any, Any, Any]) -> SuggestionPage:
    token = token_of(request)
    rows = await request.app.state.pool.fetch(SUGGESTIONS, token.session_id, token.account_id)
    return SuggestionPage(items=[suggestion(row) for row in rows], next_cursor=None)


def suggestion(row: asyncpg.Record) -> SuggestionOut:
    reason = ReasonOut(
        code="met_n_times", text="You met 2 times.", evidence=EvidenceOut(mine=None, theirs=None, count=2)
    )
    return SuggestionOut(
        id=row["id"], event_id=row["event_id"], event_name=row["event_name"],
        person=SuggestedPersonOut(
            person_id=row["other_id"], name=row["name"], headline=row["headline"], role=row["role"],
            organisation=row["organisation"],
        ),
        reasons=[reason], for_me=reason, for_them=reason,
        action=SuggestedActionOut(code=row["action"], text="Share your card.", operation="share_card"),
        rank=row["rank"], state=row["state"], snoozed_until=row["snoozed_until"], created_at=row["created_at"],
    )  # fmt: skip


@get("/v1/me/changes")
async def sync_changes(request: Request[Any, Any, Any], cursor: str) -> ChangesOut:
    token = token_of(request)
    await request.app.state.pool.fetch(NEWS, token.session_id, token.account_id)
    return ChangesOut(
        attendances=[], connections=[], directory=[], interviews=[], nudges=[], suggestions=[], removed=[],
        next_cursor=cursor, has_more=False,
    )  # fmt: skip


async def nothing(_: asyncpg.Connection) -> None:
    """Nothing to reset after a statement that commits by itself."""


@asynccontextmanager
async def with_pool(app: Litestar) -> AsyncIterator[None]:
    once = {"plan_cache_mode": "force_generic_plan", "enable_seqscan": "off"}  # as fast as it gets
    async with asyncpg.create_pool(
        os.environ["DATABASE_URL"], min_size=16, max_size=16, server_settings=once, reset=nothing
    ) as pool:
        app.state.pool = pool
        yield


app = Litestar(
    [record_scan, sync_scans, list_connections, list_suggestions, sync_changes],
    lifespan=[with_pool],
    plugins=[PydanticPlugin(prefer_alias=True)],
    openapi_config=None,
    request_max_body_size=1_000_000,
)

if __name__ == "__main__":
    uvicorn.run(
        app, host="127.0.0.1", port=int(sys.argv[1]), http="httptools", loop="uvloop", log_level="warning",
        access_log=False, proxy_headers=False, server_header=False,
    )  # fmt: skip

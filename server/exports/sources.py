"""Which rows make a file, as one statement that PostgreSQL copies out by itself: names, types, hours and cells that no
spreadsheet executes are made there, once for each person, so that a million rows cost no more than reading them.

`$1` is the event; the other arguments are common to all statements (`_arguments`).
"""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any
from uuid import UUID

from server.csv_writer import NEEDS_APOSTROPHE, safe_text
from server.events.models import Event
from server.exports.guarding import NOBODY, Guard
from server.stats.statements import COUNTED


@dataclass(frozen=True, slots=True)
class Source:
    """A statement and its arguments."""

    query: str
    arguments: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """What of an event: the rows of one `cut` (a type by its place in the guard, from 1; None is everybody), `named`
    those people only who agreed (None names nobody), for a file or (`plain`) for a program of ours. People's names are
    made by a `key` that nobody keeps."""

    cut: int | None
    named: Collection[UUID] | None
    plain: bool
    key: bytes = field(default_factory=lambda: secrets.token_bytes(64), repr=False)


def table(event: Event, kind: str, guard: Guard, asked: Asked) -> Source:
    """The rows of an export, without header."""
    if asked.named is not None:
        chosen = NAMED_ATTENDEES if kind == "attendees" else NAMED_CONNECTIONS
    else:
        chosen = {"attendees": ATTENDEES, "connections": CONNECTIONS, "scans": SCANS}[kind]
    return Source(PERSON + chosen, _arguments(event, guard, asked))


def nodes(event: Event, guard: Guard, asked: Asked) -> Source:
    chosen = NODES if asked.named is None else NAMED_NODES
    return Source(PERSON + chosen, _arguments(event, guard, asked))


def edges(event: Event, guard: Guard, asked: Asked) -> Source:
    return Source(PERSON + EDGES, _arguments(event, guard, asked))


def in_file(event: Event, kind: str, guard: Guard, asked: Asked, *, graph: bool) -> Source:
    """The attendances of whoever a file names: of connections those who have one with somebody named; a graph shows
    the others too."""
    met = kind == "connections" and not graph
    return Source(PERSON + (NAMED_WHO_MET if met else NAMED), _arguments(event, guard, asked))


def _arguments(event: Event, guard: Guard, asked: Asked) -> tuple[Any, ...]:
    hours = sorted((of, hour) for of, shown in guard.hours.items() for hour in shown)
    return (
        event.id,
        event.zone,
        guard.types,
        [kind if asked.plain else safe_text(kind) for kind in guard.types],
        bytes(byte ^ 0x36 for byte in asked.key),  # HMAC (RFC 2104)
        bytes(byte ^ 0x5C for byte in asked.key),
        [purpose for (purpose, _, _), _ in hours],
        [one for (_, one, _), _ in hours],
        [other for (_, _, other), _ in hours],
        [hour for _, hour in hours],
        [hour.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") for _, hour in hours],
        asked.cut,
        None if asked.named is None else list(asked.named),
        None if asked.plain else NEEDS_APOSTROPHE,
        [row.fewest for row in guard.ranges],
        [row.most for row in guard.ranges],
        guard.purposes,
        sorted({kind * RANGE_STEP + place for kind, place in guard.range_types}),
        asked.named is not None,
        sorted({hour for _, hour in hours}),
    )


RANGE_STEP = 1000
"""A type and a range as one number, for a look-up: there are fewer ranges than that."""


def _cell(column: str) -> str:
    """A text on one line, as a cell that no spreadsheet executes; `_arguments` says whether that matters."""
    return f"case when {column} ~ $14 then '''' || {column} else {column} end"


def _one_line(column: str) -> str:
    return f"nullif(regexp_replace({column}, '[\\x01-\\x1f\\x7f]', ' ', 'g'), '')"


def _named(expression: str) -> str:
    return f"case when $19 then {expression} end"


def _in_hour(time: str) -> str:
    """Whether it is `hour` that a time is in: the last that began, unless that is over. `date_trunc` takes four times
    as long."""
    return f"hour.hour = ($20::timestamptz[])[width_bucket({time}, $20)] and {time} < hour.hour + interval '1 hour'"


# `given` tells the arguments' types, also of those that a statement has no use for. COPY takes them as literals, so the
# long one, who is named, stands there once. `key` holds in this one file;
# `kind` is the type's place, 0 where it is not said.
PERSON = f"""
with given as (
    select $1::uuid as event_id, $2::text as zone, $3::text[] as types, $4::text[] as said, $5::bytea as inner_key,
        $6::bytea as outer_key, $12::int as cut, $14::text as needs, $15::bigint[] as begins,
        $16::int[] as ends, $17::text[] as purposes, $18::int[] as range_types, $19::bool as is_named,
        $20::timestamptz[] as hours
), person as materialized (
    select id, kind, ($4::text[])[kind] as type,
        'p' || left(encode(sha256($6::bytea || sha256($5::bytea || uuid_send(id))), 'hex'), 16) as key,
        {_cell("name")} as name, {_cell("organisation")} as organisation, {_cell("role")} as role,
        {_cell("own_type")} as own_type
    from (
        select id, coalesce(array_position($3::text[], type), 0) as kind, {_named(_one_line("name"))} as name,
            {_named(_one_line("organisation"))} as organisation, {_named(_one_line("role"))} as role,
            {_named(_one_line("type"))} as own_type
        from attendances where event_id = $1 and {COUNTED.replace(":event_id", "$1")}
            and (not $19 or id = any($13::uuid[]))
    ) as counted
    where $12::int is null or kind = $12
), hour as materialized (
    select * from unnest($7::text[], $8::int[], $9::int[], $10::timestamptz[], $11::text[])
        as hour (purpose, one, other, hour, said)
)"""

MET = f"""
from encounters e join person low on low.id = e.low_id join person high on high.id = e.high_id
left join hour on hour.one = least(low.kind, high.kind) and hour.other = greatest(low.kind, high.kind)
    and {_in_hour("e.first_at")}
where e.event_id = $1 """

CONNECTIONS = f"""
select least(low.key, high.key), greatest(low.key, high.key),
    case when low.key < high.key then low.type else high.type end,
    case when low.key < high.key then high.type else low.type end,
    hour.said, (e.scans_by_low > 0 and e.scans_by_high > 0)::text
{MET} order by random()"""

# No file with names puts two people side by side one of whom blocked the other.
NOT_BLOCKED = """(e.low_id, e.high_id) not in (
    select least(a.id, b.id), greatest(a.id, b.id) from blocks
    join attendances a on a.event_id = $1 and a.person_id = blocker_id
    join attendances b on b.event_id = $1 and b.person_id = blocked_id)"""

EDGES = f"""
select low.key, high.key, hour.said, (e.scans_by_low > 0 and e.scans_by_high > 0)::text
{MET} and ($13::uuid[] is null or {NOT_BLOCKED}) order by random()"""

NODES = "select key, type from person order by random()"

NAMED_NODES = "select key, name, own_type from person order by random()"

SCANS = f"""
select hour.said, s.purpose, case when s.purpose = 'meet' then a.key end, case when s.purpose = 'meet' then b.key end,
    a.type, b.type
from scans s join person b on b.id = s.target_attendance_id left join person a on a.id = s.scanner_attendance_id
left join hour on hour.purpose = s.purpose and hour.one = coalesce(a.kind, {NOBODY}) and hour.other = b.kind
    and {_in_hour("s.captured_at")}
where s.event_id = $1 and s.state = 'recorded' and s.undone_at is null and s.purpose = any($17::text[])
    and (a.id is not null or s.purpose <> 'meet')
order by random()"""

DEGREE = """, degree as materialized (
    select id, count(*) as met from (
        select e.low_id as id from encounters e join everybody on everybody.id = e.high_id where e.event_id = $1
        union all
        select e.high_id from encounters e join everybody on everybody.id = e.low_id where e.event_id = $1
    ) as side group by id
)"""

ATTENDEES = f"""
, everybody as (select id from attendances where event_id = $1 and {COUNTED.replace(":event_id", "$1")})
{DEGREE}
select key, case when kind * {RANGE_STEP} + place = any($18::int[]) then type end, ($15::bigint[])[place],
    ($16::int[])[place]
from (
    select person.*, width_bucket(coalesce(met, 0), $15::bigint[]) as place from person left join degree using (id)
) as placed
where $12::int is null or kind * {RANGE_STEP} + place = any($18::int[])
order by random()"""

NAMED_ATTENDEES = f"""
, everybody as (select id from attendances where event_id = $1 and {COUNTED.replace(":event_id", "$1")})
{DEGREE}
select name, organisation, role, own_type, coalesce(met, 0) from person left join degree using (id)
order by name, organisation, key"""

NAMED_CONNECTIONS = f"""
select low.name, low.organisation, high.name, high.organisation,
    to_char(date_trunc('hour', e.first_at, $2) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
    (e.scans_by_low > 0 and e.scans_by_high > 0)::text
from encounters e join person low on low.id = e.low_id join person high on high.id = e.high_id
where e.event_id = $1 and {NOT_BLOCKED}
order by low.name, high.name, low.key, high.key"""

NAMED = "select id from person"

NAMED_WHO_MET = f"""
select unnest(array[e.low_id, e.high_id])
from encounters e join person low on low.id = e.low_id join person high on high.id = e.high_id
where e.event_id = $1 and {NOT_BLOCKED}"""

"""People at an event, made in bulk: ids follow from numbers, so that any process can name them."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg

from server.accounts.tokens import AccessToken, write_access_token
from server.badges.codes import BadgeCode

REFERENCE = b"ben"
EVENT = UUID(hashlib.md5(b"event").hexdigest())  # noqa: S324 - ids, no secrets


def uid(kind: str, number: int) -> UUID:
    """The same as `md5(kind || number)::uuid` in SQL."""
    return UUID(hashlib.md5(f"{kind}{number}".encode()).hexdigest())  # noqa: S324


def code(number: int) -> str:
    return BadgeCode(event_ref=REFERENCE, secret=hashlib.md5(b"%d" % number).digest()[:10]).text  # noqa: S324


def credentials(secret: bytes, people: int) -> list[list[str]]:
    """For each person a token, good for ten minutes, the code of their badge, and no path of their own."""
    now = datetime.now(UTC)
    return [
        [
            write_access_token(
                secret, AccessToken(account_id=uid("account", n), session_id=uid("session", n)), now=now
            ),
            code(n),
            "",
        ]
        for n in range(people)
    ]


async def gather_crowd(connection: asyncpg.Connection, people: int) -> None:
    """An event that is open today, at which each of these people has a place, a badge, a profile and a session."""
    now = datetime.now(UTC)
    await connection.execute(
        """
        insert into events (id, code_reference, name, venue, zone, starts_at, ends_at, doors_open_at, doors_close_at,
            check_in_required, badge_opens_door, created_as, version, created_at, updated_at)
        values ($1, $2, 'Bench', 'Hall 1', 'Europe/Berlin', $3, $4, $3, $4, false, false, '', 1, $3, $3)
        """,
        EVENT, REFERENCE, now - timedelta(hours=12), now + timedelta(hours=12),
    )  # fmt: skip
    for table, columns, rows in tables(people, now):
        await connection.copy_records_to_table(table, records=rows, columns=columns)
    await connection.execute("analyze")


def tables(people: int, now: datetime) -> Iterator[tuple[str, Sequence[str], list[tuple[Any, ...]]]]:
    numbers = range(people)
    yield "persons", ("id", "created_at"), [(uid("person", n), now) for n in numbers]
    yield (
        "accounts",
        ("id", "person_id", "created_at"),
        [(uid("account", n), uid("person", n), now) for n in numbers],
    )
    yield (
        "account_emails",
        ("email", "id", "account_id", "confirmed_at"),
        [(f"person{n}@example.org", uid("email", n), uid("account", n), now) for n in numbers],
    )
    yield (
        "sessions",
        ("id", "account_id", "label", "counter", "created_at", "refreshed_at"),
        [(uid("session", n), uid("account", n), "phone", 0, now, now) for n in numbers],
    )
    yield (
        "profiles",
        ("person_id", "name", "pronouns", "headline", "role", "organisation", "industry", "skills", "links",
         "languages", "zone", "version", "updated_at"),
        [
            (uid("person", n), f"Person {n}", "", f"I am number {n}", "Engineer", f"Company {n % 97}", "Software",
             ["python"], [f"https://person{n}.example.org"], ["en"], "Europe/Berlin", 1, now)
            for n in numbers
        ],
    )  # fmt: skip
    yield (
        "attendances",
        ("event_id", "id", "person_id", "account_id", "email", "name", "pronouns", "organisation", "role", "type",
         "status", "ticket_serial", "listed", "exhibitors_may_scan", "named_in_exports", "paused", "claimed_at",
         "created_as", "version", "created_at", "updated_at"),
        [
            (EVENT, uid("place", n), uid("person", n), uid("account", n), f"person{n}@example.org", f"Person {n}", "",
             f"Company {n % 97}", "Engineer", "attendee", "expected", 1, False, False, False, False, now, b"", 1, now,
             now)
            for n in numbers
        ],
    )  # fmt: skip
    yield (
        "badges",
        ("event_id", "id", "attendance_id", "code", "manual_code", "issued_at"),
        [(EVENT, uid("badge", n), uid("place", n), code(n), f"M{n:07d}", now) for n in numbers],
    )


FIRST = 1_960


async def store_meetings(connection: asyncpg.Connection, people: int, scans: int) -> None:
    """Scans that happened before, and their encounters: each person has scanned those who are so many places further
    on, which no phone does while we measure."""
    for statement in MEETINGS:
        await connection.execute(statement, EVENT, people, FIRST, FIRST + scans // people - 1, timeout=400)


async def store_what_follows(connection: asyncpg.Connection, people: int, scans: int) -> None:
    """Connections, what was released, and five suggestions for each, at which they have looked before."""
    for table in STAMPED:  # nobody follows these changes, and stamping millions takes minutes
        await connection.execute(f"alter table {table} disable trigger user")
    for statement in FOLLOWING:
        await connection.execute(statement, EVENT, people, FIRST, FIRST + scans // people - 1, timeout=400)
    for table in STAMPED:
        await connection.execute(f"alter table {table} enable trigger user")
    now = datetime.now(UTC)
    await connection.execute(
        "insert into suggestion_runs (event_id, scans_until, ran_at, published_at) values ($1, $2, $2, $2)",
        EVENT,
        now,
    )
    await connection.execute(SUGGESTED, EVENT, people, FIRST, FIRST + 4)


STAMPED = ("connections", "releases")
PAIRS = """
    with pairs as (
        select md5('scan' || n || '-' || d)::uuid as id,
            md5('place' || n)::uuid as scanner_place, md5('place' || (n + d) % $2)::uuid as target_place,
            md5('person' || n)::uuid as scanner, md5('person' || (n + d) % $2)::uuid as target,
            now() - interval '6 hours' + make_interval(secs => (n * 7919 + d * 104729) % 21000) as at, n, d
        from generate_series(0, $2::int - 1) n, generate_series($3::int, $4::int) d
        where $1::uuid is not null
    )
"""
MEETINGS = (
    f"""{PAIRS}
    insert into scans (event_id, scanner_id, id, scanner_attendance_id, target_attendance_id, code, purpose,
        captured_raw_at, captured_at, skew_ms, time_doubtful, received_at, changed_at, state, label, note, tags,
        annotated_raw_at)
    select $1, scanner, id, scanner_place, target_place, 'STORED', 'meet', at, at, 0, false, at, at, 'recorded', '', '',
        '{{}}', at
    from pairs
    """,
    f"""{PAIRS}
    insert into encounters (event_id, low_id, high_id, first_at, last_at, scans_by_low, scans_by_high)
    select $1, least(scanner_place, target_place), greatest(scanner_place, target_place), at, at,
        (scanner_place < target_place)::int, (scanner_place > target_place)::int
    from pairs
    """,
)  # fmt: skip
FOLLOWING = (
    f"""{PAIRS}
    insert into connections (owner_id, other_id, first_event_id, first_met_at, last_met_at, scanned_at, note, tags,
        signal, private, version, updated_at)
    select owner, other, $1, at, at, case when mine then at end, '', '{{}}', 'none', false, 1, at
    from pairs, lateral (values (scanner, target, true), (target, scanner, false)) as side (owner, other, mine)
    """,
    f"""{PAIRS}
    insert into releases (id, subject_id, recipient_id, event_id, purpose, source, fields, released_at)
    select gen_random_uuid(), subject, recipient, $1, 'card', 'scan',
        '{{name,pronouns,photo,asks,offers,talk_topics,headline,role,organisation,links}}', at
    from pairs, lateral (values (scanner, target), (target, scanner)) as way (subject, recipient)
    """,
)  # fmt: skip
SUGGESTED = f"""{PAIRS}
    insert into suggestions (id, event_id, person_id, other_id, rank, score, reasons, for_reader, for_other, action,
        state, seen_at, created_at, updated_at)
    select gen_random_uuid(), $1, scanner, target, 1 + d - $3, 0.5,
        '[{{"code": "met_n_times", "evidence": {{"count": 2}}}}]', 'met_n_times', 'met_n_times', 'share_card',
        'open', at, at, at
    from pairs
"""

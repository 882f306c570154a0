"""Whatever names a person, or may hold words of one, has a fate: at erasure, and when an event's data is purged."""

import re
from collections.abc import Iterator

from sqlalchemy import ARRAY, Column, LargeBinary, Table, Text, Uuid, text
from sqlalchemy.dialects.postgresql import JSONB

from server.database import Base
from server.models import Base as EveryTable
from server.privacy.fate import Delete, Stub
from server.privacy.fates import FATES, QUEUE

TABLES = EveryTable.metadata.tables
BY_NAME = {table.name: table for table in FATES}
PEOPLE = {"persons.id", "accounts.id", "attendances.id"}

# Ids without a key that name no person: things, and rows that have a fate of their own.
NAMES_NOBODY = {
    "account_emails.id", "badge_prints.incomplete", "connections.first_event_id", "deliveries.target",
    "device_counts.device_id",
    "lead_edits.staff_id", "lead_scans.scan_id", "lead_scans.staff_id", "mails.subject_id", "ripples.event_id",
    "scan_issue_settlements.issue_id", "scan_issue_settlements.scan_id", "scan_notes.event_id", "scan_notes.scan_id",
    "scan_undos.scan_id", "scans.device_id", "scans.staff_id", "sequence_uses.device_id", "sequence_uses.scan_id",
    "ticket_letters.id", "releases.export_id",
}  # fmt: skip

# Text that is not about anybody: codes, states of things, digests, words of the code itself.
NOBODYS_WORDS = {
    "attendances.created_as", "attendances.type", "audit_log.operation", "badge_prints.layout",
    "badge_prints.order", "badge_prints.page", "badges.code", "badges.manual_code", "badges.revoked_because",
    "cards.fields", "changes.kind", "consent_changes.consent", "deliveries.outcome", "devices.zone",
    "erased_addresses.digest", "erasures.addresses", "events.code_reference",
    "events.created_as", "events.zone", "exhibitor_staff.created_as",
    "exhibitors.created_as", "exports.format", "exports.kind", "exports.reason", "final_stats.figures",
    "interviews.asker_did", "interviews.content", "interviews.host_did", "interviews.purpose",
    "introduction_requests.content",
    "limit_counters.key", "mails.kind", "mails.outcome", "nudges.kind", "profiles.languages", "profiles.photo",
    "profiles.zone",
    "person_reports.created_as", "releases.exhibitor_name", "releases.fields", "releases.purpose", "releases.source",
    "releases.withdrawn_because", "ripples.kind", "scans.code", "scans.manual_code", "scans.reason",
    "sessions.ended_because", "people_to_meet.action",
    "people_to_meet.for_other",
    "people_to_meet.for_reader",
    "suggestions.action", "suggestions.for_other", "suggestions.for_reader",
    "team_members.created_as", "ticket_keys.public_key", "ticket_letters.bounced_with", "ticket_mailings.chosen",
    "exports.cut_type",
}  # fmt: skip


def columns() -> Iterator[tuple[str, Column]]:
    for table in TABLES.values():
        for column in table.columns:
            yield f"{table.name}.{column.name}", column


def leads_to(column: Column) -> set[str]:
    return {key.target_fullname for key in column.foreign_keys}


def enumerated(table: Table) -> set[str]:
    """The columns whose values a constraint lists."""
    checks = " ".join(str(one.sqltext) for one in table.constraints if hasattr(one, "sqltext"))
    return set(re.findall(r"(\w+) in \('", checks))


def named() -> set[str]:
    return {f"{table.name}.{each.column}" for table in FATES for each in table.named}


def test_every_table_has_a_fate_once():
    ours = {
        "erasures",
        "erased_addresses",
        "purges",
        "retentions",
    }  # the ledger itself, and what an event chose
    assert [table.name for table in FATES] == list(dict.fromkeys(table.name for table in FATES))
    assert set(BY_NAME) | ours == set(TABLES)


def test_every_column_that_names_a_person_has_a_fate():
    keys = {name for name, column in columns() if leads_to(column) & PEOPLE and column.name != "event_id"}
    without_key = {
        name
        for name, column in columns()
        if isinstance(column.type, Uuid | ARRAY)
        and isinstance(getattr(column.type, "item_type", column.type), Uuid)
        and not column.foreign_keys
        and not (column.name == "id" and column.primary_key)
        and not name.startswith("erasures.")
    }
    assert (keys | without_key) - named() - NAMES_NOBODY == set()
    assert without_key >= NAMES_NOBODY - named()


def test_every_column_that_may_hold_words_of_somebody_has_a_fate():
    words = {
        name
        for name, column in columns()
        if isinstance(getattr(column.type, "item_type", column.type), Text | JSONB | LargeBinary)
        and column.name not in enumerated(column.table)
        and not column.foreign_keys
    }
    declared = {f"{table.name}.{column}" for table in FATES for column in table.words}
    assert words - declared - NOBODYS_WORDS == set()
    assert declared & NOBODYS_WORDS == set()
    assert words >= NOBODYS_WORDS


def test_every_table_of_an_event_says_what_a_purge_leaves():
    of_events = {
        table.name
        for table in TABLES.values()
        if "event_id" in table.columns or "events.id" in {key.target_fullname for key in table.foreign_keys}
    }
    without = {"ripples", "purges", "retentions"}
    assert {name for name in of_events - without if BY_NAME[name].purged is None} == set()


def test_what_refers_to_others_stands_above_them():
    """Rows that go must go before those that they refer to."""
    order = [table.name for table in FATES]
    gone = {table.name for table in FATES if any(isinstance(each.fate, Delete) for each in table.named)}
    for table in TABLES.values():
        for key in table.foreign_key_constraints:
            if table.name != key.referred_table.name and key.referred_table.name in gone:
                assert order.index(table.name) < order.index(key.referred_table.name)


def test_fates_speak_of_columns_that_are_there():
    for table in FATES:
        there = set(TABLES[table.name].columns.keys())
        stubs = [each.fate for each in table.named] + [getattr(table.purged, "fate", None)]
        emptied = {column for stub in stubs if isinstance(stub, Stub) for column in stub.emptied}
        assert {each.column for each in table.named} | set(table.words) | emptied <= there


async def test_the_queues_tables_are_known(database):
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text("select table_name from information_schema.tables where table_schema = 'public'")
        )
        there = set(rows.scalars())
    assert there - set(Base.metadata.tables) == {*QUEUE, "alembic_version"}

"""Every table either tells phones of its changes, or is named here as one that no phone is told of."""

from sqlalchemy import text

from server.models import Base

# Not in what `sync_changes` answers.
NOT_SYNCED = {
    "activities",  # listed where they are shown
    "allowed_organizers",
    "audit_log",  # the team's: `list_audit_log`
    "availabilities",
    "badge_print_chunks",
    "badge_prints",
    "bookings",  # follow from interviews
    "calendar_feeds",  # asked for where it is shown
    "changes",
    "code_requests",
    "consent_changes",  # follow from attendances
    "deliveries",  # phones show the nudge, however else it came
    "device_counts",
    "devices",
    "encounters",  # connections follow from the same scans
    "erased_addresses",
    "erasures",
    "event_devices",
    "exhibitor_staff",
    "exhibitors",
    "export_chunks",
    "exports",
    "final_stats",
    "introduction_requests",  # listed where they are shown; notices tell of them
    "introductions",
    "lead_edits",
    "lead_scans",
    "leads",  # a team's: its devices page `list_leads`; the visitor is told by the ledger
    "limit_counters",
    "person_reports",  # nobody is told
    "report_notes",
    "mails",
    "nudge_preferences",  # asked for where they are shown
    "nudge_stopped_people",
    "people_to_meet",  # asked for where it is shown
    "people_to_meet_runs",
    "pictures",  # named by profiles
    "printed_badges",
    "purges",
    "retentions",
    "ripples",
    "scan_issue_settlements",
    "scan_undos",
    "scans",  # connections follow from them
    "sequence_uses",
    "sessions",
    "team_members",
    "ticket_keys",
    "ticket_letters",
    "ticket_mailings",
}


async def test_every_table_is_stamped_or_not_synced(database):
    async with database.engine.connect() as connection:
        rows = await connection.execute(
            text("""
                select distinct relname from pg_trigger
                join pg_class on pg_class.oid = tgrelid join pg_proc on pg_proc.oid = tgfoid
                where not tgisinternal and prosrc ~ 'insert into (changes|ripples)'
            """)
        )
        stamped = set(rows.scalars())
    assert stamped | NOT_SYNCED == set(Base.metadata.tables)
    assert stamped & NOT_SYNCED == set()

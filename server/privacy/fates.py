"""The table of fates: what becomes of every row that names a person or holds their words (SOUNDNESS 36).

Erasure of a person and purges of an event's data carry out this table, from the top to the bottom: what refers to
others stands above them. A house test fails on a column that names a person, or may hold words of one, and is not here.
"""

from server.privacy.fate import (
    DELETE,
    Keep,
    Kind,
    Purged,
    Stub,
    Table,
    Until,
    about,
    account,
    address,
    lead,
    nudge,
    person,
    place,
)

THEIR_OWN = Keep("it belongs to the other one, who keeps that they met and their own note", Until.THEY_LEAVE)
THEIR_LEDGER = Keep("the other's ledger: they see that somebody got this, not who", Until.THEY_LEAVE)
WHO_ORDERED = Keep("an id that leads to no address: the team's log of who did it", Until.PURGE)
NOT_THE_EVENTS = Keep("connections of people are not the event's to purge", Until.THEY_LEAVE)
EVENTS_OWN = Keep("what the event is, and its figures: nobody is named", Until.ALWAYS)
COUNTED = Keep("ids and times: figures of the event, and keys by which a late phone is known", Until.PURGE)
REPORTED = Keep("nobody escapes what was reported of them by leaving", Until.SETTLED)
FOR_THE_STAND = Keep("written for the exhibitor, of visitors", Until.PURGE)

FATES: tuple[Table, ...] = (
    # What is derived, and what is on its way
    Table("deliveries", [nudge("nudge_id", DELETE)], words=["detail"]),
    Table(
        "nudges",
        [person("person_id", DELETE), about("facts", DELETE)],
        words=["facts", "subject"],
    ),
    Table("nudge_preferences", [person("person_id", DELETE)], words=["kinds"]),
    Table("nudge_stopped_people", [person("person_id", DELETE), person("other_id", DELETE)]),
    Table(
        "suggestions",
        [person("person_id", DELETE), person("other_id", DELETE)],
        words=["reasons"],
        purged=Purged(Kind.ENCOUNTERS),
    ),
    Table("suggestion_runs", purged=EVENTS_OWN),
    Table(
        "people_to_meet",
        [person("person_id", DELETE), person("other_id", DELETE)],
        words=["reasons"],
        purged=Purged(Kind.ENCOUNTERS),
    ),
    Table("people_to_meet_runs", purged=EVENTS_OWN),
    Table("final_stats", purged=EVENTS_OWN),
    Table("mails", [person("person_id", DELETE)]),
    Table(
        "changes",
        [
            person("recipient_id", DELETE),
            person("object_id", Keep("tells phones of others to look again", Until.EXPIRES)),
        ],
    ),
    Table("ripples", [person("object_id", Keep("spreads within seconds", Until.EXPIRES))]),
    Table("limit_counters"),
    # The balance
    Table(
        "activities",
        [
            person("person_id", DELETE),
            person("with_person_id", Keep("the other's own log: that they spent time", Until.THEY_LEAVE)),
        ],
        words=["note"],
        purged=NOT_THE_EVENTS,
    ),
    # Introductions
    Table(
        "introductions",
        [person("asker_id", DELETE), person("connector_id", DELETE), person("target_id", DELETE)],
        purged=NOT_THE_EVENTS,
    ),
    Table(
        "introduction_requests",
        [person("asker_id", DELETE)],
        words=["what", "why", "blurb"],
        purged=NOT_THE_EVENTS,
    ),
    # Talks
    Table(
        "outcomes",
        [
            person(
                "person_id",
                Stub({"debrief": "''"}, "whether it was held is told to both, and counted", Until.ALWAYS),
            )
        ],
        words=["debrief"],
    ),
    Table("bookings", [person("person_id", DELETE)]),
    Table("availabilities", [person("person_id", DELETE)], words=["windows", "exceptions"]),
    Table(
        "calendar_feeds",
        [
            account(
                "account_id", Keep("a number, so that an old address of the feed stays dead", Until.ALWAYS)
            )
        ],
    ),
    Table(
        "interviews",
        [
            person(
                "asker_id",
                Stub(
                    {
                        "ask": "''",
                        "offer": "''",
                        "content": "''",
                        "asker_did": "''",
                        "place": "''",
                        "reply": "''",
                    },
                    "the other's talk: that it was, when, and what they said of it",
                    Until.THEY_LEAVE,
                ),
            ),
            person(
                "host_id",
                Stub(
                    {"host_did": "''", "place": "''", "reply": "''", "resource": "''"},
                    "the other's talk: what they asked, when it was, and what they said of it",
                    Until.THEY_LEAVE,
                ),
            ),
            person("proposed_by", Keep("one of the two above", Until.THEY_LEAVE)),
            person("answered_by", Keep("one of the two above", Until.THEY_LEAVE)),
        ],
        words=["ask", "offer", "place", "reply", "resource"],
        purged=Keep("a talk is its two people's, and counts in figures", Until.THEY_LEAVE),
    ),
    # Files
    Table("export_chunks", words=["data"]),
    Table("exports", [account("account_id", WHO_ORDERED)], purged=Purged(Kind.EXPORTS)),
    Table("printed_badges", purged=Purged(Kind.ATTENDEES)),
    Table("badge_print_chunks", words=["data"]),
    Table(
        "badge_prints",
        [
            account("account_id", WHO_ORDERED),
            place("attendance_id", Keep("a file of what the organizer imported", Until.EXPIRES)),
        ],
        purged=Purged(Kind.ATTENDEES),
    ),
    # Leads
    Table(
        "lead_edits",
        [lead("lead_id", DELETE)],
        words=["label", "note", "tags"],
        purged=Purged(Kind.LEADS),
    ),
    Table(
        "lead_scans",
        [
            lead(
                "lead_id",
                Stub(
                    {"label": "''", "note": "''", "tags": "'{}'", "rating": "0"},
                    "a tombstone: that a lead was there",
                    Until.PURGE,
                ),
            ),
            person("scanner_id", FOR_THE_STAND),
        ],
        words=["label", "note", "tags"],
        purged=Purged(Kind.LEADS),
    ),
    Table(
        "leads",
        [
            place(
                "attendance_id",
                Stub(
                    {"given": "'{}'", "version": "version + 1", "updated_at": ":now"},
                    "a tombstone: that a lead was there",
                    Until.PURGE,
                ),
            )
        ],
        words=["given"],
        purged=Purged(Kind.LEADS),
    ),
    # Connections, and who got what
    Table(
        "scan_notes",
        [person("owner_id", DELETE), person("other_id", THEIR_OWN)],
        words=["label", "note", "tags"],
        purged=NOT_THE_EVENTS,
    ),
    Table(
        "connections",
        [person("owner_id", DELETE), person("other_id", THEIR_OWN)],
        words=["note", "tags"],
        purged=NOT_THE_EVENTS,
    ),
    Table(
        "releases",
        [
            person(
                "subject_id",
                Stub(
                    {"withdrawn_at": "coalesce(withdrawn_at, :now)"},
                    "which fields went out, by name, and that they are taken back; the person has the receipt",
                    Until.ALWAYS,
                ),
            ),
            person("recipient_id", THEIR_LEDGER),
        ],
        purged=Purged(
            Kind.LEADS,
            Stub(
                {"withdrawn_at": "coalesce(withdrawn_at, :now)", "withdrawn_because": "'purged'"},
                "the visitor's ledger: who had what, until when",
                Until.THEY_LEAVE,
            ),
            where="exhibitor_id is not null and withdrawn_at is null",
        ),
    ),
    Table(
        "blocks",
        [
            person("blocker_id", Keep("or whoever was blocked would learn of it", Until.ALWAYS)),
            person(
                "blocked_id",
                Stub({"name": "''"}, "the other's: they wanted to see nothing of them", Until.THEY_LEAVE),
            ),
        ],
        words=["name"],
    ),
    # What was reported
    Table("report_notes", [account("account_id", WHO_ORDERED)], words=["words"]),
    Table(
        "person_reports",
        [person("reporter_id", REPORTED), person("subject_id", REPORTED)],
        words=["words"],
        purged=REPORTED,
    ),
    # What happened at events
    Table(
        "scan_issue_settlements",
        [account("account_id", WHO_ORDERED), person("scanner_id", COUNTED)],
        words=["note"],
        purged=Purged(Kind.SCANS),
    ),
    Table("sequence_uses", [person("scanner_id", DELETE)], purged=Purged(Kind.SCANS)),
    Table("device_counts", [person("scanner_id", DELETE)], purged=Purged(Kind.SCANS)),
    Table("scan_undos", [person("scanner_id", COUNTED)], purged=Purged(Kind.SCANS)),
    Table(
        "scans",
        [
            person(
                "scanner_id",
                Stub(
                    {
                        "label": "''",
                        "note": "''",
                        "tags": "'{}'",
                        "signal": "null",
                        "signalled_raw_at": "null",
                        "device_id": "null",
                    },
                    "ids and times: the encounter is the other's too, and a late phone is known by them",
                    Until.PURGE,
                ),
                where="purpose = 'meet'",
            ),
            place("scanner_attendance_id", COUNTED),
            place("target_attendance_id", THEIR_OWN, where="purpose = 'meet'"),
            place(
                "target_attendance_id",
                Stub(
                    {"label": "''", "note": "''", "tags": "'{}'", "rating": "0"},
                    "ids and times: entries and leads are counted",
                    Until.PURGE,
                ),
                where="purpose <> 'meet'",
            ),
        ],
        words=["label", "note", "tags"],
        purged=Purged(Kind.SCANS),
    ),
    Table(
        "encounters",
        [place("low_id", COUNTED), place("high_id", COUNTED)],
        purged=Purged(Kind.ENCOUNTERS),
    ),
    # Badges and tickets
    Table("badges", [place("attendance_id", COUNTED)], purged=Purged(Kind.ATTENDEES)),
    Table(
        "ticket_letters",
        [place("attendance_id", Stub({"sent_to": "null"}, "that a ticket was mailed", Until.PURGE))],
        words=["sent_to"],
        purged=Purged(Kind.ATTENDEES),
    ),
    Table("ticket_mailings", [account("account_id", WHO_ORDERED)], purged=Purged(Kind.ATTENDEES)),
    Table("ticket_keys", purged=EVENTS_OWN),
    # Places and teams
    Table(
        "audit_log",
        [
            account(
                "account_id",
                Stub({"email": "null"}, "that somebody of the team did it, by id", Until.PURGE),
            ),
            place("subject_id", COUNTED),
        ],
        words=["email"],
        purged=Purged(Kind.ATTENDEES),
    ),
    Table(
        "consent_changes",
        [place("attendance_id", Keep("proof of what was agreed to, and when", Until.PURGE))],
        purged=Purged(Kind.ATTENDEES),
    ),
    Table(
        "attendances",
        [
            person(
                "person_id",
                Stub(
                    {
                        "listed": "false",
                        "exhibitors_may_scan": "false",
                        "named_in_exports": "false",
                        "left_at": ":now",
                    },
                    "the organizer's own list: what they imported and print",
                    Until.PURGE,
                ),
            ),
            account("account_id", COUNTED),
            place("joined_into_id", COUNTED),
        ],
        words=[
            "external_id",
            "external_code",
            "email",
            "bounced_email",
            "name",
            "pronouns",
            "organisation",
            "role",
        ],
        purged=Purged(
            Kind.ATTENDEES,
            Stub(
                {
                    "external_id": "null",
                    "external_code": "null",
                    "email": "null",
                    "bounced_email": "null",
                    "bounced_at": "null",
                    "name": "''",
                    "pronouns": "''",
                    "organisation": "''",
                    "role": "''",
                    "created_as": "''",
                    "listed": "false",
                    "exhibitors_may_scan": "false",
                    "named_in_exports": "false",
                    "purged_at": ":now",
                    "version": "version + 1",
                    "updated_at": ":now",
                },
                "that somebody was there: their own list of events, and figures",
                Until.ALWAYS,
            ),
            where="purged_at is null",
        ),
    ),
    Table(
        "exhibitor_staff",
        [
            account(
                "account_id",
                staff := Stub(
                    {
                        "name": "''",
                        "email": "null",
                        "role": "'scan_only'",
                        "removed_at": "coalesce(removed_at, :now)",
                        "created_as": "''",
                    },
                    "whose captures those were, by id",
                    Until.PURGE,
                ),
            ),
            address("email", staff),
        ],
        words=["name", "email"],
        purged=Purged(Kind.LEADS, Stub(staff.emptied, staff.because, Until.ALWAYS), where="name <> ''"),
    ),
    Table("event_devices", words=["station", "label"], purged=Purged(Kind.SCANS)),
    Table("exhibitors", words=["name", "booth"], purged=EVENTS_OWN),
    Table(
        "team_members",
        [account("account_id", DELETE), address("email", DELETE)],
        words=["email"],
        purged=Keep("whoever runs the event reads its figures", Until.ERASURE),
    ),
    Table("events", words=["name", "venue"], purged=EVENTS_OWN),
    # Who they are
    Table("pictures", [person("person_id", DELETE)], words=["webp"]),
    Table("devices", [person("person_id", DELETE)], words=["label", "push_token"]),
    Table("cards", [person("person_id", DELETE)], words=["email", "phone"]),
    Table(
        "goals",
        [person("person_id", DELETE)],
        words=[
            "target_roles",
            "target_industries",
            "target_skills",
            "asks",
            "offers",
            "talk_topics",
            "talk_resource",
        ],
    ),
    Table(
        "profiles",
        [person("person_id", DELETE)],
        words=[
            "name",
            "pronouns",
            "headline",
            "role",
            "organisation",
            "industry",
            "skills",
            "links",
        ],
    ),
    Table("sessions", [account("account_id", DELETE)], words=["label"]),
    Table(
        "code_requests",
        [account("account_id", DELETE), address("email", DELETE)],
        words=["email"],
    ),
    Table("allowed_organizers", [address("email", DELETE)], words=["email"]),
    Table("account_emails", [account("account_id", DELETE)], words=["email"]),
    Table(
        "accounts",
        [
            person(
                "person_id",
                Keep("an id without an address: figures count the place as claimed", Until.ALWAYS),
            )
        ],
    ),
    Table(
        "persons",
        [
            person("id", Keep("an id, for what others keep of 'a former attendee'", Until.ALWAYS)),
            person("merged_into", Keep("an id, for phones that know it by the former one", Until.ALWAYS)),
        ],
    ),
)

# Tables of the queue, which SQLAlchemy does not know: they hold ids of jobs.
QUEUE = {
    "pgqueuer": Keep("a job's id and that of what it is about, until it is done", Until.EXPIRES),
    "pgqueuer_log": Keep("the same; a week", Until.EXPIRES),
    "pgqueuer_schedules": Keep("names nobody: the timetable", Until.ALWAYS),
    "pgqueuer_statistics": Keep("names nobody: counts", Until.ALWAYS),
}

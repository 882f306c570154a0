"""Which of all that is stored is somebody's own to take along? Every table is here: with what it gives, or with why it
gives nothing. A house test fails on a table or a column that is not.

Somebody's own is what they gave and what Hallway derived about them. Not theirs is what others keep to themselves, and
nothing may tell of it: notes and lists that they are on, signals, blocks and reports against them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """A file of rows. `mine` (SQL) finds them by `:person`, `:account` or `:addresses`; `gives` are its columns, named
    alike in the file, `derived` (SQL) columns made for it; `leaves` says why the others stay behind."""

    file: str
    says: str
    mine: str
    gives: Sequence[str]
    derived: Mapping[str, str] = field(default_factory=dict)
    leaves: Mapping[str, Sequence[str]] = field(default_factory=dict)


MY_ACCOUNT = "account_id = :account"
MY_PLACE = "(event_id, attendance_id) in (select event_id, id from attendances where person_id = :person)"
# What was only asked for is hidden by a block, and then it is not here either.
SEEN_TALKS = """(asker_id = :person or host_id = :person) and (starts_at is not null or not exists (
    select from blocks where (blocker_id, blocked_id) in ((asker_id, host_id), (host_id, asker_id))))"""

ME = "it is me, in every row"
BOOKKEEPING = "how Hallway keeps count, of nobody"
THE_OTHERS = "it would tell what the other one keeps to themselves"
IN_CONTACTS = "in `contacts.json`, as far as the other one lets me see it today"

GIVEN: Mapping[str, Given] = {
    "persons": Given(
        file="person",
        says="The id by which others name me.",
        mine="id = :person",
        gives=("id", "created_at", "leaving_at"),
        leaves={BOOKKEEPING: ("merged_into", "lead_xid")},
    ),
    "accounts": Given(
        file="account",
        says="Since when I can sign in.",
        mine="id = :account",
        gives=("id", "person_id", "created_at"),
    ),
    "account_emails": Given(
        file="emails",
        says="The addresses that sign me in.",
        mine=MY_ACCOUNT,
        gives=("email", "confirmed_at", "bounced_at"),
        leaves={ME: ("account_id",), BOOKKEEPING: ("id",)},
    ),
    "code_requests": Given(
        file="sign_in_codes",
        says="Codes asked for in the last day.",
        mine="account_id = :account or email = any(:addresses)",
        gives=("email", "purpose", "created_at", "expires_at", "used_at"),
        leaves={ME: ("account_id",), BOOKKEEPING: ("id", "tries_left")},
    ),
    "sessions": Given(
        file="sessions",
        says="Where I am or was signed in.",
        mine=MY_ACCOUNT,
        gives=("id", "label", "created_at", "refreshed_at", "ended_at", "ended_because"),
        leaves={ME: ("account_id",), BOOKKEEPING: ("counter", "refreshed_before_at")},
    ),
    "devices": Given(
        file="devices",
        says="My phones.",
        mine="person_id = :person",
        gives=("id", "label", "platform", "zone", "registered_at", "reported_at", "seen_at", "revoked_at"),
        leaves={ME: ("person_id",), "a key of the phone's maker": ("push_token",)},
    ),
    "profiles": Given(
        file="profile",
        says="Who I say I am.",
        mine="person_id = :person",
        gives=(
            "name",
            "pronouns",
            "headline",
            "role",
            "organisation",
            "industry",
            "skills",
            "links",
            "zone",
            "languages",
            "updated_at",
        ),
        leaves={ME: ("person_id",), BOOKKEEPING: ("version",), "the picture is `photo.webp`": ("photo",)},
    ),
    "goals": Given(
        file="goals",
        says="What I look for, and what I can give.",
        mine="person_id = :person",
        gives=(
            "situation",
            "target_roles",
            "target_industries",
            "target_skills",
            "asks",
            "offers",
            "open_to_talk",
            "talk_topics",
            "talk_minutes",
            "talks_per_week",
            "updated_at",
        ),
        leaves={ME: ("person_id",), BOOKKEEPING: ("version",)},
    ),
    "cards": Given(
        file="cards",
        says="What I give to whom I meet, and to exhibitors.",
        mine="person_id = :person",
        gives=("kind", "fields", "email", "phone", "updated_at"),
        leaves={ME: ("person_id",), BOOKKEEPING: ("version", "lead_xid")},
    ),
    "releases": Given(
        file="releases",
        says="Who got which of my fields, when and why, and what I took back.",
        mine="subject_id = :person",
        gives=(
            "id",
            "recipient_id",
            "exhibitor_id",
            "exhibitor_name",
            "event_id",
            "purpose",
            "source",
            "fields",
            "released_at",
            "withdrawn_at",
            "withdrawn_because",
            "export_id",
        ),
        leaves={ME: ("subject_id",), BOOKKEEPING: ("lead_xid",)},
    ),
    "leads": Given(
        file="leads",
        says="What exhibitors hold of my card.",
        mine=MY_PLACE,
        gives=("event_id", "exhibitor_id", "given", "created_at"),
        leaves={ME: ("attendance_id",), BOOKKEEPING: ("id", "version", "updated_at", "lead_xid")},
    ),
    "attendances": Given(
        file="attendances",
        says="My places at events: what the organizer imported, what I agreed to, when I came.",
        mine="person_id = :person",
        gives=(
            "event_id",
            "id",
            "external_id",
            "external_code",
            "email",
            "bounced_email",
            "bounced_at",
            "name",
            "pronouns",
            "organisation",
            "role",
            "type",
            "status",
            "listed",
            "exhibitors_may_scan",
            "named_in_exports",
            "paused",
            "claimed_at",
            "checked_in_at",
            "left_at",
            "cancelled_at",
            "purged_at",
            "created_at",
        ),
        leaves={
            ME: ("person_id", "account_id"),
            BOOKKEEPING: (
                "joined_into_id",
                "ticket_serial",
                "ticket_replaced_at",
                "created_as",
                "revocation_xid",
                "door_xid",
                "version",
                "updated_at",
            ),
        },
    ),
    "consent_changes": Given(
        file="consents",
        says="What I agreed to and took back, when, and which version of the words I saw.",
        mine=MY_PLACE,
        gives=("event_id", "consent", "given", "text_version", "changed_at"),
        leaves={ME: ("attendance_id",), BOOKKEEPING: ("id",)},
    ),
    "badges": Given(
        file="badges",
        says="The codes I wore.",
        mine=MY_PLACE,
        gives=("event_id", "code", "manual_code", "issued_at", "revoked_at", "revoked_because"),
        leaves={ME: ("attendance_id",), BOOKKEEPING: ("id", "revocation_xid", "door_xid")},
    ),
    "ticket_letters": Given(
        file="ticket_mails",
        says="Tickets mailed to me.",
        mine=MY_PLACE,
        gives=("event_id", "sent_to", "bounced_at", "bounced_with"),
        leaves={ME: ("attendance_id",), BOOKKEEPING: ("mailing_id", "id")},
    ),
    "scans": Given(
        file="scans",
        says="Badges that I read, with what I noted then.",
        mine="scanner_id = :person and purpose = 'meet'",
        gives=(
            "event_id",
            "id",
            "device_id",
            "code",
            "manual_code",
            "purpose",
            "captured_raw_at",
            "captured_at",
            "received_at",
            "state",
            "reason",
            "label",
            "note",
            "tags",
            "rating",
            "signal",
            "undone_at",
        ),
        leaves={
            ME: ("scanner_id", "scanner_attendance_id"),
            IN_CONTACTS: ("target_attendance_id",),
            "of leads and tickets only": ("exhibitor_id", "staff_id", "given_at_stand", "is_ticket"),
            BOOKKEEPING: (
                "sequence",
                "skew_ms",
                "time_doubtful",
                "changed_at",
                "annotated_raw_at",
                "signalled_raw_at",
            ),
        },
    ),
    "scan_undos": Given(
        file="undone_scans",
        says="Scans that I took back.",
        mine="scanner_id = :person",
        gives=("event_id", "scan_id", "undone_raw_at", "received_at"),
        leaves={ME: ("scanner_id",)},
    ),
    "scan_notes": Given(
        file="scan_notes",
        says="What I noted when I met somebody.",
        mine="owner_id = :person",
        gives=("event_id", "scan_id", "other_id", "captured_at", "label", "note", "tags"),
        leaves={ME: ("owner_id",)},
    ),
    "connections": Given(
        file="connection_notes",
        says="What I keep about people: notes, tags, signals, and whether I gave my card.",
        mine="""owner_id = :person and (note <> '' or tags <> '{}' or signal <> 'none' or private
            or removed_at is not null or scanned_at is not null or shared_at is not null)""",
        gives=(
            "other_id",
            "note",
            "tags",
            "signal",
            "signalled_at",
            "private",
            "scanned_at",
            "shared_at",
            "removed_at",
        ),
        leaves={
            ME: ("owner_id",),
            IN_CONTACTS: ("first_event_id", "first_met_at", "last_met_at"),
            BOOKKEEPING: ("version", "updated_at"),
        },
    ),
    "blocks": Given(
        file="blocks",
        says="Whom I blocked.",
        mine="blocker_id = :person",
        gives=("blocked_id", "name", "created_at"),
        leaves={ME: ("blocker_id",)},
    ),
    "person_reports": Given(
        file="reports",
        says="What I reported.",
        mine="reporter_id = :person",
        gives=("id", "subject_id", "event_id", "reason", "words", "reported_at"),
        leaves={
            ME: ("reporter_id",),
            BOOKKEEPING: ("created_as",),
            "between those who look into it and the other one": ("state", "settled_at"),
        },
    ),
    "suggestions": Given(
        file="suggestions",
        says="Whom Hallway suggested to me, and why.",
        mine="person_id = :person",
        gives=("event_id", "other_id", "action", "state", "snoozed_until", "seen_at", "created_at"),
        derived={"reasons": "jsonb_path_query_array(reasons, '$[*].code')"},
        leaves={
            ME: ("person_id",),
            BOOKKEEPING: ("id", "updated_at"),
            THE_OTHERS: ("rank", "score", "for_reader", "for_other"),
        },
    ),
    "people_to_meet": Given(
        file="people_to_meet",
        says="Whom Hallway suggested to me to meet, and why.",
        mine="person_id = :person",
        gives=("event_id", "other_id", "action", "state", "seen_at", "created_at"),
        derived={"reasons": "jsonb_path_query_array(reasons, '$[*].code')"},
        leaves={
            ME: ("person_id",),
            BOOKKEEPING: ("id", "updated_at"),
            THE_OTHERS: ("rank", "score", "for_reader", "for_other"),
        },
    ),
    "nudges": Given(
        file="nudges",
        says="What Hallway reminded me of, or told me.",
        mine="person_id = :person",
        gives=(
            "id",
            "kind",
            "subject",
            "facts",
            "local_date",
            "state",
            "snoozed_until",
            "created_at",
            "useful_until",
            "acted_at",
        ),
        leaves={ME: ("person_id",), BOOKKEEPING: ("rationed",)},
    ),
    "nudge_preferences": Given(
        file="nudge_preferences",
        says="When and of what I want to be reminded.",
        mine="person_id = :person",
        gives=(
            "quiet_from",
            "quiet_until",
            "weekly",
            "details_in_push",
            "paused_until",
            "stopped_at",
            "mails_stopped_at",
            "kinds",
            "updated_at",
        ),
        leaves={ME: ("person_id",), BOOKKEEPING: ("version",)},
    ),
    "nudge_stopped_people": Given(
        file="nudge_stopped_people",
        says="Of whom I do not want to be reminded.",
        mine="person_id = :person",
        gives=("other_id", "stopped_at"),
        leaves={ME: ("person_id",)},
    ),
    "deliveries": Given(
        file="deliveries",
        says="How that was sent to me.",
        mine="nudge_id in (select id from nudges where person_id = :person)",
        gives=("nudge_id", "channel", "created_at", "settled_at", "outcome"),
        leaves={
            BOOKKEEPING: (
                "id",
                "due_at",
                "useful_until",
                "tries",
                "repeats",
                "leased_until",
                "target",
                "detail",
            )
        },
    ),
    "mails": Given(
        file="mails",
        says="Letters to me of the last month.",
        mine="person_id = :person",
        gives=("kind", "created_at", "settled_at", "outcome"),
        leaves={ME: ("person_id",), BOOKKEEPING: ("id", "subject_id", "leased_until", "tries")},
    ),
    "availabilities": Given(
        file="availability",
        says="When I can talk.",
        mine="person_id = :person",
        gives=("windows", "exceptions", "buffer_minutes", "notice_hours", "updated_at"),
        leaves={ME: ("person_id",), BOOKKEEPING: ("version",)},
    ),
    "interviews": Given(
        file="interviews",
        says="Talks I asked for or was asked for, with what we told each other there.",
        mine=SEEN_TALKS,
        gives=(
            "id",
            "asker_id",
            "host_id",
            "event_id",
            "purpose",
            "ask",
            "offer",
            "minutes",
            "slots",
            "proposal",
            "proposed_by",
            "moving",
            "state",
            "starts_at",
            "ends_at",
            "place",
            "reply",
            "requested_at",
            "expires_at",
            "answered_at",
            "answered_by",
        ),
        leaves={BOOKKEEPING: ("content", "asker_did", "host_did", "sequence", "updated_at")},
    ),
    "bookings": Given(
        file="bookings",
        says="The time that booked talks take.",
        mine="person_id = :person",
        gives=("interview_id", "during"),
        leaves={ME: ("person_id",)},
    ),
    "outcomes": Given(
        file="outcomes",
        says="What I said became of talks, and what I wrote down.",
        mine="person_id = :person",
        gives=("interview_id", "starts_at", "outcome", "since", "debrief", "updated_at"),
        leaves={ME: ("person_id",)},
    ),
    "calendar_feeds": Given(
        file="calendar_feed",
        says="How often I replaced the address of my calendar.",
        mine=MY_ACCOUNT,
        gives=("rotation", "rotated_at"),
        leaves={ME: ("account_id",)},
    ),
    "team_members": Given(
        file="teams",
        says="Events that I run.",
        mine="account_id = :account or (account_id is null and email = any(:addresses))",
        gives=("event_id", "email", "role", "added_at"),
        leaves={ME: ("account_id",), BOOKKEEPING: ("id", "created_as", "version")},
    ),
    "exhibitor_staff": Given(
        file="stands",
        says="Exhibitors that I work for.",
        mine="account_id = :account or (account_id is null and email = any(:addresses))",
        gives=("event_id", "exhibitor_id", "name", "email", "role", "added_at", "removed_at"),
        leaves={ME: ("account_id",), BOOKKEEPING: ("id", "created_as")},
    ),
    "audit_log": Given(
        file="team_actions",
        says="What I did for the events that I run.",
        mine=MY_ACCOUNT,
        gives=("event_id", "email", "role", "operation", "done_at"),
        leaves={ME: ("account_id",), BOOKKEEPING: ("id",), "whom it was about": ("subject_id",)},
    ),
    "allowed_organizers": Given(
        file="may_organize",
        says="That I may create events.",
        mine="email = any(:addresses)",
        gives=("email", "allowed_at"),
    ),
    "erasures": Given(
        file="leaving",
        says="When I asked to be erased, or took it back.",
        mine="person_id = :person",
        gives=("asked_at", "erase_at", "cancelled_at"),
        leaves={ME: ("person_id",), BOOKKEEPING: ("addresses", "erased_at", "written_at")},
    ),
}

OF_AN_EVENT = "what an event is: nobody's data"
FIGURES = "figures in which nobody can be found"
ORDERED = "files that a team ordered for its event; who ordered them, `team_actions.json` says"
DELIVERED = "counts by which phones know what has arrived"
EXHIBITORS_OWN = "what an exhibitor's staff notes for itself"

LEFT_OUT: Mapping[str, str] = {
    "badge_print_chunks": ORDERED,
    "badge_prints": ORDERED,
    "changes": "tells phones to look again: ids, for three months",
    "device_counts": DELIVERED,
    "encounters": "the organizer's count of meetings; mine are in `contacts.json`",
    "erased_addresses": "digests in which nobody can be found",
    "event_devices": OF_AN_EVENT,
    "events": OF_AN_EVENT,
    "exhibitors": OF_AN_EVENT,
    "export_chunks": ORDERED,
    "exports": ORDERED,
    "final_stats": FIGURES,
    "lead_edits": EXHIBITORS_OWN,
    "lead_scans": EXHIBITORS_OWN,
    "limit_counters": "digests in which nobody can be found",
    "people_to_meet_runs": OF_AN_EVENT,
    "pictures": "my photo is `photo.webp`",
    "printed_badges": ORDERED,
    "purges": OF_AN_EVENT,
    "report_notes": "between those who look into a report",
    "retentions": OF_AN_EVENT,
    "ripples": "tells phones to look again: ids, for seconds",
    "scan_issue_settlements": "what a team decided about scans at its doors",
    "sequence_uses": DELIVERED,
    "suggestion_runs": OF_AN_EVENT,
    "ticket_keys": OF_AN_EVENT,
    "ticket_mailings": ORDERED,
}

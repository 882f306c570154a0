"""Who may ask for what, and what everybody else is told. One line for each operation: `test_matrix.py` asks for all of
them as everybody, and fails on one without a line.

Whoever may, gets what they ask for, or one of the codes in `giving`: the request is right but for who asks, and a world
with one of each thing has not everything in every state.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

UNPROVED = ("nobody", "expired", "ended")
DEVICES = ("phone", "lost_phone", "door_device", "stand_device", "lost_device")
STAND = ("admin", "staff", "scan_only")
TEAM = ("owner", "manager", "supervisor", "door", "analyst")
ACCOUNTS = ("stranger", "other_organizer", "ada", "grace", *STAND, *TEAM)
EVERYBODY = (*UNPROVED, *ACCOUNTS, *DEVICES)

Answer = tuple[int, str]
SIGN_IN: Answer = (401, "sign_in_required")
TOO_LOW: Answer = (403, "role_required")
REVOKED: Answer = (401, "device_revoked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    may: Collection[str]
    hidden: Answer = SIGN_IN
    """What somebody is told who is signed in and may not know that it is there."""
    too_low: Collection[str] = ()
    """Who knows that it is there, and is told that their role does not do."""
    told: Mapping[str, Answer] = field(default_factory=dict)
    """What else somebody is told."""
    giving: Collection[str] = ()

    def refused(self, who: str) -> Answer | None:
        """What somebody is told who may not; None for whoever may."""
        if who in self.may:
            return None
        if who in self.told:
            return self.told[who]
        if who in UNPROVED or who in DEVICES:
            return SIGN_IN
        return TOO_LOW if who in self.too_low else self.hidden


def giving(rule: Rule, *codes: str) -> Rule:
    return replace(rule, giving=codes)


def belongs_to(owner: str, code: str) -> Rule:
    """A thing of one person, which is not there for anybody else."""
    return Rule(may=[owner], hidden=(404, code))


def of_team(*roles: str) -> Rule:
    return Rule(
        may=roles, too_low=[role for role in TEAM if role not in roles], hidden=(404, "event_not_found")
    )


def of_stand(*roles: str) -> Rule:
    """Managers of the event step back once an exhibitor's admin has joined."""
    others = [role for role in STAND if role not in roles]
    return Rule(may=roles, too_low=[*others, "owner", "manager"], hidden=(404, "exhibitor_not_found"))


PUBLIC = Rule(may=EVERYBODY)
MINE = Rule(may=ACCOUNTS)
OWNERS = of_team("owner")
MANAGERS = of_team("owner", "manager")
SUPERVISORS = of_team("owner", "manager", "supervisor")
DOOR = of_team("owner", "manager", "supervisor", "door")
ANALYSTS = of_team("owner", "manager", "analyst")
WHOLE_TEAM = of_team(*TEAM)
ATTENDEES = Rule(may=["ada", "grace"], hidden=(404, "event_not_found"))
STATIONS = Rule(may=["door_device", "stand_device"], told={"lost_device": REVOKED})
AT_DOOR = replace(
    DOOR, may=[*DOOR.may, "door_device"], told={"lost_device": REVOKED, "stand_device": TOO_LOW}
)
SCANNERS = Rule(may=[*ACCOUNTS, *DEVICES])
STANDING_SCANNERS = replace(
    SCANNERS,
    may=[who for who in SCANNERS.may if who not in {"lost_phone", "lost_device"}],
    told={"lost_phone": REVOKED, "lost_device": REVOKED},
)
IN_TALK = Rule(
    may=["ada", "grace"], hidden=(404, "interview_not_found"), giving=["not_your_turn", "not_scheduled"]
)
# Each step is for one of the three, and nobody is the target yet: to the others it is not there.
IN_INTRODUCTION = Rule(
    may=["ada", "grace"],
    hidden=(404, "introduction_not_found"),
    giving=["introduction_not_found", "person_not_found"],
)

EXPECTED: dict[str, Rule] = {
    # Signing in
    "request_sign_in_code": PUBLIC,
    "sign_in": giving(PUBLIC, "code_expired"),
    "refresh_session": giving(PUBLIC, "refresh_invalid"),
    "list_sessions": MINE,
    "revoke_session": belongs_to("ada", "session_not_found"),
    "sign_out": MINE,
    # Me
    "get_me": MINE,
    "add_my_email": MINE,
    "confirm_my_email": giving(MINE, "code_expired"),
    "remove_my_email": belongs_to("ada", "email_not_found"),
    "get_my_profile": MINE,
    "update_my_profile": MINE,
    "set_my_photo": MINE,
    "remove_my_photo": MINE,
    "get_photo": Rule(may=["ada", "grace"], hidden=(404, "photo_not_found")),
    "get_my_goals": MINE,
    "update_my_goals": MINE,
    "get_my_cards": MINE,
    "update_my_card": MINE,
    "list_releases": MINE,
    "withdraw_release": belongs_to("ada", "release_not_found"),
    "delete_my_account": giving(MINE, "last_owner"),
    "cancel_account_deletion": MINE,
    "block_person": belongs_to("ada", "person_not_found"),
    "unblock_person": MINE,
    "report_person": belongs_to("ada", "person_not_found"),
    "list_reports": SUPERVISORS,
    "resolve_report": SUPERVISORS,
    "export_my_data": MINE,
    "list_blocks": MINE,
    # Events
    "list_my_events": MINE,
    "create_event": giving(MINE, "organizer_not_allowed"),
    "get_event": Rule(may=["ada", "grace", *TEAM], hidden=(404, "event_not_found")),
    "update_event": MANAGERS,
    "cancel_event": OWNERS,
    "list_team": WHOLE_TEAM,
    "add_team_member": OWNERS,
    "update_team_member": OWNERS,
    "remove_team_member": replace(
        OWNERS, may=["owner", "door"], too_low=["manager", "supervisor", "analyst"]
    ),
    "list_audit_log": MANAGERS,
    "get_retention": MANAGERS,
    "set_retention": OWNERS,
    "list_attendees": DOOR,
    "add_attendee": SUPERVISORS,
    "update_attendee": SUPERVISORS,
    "cancel_attendee": SUPERVISORS,
    "import_attendees": MANAGERS,
    "claim_attendance": giving(MINE, "nothing_to_claim", "ticket_invalid"),
    "get_my_attendance": ATTENDEES,
    "update_my_attendance": ATTENDEES,
    "list_consent_texts": PUBLIC,
    "leave_event": ATTENDEES,
    "list_people": ATTENDEES,
    "list_people_to_meet": ATTENDEES,
    "dismiss_person_to_meet": giving(ATTENDEES, "not_to_meet"),
    # Devices
    "register_device": MINE,
    "list_my_devices": MINE,
    "revoke_device": belongs_to("ada", "device_not_found"),
    "resolve_parked_scans": belongs_to("ada", "device_not_found"),
    "list_event_devices": SUPERVISORS,
    "invite_device": SUPERVISORS,
    "provision_device": giving(PUBLIC, "provisioning_code_invalid"),
    "get_station": STATIONS,
    "revoke_event_device": SUPERVISORS,
    "list_shift_names": STATIONS,
    # Badges and tickets
    "issue_badge": SUPERVISORS,
    "issue_badges": SUPERVISORS,
    "replace_badge": SUPERVISORS,
    "replace_badges": MANAGERS,
    "revoke_badge": SUPERVISORS,
    "get_badge_image": SUPERVISORS,
    "get_badge_png": SUPERVISORS,
    "get_badge_pdf": SUPERVISORS,
    "get_my_badge": ATTENDEES,
    "get_my_badge_image": ATTENDEES,
    "get_my_badge_png": ATTENDEES,
    "get_my_ticket": ATTENDEES,
    "get_ticket_keys": Rule(
        may=["ada", "grace", *TEAM, "door_device", "stand_device"],
        hidden=(404, "event_not_found"),
        told={"lost_device": REVOKED},
    ),
    "rotate_ticket_keys": OWNERS,
    "report_ticket_key_compromised": OWNERS,
    "list_revocations": AT_DOOR,
    "replace_ticket": SUPERVISORS,
    "send_tickets": MANAGERS,
    "get_ticket_mailing": MANAGERS,
    "list_badge_prints": SUPERVISORS,
    "print_badges": SUPERVISORS,
    "get_badge_print": SUPERVISORS,
    "download_badge_print": SUPERVISORS,
    # People met
    "list_connections": MINE,
    "get_connection": belongs_to("ada", "connection_not_found"),
    "update_connection": belongs_to("ada", "connection_not_found"),
    "remove_connection": belongs_to("ada", "connection_not_found"),
    "set_signal": belongs_to("ada", "connection_not_found"),
    "share_card": belongs_to("ada", "connection_not_found"),
    "get_connection_vcard": belongs_to("ada", "connection_not_found"),
    "export_vcards": MINE,
    # Exhibitors
    "create_exhibitor": MANAGERS,
    "list_exhibitors": WHOLE_TEAM,
    "update_exhibitor": MANAGERS,
    "list_my_exhibitors": MINE,
    "list_exhibitor_staff": of_stand(*STAND),
    "add_exhibitor_staff": of_stand("admin"),
    "remove_exhibitor_staff": of_stand("admin", "staff"),
    "list_exhibitor_devices": of_stand("admin"),
    "invite_exhibitor_device": of_stand("admin"),
    "revoke_exhibitor_device": of_stand("admin"),
    "list_leads": of_stand("admin", "staff"),
    "update_lead": of_stand("admin", "staff"),
    "export_leads": of_stand("admin", "staff"),
    # Scans and doors
    "list_my_scans": MINE,
    "record_scan": SCANNERS,
    "record_lead": SCANNERS,
    "sync_scans": SCANNERS,
    "undo_scan": STANDING_SCANNERS,
    "get_sync_state": STANDING_SCANNERS,
    "check_in": SCANNERS,
    "list_door_attendees": AT_DOOR,
    "list_scan_issues": SUPERVISORS,
    "resolve_scan_issue": giving(SUPERVISORS, "scan_issue_not_found", "decision_not_possible"),
    # Afterwards
    "list_helpful": MINE,
    "list_suggestions": MINE,
    "snooze_suggestion": giving(belongs_to("ada", "suggestion_not_found"), "suggestion_done"),
    "dismiss_suggestion": giving(belongs_to("ada", "suggestion_not_found"), "suggestion_done"),
    "get_availability": MINE,
    "update_availability": MINE,
    "find_common_slots": belongs_to("ada", "person_not_found"),
    "list_interviews": MINE,
    "request_interview": giving(belongs_to("ada", "person_not_found"), "already_requested"),
    "get_interview": IN_TALK,
    "get_interview_kit": IN_TALK,
    "get_interview_calendar": IN_TALK,
    "accept_interview": IN_TALK,
    "counter_interview": IN_TALK,
    "decline_interview": IN_TALK,
    "withdraw_interview": IN_TALK,
    "reschedule_interview": IN_TALK,
    "cancel_interview": IN_TALK,
    "record_outcome": IN_TALK,
    "get_calendar_feed": MINE,
    "rotate_calendar_feed": MINE,
    "read_calendar_feed": PUBLIC,
    "request_introduction": giving(belongs_to("ada", "person_not_found"), "already_asked"),
    "list_introductions": MINE,
    "get_introduction": IN_INTRODUCTION,
    "list_introduction_candidates": IN_INTRODUCTION,
    "agree_to_introduce": IN_INTRODUCTION,
    "agree_to_be_introduced": IN_INTRODUCTION,
    "decline_introduction": IN_INTRODUCTION,
    "withdraw_introduction": IN_INTRODUCTION,
    "get_balance": MINE,
    "list_activities": MINE,
    "log_activity": MINE,
    "remove_activity": belongs_to("ada", "activity_not_found"),
    "get_nudge_preferences": MINE,
    "update_nudge_preferences": MINE,
    "list_nudges": MINE,
    "act_on_nudge": belongs_to("ada", "nudge_not_found"),
    "sync_changes": MINE,
    # Figures
    "get_connection_stats": ANALYSTS,
    "watch_event": ANALYSTS,
    "get_event_report": ANALYSTS,
    "list_exports": ANALYSTS,
    "create_export": giving(ANALYSTS, "event_not_closed", "role_required"),  # lists are for managers
    "get_export": ANALYSTS,
    "download_export": giving(PUBLIC, "export_not_found"),  # by a link that is signed, and ends
    "get_health": PUBLIC,
    "get_readiness": giving(PUBLIC, "not_ready"),
}

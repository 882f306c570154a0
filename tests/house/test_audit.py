"""Whatever an event's team changes or takes away is in the audit log, or stands here with the reason why not."""

from litestar.handlers import HTTPRouteHandler

from server.contract_file import contract_app
from server.docs.document import contract, handlers

APP = contract_app()
HANDLERS = {handler.operation_id: handler for handler in handlers(APP)}
DOCUMENT = contract(APP)

OWN = "what attendees do for themselves"
CAPTURED = "scans are their own record, and name their scanner"
EXHIBITORS = "an exhibitor's own business, which the event's team does not see"

NOT_RECORDED = {
    "add_exhibitor_staff": EXHIBITORS,
    "check_in": CAPTURED,
    "claim_attendance": OWN,
    "dismiss_person_to_meet": OWN,
    "create_event": "the event itself says when, and its team who",
    "export_leads": EXHIBITORS,
    "get_badge_image": "one badge, as it is worn; drawn for the screen",
    "get_badge_png": "one badge, as it is worn; drawn for the screen",
    "get_event_report": "figures of five and more, which name nobody",
    "get_my_badge_image": OWN,
    "get_my_badge_png": OWN,
    "invite_exhibitor_device": EXHIBITORS,
    "leave_event": OWN,
    "record_lead": CAPTURED,
    "record_scan": CAPTURED,
    "remove_exhibitor_staff": EXHIBITORS,
    "revoke_exhibitor_device": EXHIBITORS,
    "sync_scans": CAPTURED,
    "undo_scan": CAPTURED,
    "update_lead": EXHIBITORS,
    "update_my_attendance": OWN,
    "watch_event": "figures in steps of five, which name nobody",
}


def recorded(handler: HTTPRouteHandler) -> bool:
    said = handler.opt["recorded"]
    changes = handler.http_methods != {"GET"}
    return "organizer" in handler.resolve_dependencies() and (changes if said is None else said)


def worth_recording() -> set[str]:
    """The operations at an event that change something, or answer with a file."""
    found = {"create_event"}
    for path, methods in DOCUMENT["paths"].items():
        for method, operation in methods.items():
            if "{event_id}" in path and isinstance(operation, dict):
                answers = {
                    media
                    for status, answer in operation["responses"].items()
                    if status.startswith("2")
                    for media in answer.get("content", {})
                }
                if method != "get" or answers - {"application/json"}:
                    found.add(operation["operationId"])
    return found


def test_whatever_is_worth_recording_is_recorded_or_it_is_said_why_not():
    left_out = {name for name in worth_recording() if not recorded(HANDLERS[name])}
    assert left_out - set(NOT_RECORDED) == set(), (
        "let the route take an Organizer, or say why it is not recorded"
    )
    assert set(NOT_RECORDED) - left_out == set(), "these are recorded, or gone"

"""One event with everybody who could ask for anything, and one of each thing that could be asked for."""

from dataclasses import dataclass
from datetime import timedelta
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from PIL import Image
from sqlalchemy import select

from server.accounts.models import Account, AccountEmail, Session
from server.accounts.tokens import AccessToken, write_access_token
from server.events.models import TeamMember
from server.ids import new_id
from server.nudges.models import Nudge
from server.suggestions.models import Suggestion, SuggestionRun
from tests.builders import make_event
from tests.devices.phones import holder_of, register
from tests.doors.stations import stand
from tests.exhibitors.fair import Fair, releases_of
from tests.phones import Outbox, Phone
from tests.scans.conference import Guest, scan_of

ROLES = ("owner", "manager", "supervisor", "door", "analyst")


@dataclass
class World:
    tokens: dict[str, str | None]
    """By who asks; None for nobody."""
    ids: dict[str, str]
    """By the name of a parameter; `operation.parameter` where an operation means another thing by it."""
    bodies: dict[str, Any]
    """By operation, where the contract's own example does not do."""


async def make_world(fair: Fair, database, settings, outbox: Outbox, clock) -> World:
    """Ada attends, and most things are hers; Grace met her. Olga owns the event, Erin is an exhibitor's admin."""
    now = clock.now
    ada = await fair.visitor("ada", fields=["role"])
    grace = await fair.visitor("grace")
    phones = {"ada": ada.phone, "grace": grace.phone, "owner": fair.olga, "admin": fair.erin}
    for name in ("stranger", "other_organizer", *ROLES[1:], "staff", "scan_only"):
        phones[name] = await fair.phone(name)
    await make_event(database, now=now, owner=phones["other_organizer"].email)

    device_tokens, device_ids = await place_devices(fair, ada)
    ids = {
        **device_ids,
        **await join_teams(fair, database, phones, now=now),
        **await make_files(fair, outbox),
        **await meet(fair, ada, grace, device_tokens, now=now),
        **await write_rows(database, fair, ada, grace, now=now),
        "event_id": fair.event_id,
        "attendance_id": str(ada.attendance.id),
        "badge_id": str(ada.badge.id),
        "exhibitor_id": fair.exhibitor_id,
        "kind": "met",
        "last_sequence": "0",
        "set_retention.kind": "scans",
        "minutes": "20",
        "person_id": grace.person_id,
        "version": "1",
        "with_person_id": grace.person_id,
    }
    interview = {
        "id": str(uuid4()),
        "host_id": ada.person_id,
        "purpose": "learn",
        "ask": "How did you move from research into product work?",
        "minutes": 20,
        "slots": [(now + timedelta(days=5)).isoformat()],
    }
    await done(grace.phone.post("/v1/interviews", json=interview))
    introduction = {
        "id": str(uuid4()),
        "seeks": "topic",
        "what": "Compilers",
        "why": "I want to learn.",
        "blurb": "Ada writes programs.",
        "connector_ids": [grace.person_id],
    }
    await done(ada.phone.post("/v1/introductions", json=introduction))
    (asked,) = (await done(grace.phone.get("/v1/introductions")))["items"]
    report = {
        "id": str(uuid4()),
        "person_id": grace.person_id,
        "event_id": fair.event_id,
        "reason": "harassment",
    }
    await done(ada.phone.post("/v1/me/reports", json=report))
    activity = {"id": str(uuid4()), "kind": "message", "at": now.isoformat(), "minutes": 15}
    await done(ada.phone.post("/v1/me/activities", json=activity))
    feed = await done(ada.phone.get("/v1/me/calendar_feed"))
    picture = BytesIO()
    Image.new("RGB", (512, 512)).save(picture, "JPEG")
    shown = {"content": picture.getvalue(), "headers": {"content-type": "image/jpeg"}}
    await done(grace.phone.put("/v1/me/photo", **shown))
    return World(
        tokens={
            **await unproved(database, settings, ada, ids["session_id"], now=now),
            **{name: phone.tokens["access_token"] for name, phone in phones.items()},
            **device_tokens,
        },
        ids={
            **ids,
            "activity_id": activity["id"],
            "interview_id": interview["id"],
            "introduction_id": asked["id"],
            "report_id": report["id"],
            "secret": feed["url"].rsplit("/", 2)[1],
        },
        bodies={
            "check_in": {**scan_of(grace, at=now), "purpose": "exit"},
            "import_attendees": b"Name,Email\nHedy,hedy@example.org\n",
            "log_activity": {**activity, "id": str(uuid4())},
            "print_badges": {"id": str(uuid4()), "who": "all", "layout": "a6", "page": "a4"},
            "record_lead": scan_of(grace, at=now),
            "record_scan": scan_of(grace, at=now),
            "report_person": {**report, "id": str(uuid4())},
            "request_introduction": {**introduction, "id": str(uuid4())},
            "request_interview": {**interview, "id": str(uuid4()), "host_id": grace.person_id},
            "resolve_parked_scans": {"event_id": fair.event_id, "decision": "release"},
            "set_my_photo": picture.getvalue(),
            "sync_scans": {"device_time": now.isoformat(), "items": [], "undos": []},
            "undo_scan": {"undone_at": now.isoformat()},
        },
    )


async def done(asking) -> dict[str, Any]:
    answer = await asking
    assert answer.is_success, answer.text
    return answer.json() if answer.content else {}


async def place_devices(fair: Fair, ada: Guest) -> tuple[dict[str, str], dict[str, str]]:
    """Their tokens by who asks, and ids: Ada's phones, doors and a shared tablet; one of each kind is revoked."""
    path = f"/v1/events/{fair.event_id}"
    device, lost = [await register(ada.phone) for _ in range(2)]
    await ada.phone.delete(f"/v1/me/devices/{lost['id']}")
    north = await stand(fair.conference, fair.olga, "North door")
    gone = await stand(fair.conference, fair.olga, "South door")
    tablet = await fair.tablet()
    listed = (await done(fair.olga.get(f"{path}/devices")))["items"]
    doors = {item["station"]: item["id"] for item in listed}
    await fair.olga.delete(f"{path}/devices/{doors['South door']}")
    (shared,) = (await done(fair.erin.get(f"{fair.path}/devices")))["items"]
    tokens = {
        "phone": holder_of(ada.phone, device),
        "lost_phone": holder_of(ada.phone, lost),
        "door_device": north.phone,
        "stand_device": tablet.phone,
        "lost_device": gone.phone,
    }
    return {name: phone.tokens["access_token"] for name, phone in tokens.items()}, {
        "device_id": device["id"],
        "revoke_event_device.device_id": doors["North door"],
        "revoke_exhibitor_device.device_id": shared["id"],
    }


async def join_teams(fair: Fair, database, phones: dict[str, Phone], *, now) -> dict[str, str]:
    """Everybody has used their invitation."""
    members = {role: new_id() for role in ROLES[1:]}
    async with database.transaction() as db:
        for role, member_id in members.items():
            account_id = await db.scalar(
                select(Account.id).where(Account.person_id == UUID(phones[role].person_id))
            )
            db.add(
                TeamMember(
                    event_id=fair.conference.event.id,
                    id=member_id,
                    email=phones[role].email,
                    role=role,
                    account_id=account_id,
                    added_at=now,
                )
            )
    staff_id = await fair.hire("staff", email=phones["staff"].email)
    await fair.hire("scan_only", "scan_only", email=phones["scan_only"].email)
    for name in ("admin", "staff", "scan_only"):
        await done(phones[name].get(f"{fair.path}/staff"))
    return {"member_id": str(members["door"]), "staff_id": staff_id}


async def make_files(fair: Fair, outbox: Outbox) -> dict[str, str]:
    """What the event's team ordered, and what came of it."""
    ids = {name: str(uuid4()) for name in ("print_id", "export_id", "mailing_id")}
    for path, order in (
        ("badge_prints", {"id": ids["print_id"], "who": "all", "layout": "a6", "page": "a4"}),
        ("exports", {"id": ids["export_id"], "kind": "connection_stats", "format": "csv"}),
        ("ticket_mailings", {"id": ids["mailing_id"], "recipients": "all"}),
    ):
        await done(fair.olga.post(f"/v1/events/{fair.event_id}/{path}", json=order))
    await outbox.run_jobs()
    return ids


async def meet(fair: Fair, ada: Guest, grace: Guest, tokens: dict[str, str], *, now) -> dict[str, str]:
    """Ada and Grace have met, Ada is a lead, and a door read a code that nobody has."""
    scan = scan_of(grace, at=now)
    await done(ada.post("/scans", scan))
    await done(grace.post("/scans", scan_of(ada, at=now)))
    await fair.capture(fair.erin, ada, at=now)
    (lead,) = await fair.leads()
    release = next(row for row in await releases_of(ada) if row["recipient_kind"] == "exhibitor")
    door = Phone(fair.client, "", {"access_token": tokens["door_device"]})
    code = ada.badge.code
    unknown = f"{code[:10]}{'A' if code[10] != 'A' else 'B'}{code[11:]}"  # the last character is not any
    event = f"/v1/events/{fair.event_id}"
    await done(door.post(f"{event}/check_ins", json=scan_of(unknown, at=now, purpose="exit")))
    (issue,) = (await done(fair.olga.get(f"{event}/scan_issues")))["items"]
    return {
        "scan_id": scan["id"],
        "lead_id": lead["id"],
        "release_id": release["id"],
        "issue_id": issue["id"],
    }


async def write_rows(database, fair: Fair, ada: Guest, grace: Guest, *, now) -> dict[str, str]:
    """What nobody can ask for at will: a nudge, a suggestion, a second address and another session of Ada's."""
    event_id, person_id = fair.conference.event.id, ada.attendance.person_id
    nudge_id, suggestion_id, email_id, session_id = new_id(), new_id(), uuid4(), uuid4()
    async with database.transaction() as db:
        account_id = await db.scalar(select(Account.id).where(Account.person_id == person_id))
        db.add_all(
            [
                Nudge(
                    id=nudge_id,
                    person_id=person_id,
                    kind="digest",
                    subject=str(event_id),
                    facts={"event_id": str(event_id)},
                    local_date=now.date(),
                    created_at=now,
                    useful_until=now + timedelta(days=1),
                ),
                SuggestionRun(event_id=event_id, scans_until=now, ran_at=now, published_at=now),
                Suggestion(
                    id=suggestion_id,
                    event_id=event_id,
                    person_id=person_id,
                    other_id=grace.attendance.person_id,
                    rank=1,
                    score=1.0,
                    reasons=[{"code": "met_n_times", "evidence": {"count": 1}}],
                    for_reader="met_n_times",
                    for_other="met_n_times",
                    action="ask_for_talk",
                    created_at=now,
                    updated_at=now,
                ),
                AccountEmail(
                    id=email_id, email="second@example.org", account_id=account_id, confirmed_at=now
                ),
                Session(id=session_id, account_id=account_id, label="x", created_at=now, refreshed_at=now),
            ]
        )
    return {
        "nudge_id": str(nudge_id),
        "suggestion_id": str(suggestion_id),
        "email_id": str(email_id),
        "session_id": str(session_id),
    }


async def unproved(database, settings, ada: Guest, session_id: str, *, now) -> dict[str, str | None]:
    """Tokens of Ada's that prove nothing any more."""
    secret, ended = settings.secret("session"), uuid4()
    async with database.transaction() as db:
        account_id = await db.scalar(select(Account.id).where(Account.person_id == ada.attendance.person_id))
        times = {"created_at": now, "refreshed_at": now, "ended_at": now}
        db.add(Session(id=ended, account_id=account_id, label="ended", **times))
    standing, over = [AccessToken(account_id=account_id, session_id=one) for one in (UUID(session_id), ended)]
    return {
        "nobody": None,
        "expired": write_access_token(secret, standing, now=now - timedelta(minutes=11)),
        "ended": write_access_token(secret, over, now=now),
    }


async def forget_limits(database) -> None:
    """Everybody asks for everything here, which nobody does."""
    async with database.autocommit.connect() as connection:
        await connection.exec_driver_sql("delete from limit_counters")

"""One event with everybody who could ask for anything, and one of each thing that could be asked for."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from server.accounts.models import Account, AccountEmail, Session
from server.accounts.tokens import AccessToken, write_access_token
from server.events.models import TeamMember
from server.ids import new_id
from server.nudges.models import Nudge
from tests.builders import make_event
from tests.devices.phones import holder_of, register
from tests.doors.stations import stand
from tests.exhibitors.fair import Fair, lead_of, releases_of
from tests.phones import Outbox, Phone
from tests.scans.conference import Guest, scan_of

ROLES = ("owner", "manager", "supervisor", "door", "analyst")


@dataclass
class World:
    fair: Fair
    tokens: dict[str, str | None]
    """By who asks; None for nobody."""
    ids: dict[str, str]
    """By the name of a parameter; `operation.parameter` where an operation means another thing by it."""
    bodies: dict[str, Any]
    """By operation, where the contract's own example does not do."""
    ada: Guest


async def make_world(fair: Fair, database, settings, outbox: Outbox, clock) -> World:
    """Ada attends, and most things are hers; Grace met her. Olga owns the event, Erin is an exhibitor's admin."""
    event_id, path, now = fair.event_id, f"/v1/events/{fair.event_id}", clock.now
    ada = await fair.visitor("ada", fields=["role"])
    grace = await fair.visitor("grace")
    phones: dict[str, Phone] = {
        "ada": ada.phone,
        "grace": grace.phone,
        "owner": fair.olga,
        "admin": fair.erin,
    }
    for name in ("stranger", "other_organizer", *ROLES[1:], "staff", "scan_only"):
        phones[name] = await fair.phone(name)
    await make_event(database, now=now, owner=phones["other_organizer"].email)
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
    for name in ("admin", "staff", "scan_only"):  # the invitation is used
        assert (await phones[name].get(f"{fair.path}/staff")).status_code == 200

    device, lost = [await register(ada.phone) for _ in range(2)]
    await ada.phone.delete(f"/v1/me/devices/{lost['id']}")
    north = await stand(fair.conference, fair.olga, "North door")
    gone = await stand(fair.conference, fair.olga, "South door")
    tablet = await fair.tablet()
    stations = (await fair.olga.get(f"{path}/devices")).json()["items"]
    by_station = {item["station"]: item["id"] for item in stations}
    await fair.olga.delete(f"{path}/devices/{by_station['South door']}")
    shared = (await fair.erin.get(f"{fair.path}/devices")).json()["items"][0]["id"]

    scan = scan_of(grace, at=now)
    await ada.post("/scans", scan)
    await grace.post("/scans", scan_of(ada, at=now))
    await tablet.sync([lead_of(ada, at=now)], now=now)
    lead_id = (await fair.leads())[0]["id"]
    release_id = next(row["id"] for row in await releases_of(ada) if row["recipient_kind"] == "exhibitor")
    unknown = ada.badge.code[:-1] + ("A" if ada.badge.code[-1] != "A" else "B")
    await north.sync([scan_of(unknown, at=now, purpose="exit")], now=now)
    issues = (await fair.olga.get(f"{path}/scan_issues")).json()["items"]

    orders = {"print_id": "badge_prints", "export_id": "exports", "mailing_id": "ticket_mailings"}
    wanted = {
        "print_id": {"who": "all", "layout": "a6", "page": "a4"},
        "export_id": {"kind": "connection_stats", "format": "csv"},
        "mailing_id": {"recipients": "all"},
    }
    made = {name: str(uuid4()) for name in orders}
    for name, kind in orders.items():
        ordered = await fair.olga.post(f"{path}/{kind}", json={"id": made[name], **wanted[name]})
        assert ordered.is_success, ordered.text
    await outbox.run_jobs()
    await fair.olga.post(f"{path}/ticket_keys/rotate")

    nudge_id, session_id = new_id(), uuid4()
    async with database.transaction() as db:
        account = (
            await db.execute(select(Account).where(Account.person_id == ada.attendance.person_id))
        ).scalar_one()
        db.add(
            Nudge(
                id=nudge_id,
                person_id=ada.attendance.person_id,
                kind="note_prompt",
                subject="x",
                facts={},
                local_date=now.date(),
                created_at=now,
                useful_until=now + timedelta(days=1),
            )
        )
        second = AccountEmail(id=uuid4(), email="second@example.org", account_id=account.id, confirmed_at=now)
        db.add(second)
        db.add(Session(id=session_id, account_id=account.id, label="x", created_at=now, refreshed_at=now))
    interview = {
        "id": str(uuid4()),
        "host_id": ada.person_id,
        "purpose": "learn",
        "ask": "How did you move from research into product work?",
        "minutes": 20,
        "slots": [(now + timedelta(days=5)).isoformat()],
    }
    asked = await grace.phone.post("/v1/interviews", json=interview)
    assert asked.is_success, asked.text
    feed = (await ada.phone.get("/v1/me/calendar_feed")).json()["url"]

    secret = settings.secret("session")
    mine = AccessToken(account_id=account.id, session_id=session_id)
    ended = AccessToken(account_id=account.id, session_id=uuid4())
    async with database.transaction() as db:
        db.add(
            Session(
                id=ended.session_id,
                account_id=account.id,
                label="ended",
                created_at=now,
                refreshed_at=now,
                ended_at=now,
            )
        )
    badge_id = str(ada.badge.id)
    return World(
        fair=fair,
        ada=ada,
        tokens={
            "nobody": None,
            "expired": write_access_token(secret, mine, now=now - timedelta(minutes=11)),
            "ended": write_access_token(secret, ended, now=now),
            **{name: phone.tokens["access_token"] for name, phone in phones.items()},
            "phone": holder_of(ada.phone, device).tokens["access_token"],
            "lost_phone": holder_of(ada.phone, lost).tokens["access_token"],
            "door_device": north.phone.tokens["access_token"],
            "stand_device": tablet.phone.tokens["access_token"],
            "lost_device": gone.phone.tokens["access_token"],
        },
        ids={
            **made,
            "event_id": event_id,
            "attendance_id": str(ada.attendance.id),
            "badge_id": badge_id,
            "device_id": device["id"],
            "revoke_event_device.device_id": by_station["North door"],
            "revoke_exhibitor_device.device_id": shared,
            "email_id": str(second.id),
            "exhibitor_id": fair.exhibitor_id,
            "interview_id": interview["id"],
            "issue_id": issues[0]["id"] if issues else str(uuid4()),
            "kind": "met",
            "lead_id": lead_id,
            "member_id": str(members["door"]),
            "nudge_id": str(nudge_id),
            "person_id": grace.person_id,
            "release_id": release_id,
            "scan_id": scan["id"],
            "secret": feed.rsplit("/", 2)[1],
            "session_id": str(session_id),
            "staff_id": staff_id,
            "suggestion_id": str(uuid4()),
            "version": "1",
            "with_person_id": grace.person_id,
            "minutes": "20",
            "last_sequence": "0",
            "get_sync_state.device_id": device["id"],
        },
        bodies={
            "request_interview": {**interview, "id": str(uuid4()), "host_id": grace.person_id},
            "record_scan": scan_of(grace, at=now),
            "record_lead": scan_of(grace, at=now),
            "check_in": {**scan_of(grace, at=now), "purpose": "exit"},
            "sync_scans": {"device_time": now.isoformat(), "items": [], "undos": []},
            "undo_scan": {"undone_at": now.isoformat()},
        },
    )


async def forget_limits(database) -> None:
    """Everybody asks for everything here, which nobody does."""
    async with database.autocommit.connect() as connection:
        await connection.exec_driver_sql("delete from limit_counters")

"""Rows that tests begin with, where the way there is not what they test. Stories go through the API instead."""

import secrets
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from server.accounts.models import Account, Person
from server.badges.codes import BadgeCode
from server.badges.manual_codes import new_manual_code
from server.badges.models import Badge
from server.database import Database
from server.events.models import Attendance, Event, TeamMember
from server.ids import new_id
from tests.phones import Phone


async def make_event(
    database: Database, *, now: datetime, owner: str = "olga@example.org", **changes: Any
) -> Event:
    """An event that began an hour ago and ends in eight, run by `owner`."""
    facts: dict[str, Any] = {
        "id": new_id(),
        "code_reference": secrets.token_bytes(3),
        "name": "PyCon",
        "venue": "Town hall",
        "zone": "Europe/Paris",
        "starts_at": now - timedelta(hours=1),
        "ends_at": now + timedelta(hours=8),
        "created_at": now,
        "updated_at": now,
        **changes,
    }
    facts.setdefault("doors_open_at", facts["starts_at"] - timedelta(hours=2))
    facts.setdefault("doors_close_at", facts["ends_at"] + timedelta(hours=2))
    event = Event(**facts)
    async with database.transaction() as db:
        db.add(event)
        await db.flush()
        db.add(TeamMember(event_id=event.id, id=new_id(), email=owner, role="owner", added_at=now))
    return event


async def make_attendance(
    database: Database, event: Event, phone: Phone | None = None, *, now: datetime, **changes: Any
) -> Attendance:
    """A place at an event: claimed by the phone's account, or nobody's yet."""
    async with database.transaction() as db:
        account = (
            None
            if phone is None
            else await db.scalar(select(Account).where(Account.person_id == UUID(phone.person_id)))
        )
        person_id = account.person_id if account else new_id()
        if account is None:
            db.add(Person(id=person_id, created_at=now))
            await db.flush()
        facts: dict[str, Any] = {
            "event_id": event.id,
            "id": new_id(),
            "person_id": person_id,
            "account_id": account.id if account else None,
            "claimed_at": now if account else None,
            "email": phone.email if phone else f"{uuid4().int}@example.org",
            "name": phone.email.split("@")[0].title() if phone else "Somebody Imported",
            "created_at": now,
            "updated_at": now,
            **changes,
        }
        attendance = Attendance(**facts)
        db.add(attendance)
    return attendance


async def make_badge(database: Database, event: Event, attendance: Attendance, *, now: datetime) -> Badge:
    """A badge that stands."""
    badge = Badge(
        event_id=event.id,
        id=new_id(),
        attendance_id=attendance.id,
        code=BadgeCode(event_ref=event.code_reference, secret=secrets.token_bytes(10)).text,
        manual_code=new_manual_code(secrets.token_bytes).characters,
        issued_at=now,
    )
    async with database.transaction() as db:
        db.add(badge)
    return badge

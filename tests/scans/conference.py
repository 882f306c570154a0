"""A conference in progress: what most tests of scans begin with."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import httpx2

from server.accounts.models import Account, AccountEmail, Person, Session
from server.accounts.tokens import AccessToken, write_access_token
from server.badges.models import Badge
from server.database import Database
from server.events.models import Attendance, Event
from server.ids import new_id
from server.settings import Settings
from tests.builders import make_attendance, make_badge, make_event
from tests.conftest import HandClock
from tests.phones import Phone


@dataclass
class Guest:
    """Somebody at the conference with a badge and, unless nobody claimed the place, a phone."""

    event: Event
    attendance: Attendance
    badge: Badge
    phone: Phone | None = None

    @property
    def person_id(self) -> str:
        return str(self.attendance.person_id)

    def post(self, path: str, body: Any) -> Any:
        assert self.phone is not None
        return self.phone.post(f"/v1/events/{self.event.id}{path}", json=body)

    async def scan(self, other: "Guest", *, at: datetime, **more: Any) -> httpx2.Response:
        return await self.post("/scans", scan_of(other, at=at, **more))

    async def sync(
        self, items: list[Any], *, now: datetime, undos: list[Any] | None = None, **more: Any
    ) -> dict[str, Any]:
        answer = await self.post(
            "/scans/sync", {"device_time": now.isoformat(), "items": items, "undos": undos or [], **more}
        )
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def undo(self, scan_id: str, *, at: datetime) -> httpx2.Response:
        return await self.post(f"/scans/{scan_id}/undo", {"undone_at": at.isoformat()})

    async def connections(self) -> list[dict[str, Any]]:
        assert self.phone is not None
        answer = await self.phone.get("/v1/connections")
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]


def scan_of(other: "Guest | str", *, at: datetime, **more: Any) -> dict[str, Any]:
    code = other if isinstance(other, str) else f"https://hallway.example/b/{other.badge.code}"
    return {"id": str(uuid4()), "code": code, "captured_at": at.isoformat(), **more}


@dataclass
class Conference:
    database: Database
    event: Event
    now: datetime

    async def guest(self, phone: Phone | None = None, **changes: Any) -> Guest:
        attendance = await make_attendance(self.database, self.event, phone, now=self.now, **changes)
        badge = await make_badge(self.database, self.event, attendance, now=self.now - timedelta(hours=1))
        return Guest(self.event, attendance, badge, phone)


async def hold_conference(database: Database, *, now: datetime, **changes: Any) -> Conference:
    return Conference(database, await make_event(database, now=now, **changes), now)


async def quick_phone(
    client: httpx2.AsyncClient, database: Database, settings: Settings, *, email: str, now: datetime
) -> Phone:
    """A signed-in phone without the mail, for tests that need many."""
    person, account_id, session_id = Person(id=new_id(), created_at=now), new_id(), uuid4()
    async with database.transaction() as db:
        db.add(person)
        await db.flush()
        db.add(Account(id=account_id, person_id=person.id, created_at=now))
        await db.flush()
        db.add(AccountEmail(email=email, id=uuid4(), account_id=account_id, confirmed_at=now))
        db.add(Session(id=session_id, account_id=account_id, label="phone", created_at=now, refreshed_at=now))
    token = write_access_token(
        settings.secret("session"), AccessToken(account_id=account_id, session_id=session_id), now=now
    )
    return Phone(client=client, email=email, tokens={"access_token": token, "person_id": str(person.id)})


async def later(guest: Guest, clock: HandClock, **by: float) -> datetime:
    """Time passes, and the phone refreshes its session."""
    now = clock.tick(**by)
    assert guest.phone is not None
    answer = await guest.phone.client.post(
        "/v1/sessions/refresh", json={"refresh_token": guest.phone.tokens["refresh_token"]}
    )
    guest.phone.tokens = answer.json()
    return now

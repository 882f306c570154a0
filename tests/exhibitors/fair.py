"""A conference with an exhibitor: Olga organizes, Erin is its admin; visitors come by with badges."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

import httpx2

from server.accounts.tokens import read_access_token, write_access_token
from server.database import Database
from server.settings import Settings
from tests.phones import Phone
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone, scan_of


@dataclass
class Tablet:
    """A shared device of an exhibitor, with nobody signed in."""

    event_id: str
    phone: Phone

    async def sync(
        self, items: list[Any], *, now: datetime, undos: list[Any] | None = None
    ) -> dict[str, Any]:
        answer = await self.phone.post(
            f"/v1/events/{self.event_id}/scans/sync",
            json={"device_time": now.isoformat(), "items": items, "undos": undos or []},
        )
        assert answer.status_code == 200, answer.text
        return answer.json()


@dataclass
class Fair:
    conference: Conference
    client: httpx2.AsyncClient
    settings: Settings
    olga: Phone
    erin: Phone
    exhibitor_id: str

    @property
    def event_id(self) -> str:
        return str(self.conference.event.id)

    @property
    def path(self) -> str:
        return f"/v1/events/{self.event_id}/exhibitors/{self.exhibitor_id}"

    async def phone(self, name: str) -> Phone:
        return await quick_phone(
            self.client,
            self.conference.database,
            self.settings,
            email=f"{name}@example.org",
            now=self.conference.now,
        )

    async def visitor(self, name: str, *, consents: bool = True, **card: Any) -> Guest:
        """Somebody with a place, a badge and a profile."""
        guest = await self.conference.guest(await self.phone(name), organisation="Society")
        assert guest.phone is not None
        await guest.phone.edit("/v1/me/profile", {"name": name.title(), "role": "Analyst"})
        if card:
            await guest.phone.edit("/v1/me/cards/exhibitors", card)
        if consents:
            await self.consent(guest, given=True)
        return guest

    async def consent(self, guest: Guest, *, given: bool) -> None:
        assert guest.phone is not None
        answer = await guest.phone.edit(
            f"/v1/events/{self.event_id}/attendance", {"exhibitors_may_scan": given, "text_version": 1}
        )
        assert answer.status_code == 200, answer.text

    async def hire(self, name: str, role: str = "staff", *, email: str | None = None) -> str:
        """Put somebody on the exhibitor's staff; their id there."""
        staff_id = str(uuid4())
        answer = await self.erin.post(
            f"{self.path}/staff",
            json={"id": staff_id, "name": name.title(), "email": email, "role": role},
        )
        assert answer.status_code == 201, answer.text
        return staff_id

    async def tablet(self) -> Tablet:
        invited = await self.erin.post(
            f"{self.path}/devices", json={"id": str(uuid4()), "station": "Front desk"}
        )
        assert invited.status_code == 201, invited.text
        provisioned = await self.client.post(
            "/v1/event_devices",
            json={"code": invited.json()["code"], "label": "Tablet", "platform": "android"},
        )
        assert provisioned.status_code == 201, provisioned.text
        tokens = {"access_token": provisioned.json()["device_token"]}
        return Tablet(self.event_id, Phone(self.client, "nobody", tokens))

    def wake(self, phone: Phone, *, now: datetime) -> None:
        """Give a phone that slept for long a fresh access token."""
        secret = self.settings.secret("session")
        token = read_access_token(secret, phone.tokens["access_token"], now=self.conference.now)
        assert token is not None
        phone.tokens["access_token"] = write_access_token(secret, token, now=now)

    async def leads(self) -> list[dict[str, Any]]:
        """All of them, the newest first."""
        answer = await self.erin.get(f"{self.path}/leads?limit=200")
        assert answer.status_code == 200, answer.text
        assert not answer.json()["has_more"]
        return sorted(answer.json()["items"], key=lambda lead: lead["id"], reverse=True)

    async def capture(self, phone: Phone, visitor: Guest, *, at: datetime, **more: Any) -> dict[str, Any]:
        answer = await phone.post(f"/v1/events/{self.event_id}/leads", json=scan_of(visitor, at=at, **more))
        assert answer.status_code in {200, 201}, answer.text
        return answer.json()


def lead_of(visitor: Guest | str, *, at: datetime, **more: Any) -> dict[str, Any]:
    return scan_of(visitor, at=at, purpose="lead", **more)


def codes(answer: dict[str, Any]) -> list[tuple[str, str | None]]:
    return [(item["outcome"], item["code"]) for item in answer["items"]]


async def hold_fair(
    client: httpx2.AsyncClient, database: Database, settings: Settings, *, now: datetime, suffix: str = ""
) -> Fair:
    olga, erin = [
        await quick_phone(client, database, settings, email=f"{name}{suffix}@example.org", now=now)
        for name in ("olga", "erin")
    ]
    conference = await hold_conference(database, now=now, owner=olga.email)
    exhibitor_id = str(uuid4())
    answer = await olga.post(
        f"/v1/events/{conference.event.id}/exhibitors",
        json={
            "id": exhibitor_id,
            "name": "Acme",
            "booth": "B12",
            "admin_email": erin.email,
            "admin_name": "Erin",
        },
    )
    assert answer.status_code == 201, answer.text
    return Fair(conference, client, settings, olga, erin, exhibitor_id)


async def releases_of(guest: Guest) -> list[dict[str, Any]]:
    assert guest.phone is not None
    return (await guest.phone.get("/v1/me/releases")).json()["items"]

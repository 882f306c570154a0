"""Any history of a day at a conference leaves what a simple model says: phones offline for hours, clocks years off,
answers lost, connections cut, two replicas, badges replaced, lists imported late, devices revoked.

`make histories HISTORIES=3000` plays so many.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx2
import pytest
from hypothesis import HealthCheck, given, settings
from sqlalchemy import select

from server.accounts.tokens import AccessToken, read_access_token, write_access_token
from server.badges.keys import ticket_of
from server.devices.models import Device, EventDevice
from server.devices.tokens import DeviceToken, StationToken, write_device_token, write_station_token
from server.events.models import Attendance
from server.scans.models import Encounter, Scan
from server.scans.parked import judge_parked_scans
from server.settings import Settings
from tests.living import asking_another
from tests.phones import Phone
from tests.scans import histories
from tests.scans.conference import Conference, Guest, hold_conference, quick_phone
from tests.scans.histories import DEVICES, DOOR, LAST, PEOPLE, Delivery, History, Read

HISTORIES = int(os.environ.get("HISTORIES", "40"))


@pytest.fixture
async def replicas(client, settings, clock_of_worker) -> AsyncIterator[list[httpx2.AsyncClient]]:
    """Two processes' worth of application on one database."""
    async with asking_another(settings, clock_of_worker) as other:
        yield [client, other]


@given(history=histories.histories())
@settings(
    max_examples=HISTORIES,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    database=None,
)
async def test_every_history_leaves_what_the_model_says(replicas, database, clock, request, history):
    day = await begin(replicas, database, request.getfixturevalue("settings"), clock.now, history)
    try:
        for at in range(LAST + 1):
            clock.now = day.minute(at)
            await day.live_through(at)
        await day.end()

        assert await day.scans() == {
            index: (histories.state(history, read), histories.reason(history, read), read.undone, read.labels)
            for index, read in enumerate(history.reads)
        }
        assert await day.encounters() == histories.encounters(history)
        assert await day.checked_in() == [histories.checked_in_at(history, one) for one in range(PEOPLE)]
        for person, facts in enumerate(history.people):
            if facts.claims_at is not None:
                assert await day.views(person) == histories.views(history, person)
    finally:
        clock.now = day.began


@dataclass
class Day:
    """A history while it is played."""

    history: History
    replicas: list[httpx2.AsyncClient]
    conference: Conference
    setup: Settings
    began: datetime
    guests: list[Guest]
    accounts: list[AccessToken]
    olga: AccessToken
    devices: list[tuple[UUID, str]]  # id and token
    tickets: list[str]
    ids: list[UUID]
    new_badges: dict[int, str] = field(default_factory=dict)

    def minute(self, at: int) -> datetime:
        return self.began + timedelta(minutes=at)

    async def live_through(self, at: int) -> None:
        """What happens at this minute, then what is delivered at it: by all devices at once."""
        for person, facts in enumerate(self.history.people):
            if facts.imported_at == at:
                await self.import_code(person, at)
            if facts.replaced_at == at:
                await self.replace_badge(person, at)
            if facts.claims_at == at:
                answer = await self.me(person, at).post(f"{self.path}/claim", json={})
                assert answer.status_code == 200, answer.text
            if facts.revoked_at == at:
                answer = await self.me(person, at).delete(
                    f"/v1/me/devices/{self.devices[person * DEVICES][0]}"
                )
                assert answer.status_code == 204, answer.text
        due = [delivery for delivery in self.history.deliveries if delivery.at == at]
        await asyncio.gather(*(self.deliver(delivery) for delivery in due))

    async def end(self) -> None:
        """Everybody is online again, owners release what revoked devices brought, and what waited is judged."""
        everything = [
            Delivery(
                at=LAST,
                device=device,
                reads=tuple((i, read.labels) for i, read in self.reads_of(device)),
                undos=tuple(i for i, read in self.reads_of(device) if read.undone_after is not None),
                replica=device % 2,
                fate="answered",
            )
            for device in range(DOOR + 1)
        ]
        await asyncio.gather(*(self.deliver(delivery) for delivery in everything))
        for person, facts in enumerate(self.history.people):
            if facts.revoked_at is not None:
                device_id, _ = self.devices[person * DEVICES]
                answer = await self.me(person, LAST).post(
                    f"/v1/me/devices/{device_id}/parked",
                    json={"event_id": str(self.conference.event.id), "decision": "release"},
                )
                assert answer.status_code == 200, answer.text
        # An entry found its way in only now may let others' scans count: one more look.
        for _ in range(2):
            await judge_parked_scans(self.conference.database, now=self.minute(LAST))

    def reads_of(self, device: int) -> list[tuple[int, Read]]:
        return [(index, read) for index, read in enumerate(self.history.reads) if read.device == device]

    async def deliver(self, delivery: Delivery) -> None:
        device_id, token = self.devices[delivery.device]
        clock_says = self.minute(delivery.at) + self.skew(delivery.device)
        body = {
            "device_id": str(device_id),
            "device_time": clock_says.isoformat(),
            "items": [self.item(index, label) for index, label in delivery.reads],
            "undos": [self.undo(index) for index in delivery.undos],
        }
        phone = Phone(self.replicas[delivery.replica], "", {"access_token": token})
        asked = asyncio.create_task(self.send(phone, body))
        if isinstance(delivery.fate, int):
            for _ in range(delivery.fate):
                await asyncio.sleep(0)
            if not asked.done():
                asked.cancel()
                await asyncio.gather(asked, return_exceptions=True)
                return
        answer = await asked
        assert answer.status_code == 200, answer.text

    async def send(self, phone: Phone, body: dict[str, Any]) -> httpx2.Response:
        """503 changed nothing: a busy machine may say so, and a phone comes back."""
        while (answer := await phone.post(f"{self.path}/scans/sync", json=body)).status_code == 503:
            await asyncio.sleep(0.1)
        return answer

    def item(self, index: int, label: int) -> dict[str, Any]:
        read = self.history.reads[index]
        captured_at = self.minute(read.at) + self.skew(read.device)
        return {
            "id": str(self.ids[index]),
            "code": self.code(read),
            "purpose": "entry" if read.device == DOOR else "meet",
            "captured_at": captured_at.isoformat(),
            "annotated_at": (captured_at + timedelta(seconds=label)).isoformat(),
            "label": str(label),
            "sequence": 1 + [i for i, _ in self.reads_of(read.device)].index(index),
        }

    def undo(self, index: int) -> dict[str, Any]:
        read = self.history.reads[index]
        after = timedelta(seconds=read.undone_after or 0)
        undone_at = self.minute(read.at) + after + self.skew(read.device)
        return {"id": str(self.ids[index]), "undone_at": undone_at.isoformat()}

    def code(self, read: Read) -> str:
        match read.code:
            case "badge":
                return self.guests[read.target].badge.code
            case "new badge":
                return self.new_badges[read.target]
            case "external":
                return self.external_code(read.target)
        return self.tickets[read.target]

    def external_code(self, person: int) -> str:
        return f"pretix-{self.guests[person].attendance.id.hex}"

    def skew(self, device: int) -> timedelta:
        return timedelta(seconds=self.history.skews[device])

    @property
    def path(self) -> str:
        return f"/v1/events/{self.conference.event.id}"

    def me(self, person: int, at: int) -> Phone:
        return self.signed_in(self.accounts[person], at)

    def signed_in(self, who: AccessToken, at: int) -> Phone:
        token = write_access_token(self.setup.secret("session"), who, now=self.minute(at))
        return Phone(self.replicas[at % 2], "", {"access_token": token})

    async def import_code(self, person: int, at: int) -> None:
        place = self.guests[person].attendance
        answer = await self.signed_in(self.olga, at).post(
            f"{self.path}/attendees/import",
            content=f"name,email,external_code\n{place.name},{place.email},{self.external_code(person)}\n".encode(),
            headers={"content-type": "text/csv"},
        )
        assert (answer.status_code, answer.json()["updated"]) == (200, 1), answer.text

    async def replace_badge(self, person: int, at: int) -> None:
        badge = self.guests[person].badge
        answer = await self.signed_in(self.olga, at).post(
            f"{self.path}/badges/{badge.id}/replace", json={"reason": "lost"}
        )
        assert answer.status_code in {200, 201}, answer.text
        self.new_badges[person] = answer.json()["code"]

    async def scans(self) -> dict[int, tuple[str, str | None, bool, int]]:
        numbers = {scan_id: index for index, scan_id in enumerate(self.ids)}
        async with self.conference.database.transaction() as db:
            found = (await db.scalars(select(Scan).where(Scan.event_id == self.conference.event.id))).all()
        for scan in found:
            read = self.history.reads[numbers[scan.id]]
            assert scan.captured_at == self.minute(read.at)
        assert len({scan.id for scan in found}) == len(found)
        return {
            numbers[scan.id]: (scan.state, scan.reason, scan.undone_at is not None, int(scan.label))
            for scan in found
        }

    async def encounters(self) -> dict[frozenset[int], histories.Encounter]:
        numbers = {guest.attendance.id: index for index, guest in enumerate(self.guests)}
        async with self.conference.database.transaction() as db:
            rows = await db.scalars(select(Encounter).where(Encounter.event_id == self.conference.event.id))
            return {
                frozenset((numbers[row.low_id], numbers[row.high_id])): (
                    self.minutes(row.first_at),
                    self.minutes(row.last_at),
                    {numbers[row.low_id]: row.scans_by_low, numbers[row.high_id]: row.scans_by_high},
                )
                for row in rows
            }

    async def checked_in(self) -> list[int | None]:
        ids = [guest.attendance.id for guest in self.guests]
        async with self.conference.database.transaction() as db:
            rows = await db.execute(
                select(Attendance.id, Attendance.checked_in_at).where(Attendance.id.in_(ids))
            )
            at = dict(rows.all())
        return [None if at[place] is None else self.minutes(at[place]) for place in ids]

    async def views(self, person: int) -> set[tuple[int, bool]]:
        ids = [guest.attendance.id for guest in self.guests]
        async with self.conference.database.transaction() as db:
            rows = await db.execute(select(Attendance.id, Attendance.person_id).where(Attendance.id.in_(ids)))
            people = dict(rows.all())
        numbers = {str(people[place]): index for index, place in enumerate(ids)}
        answer = await self.me(person, LAST).get("/v1/connections")
        assert answer.status_code == 200, answer.text
        return {(numbers[view["person_id"]], view["email"] != "") for view in answer.json()["items"]}

    def minutes(self, moment: datetime) -> int:
        return (moment - self.began) // timedelta(minutes=1)


async def begin(replicas, database, setup: Settings, began: datetime, history: History) -> Day:
    """An event of 90 minutes, badges for all, two devices each and one at the door."""
    olga = await quick_phone(replicas[0], database, setup, email=f"{uuid4()}@example.org", now=began)
    conference = await hold_conference(
        database,
        now=began,
        owner=olga.email,
        starts_at=began + timedelta(minutes=histories.OPENS),
        ends_at=began + timedelta(minutes=histories.CLOSES),
        doors_open_at=began + timedelta(minutes=histories.OPENS),
        doors_close_at=began + timedelta(minutes=histories.CLOSES),
        check_in_required=history.check_in_required,
    )
    phones = [
        await quick_phone(replicas[0], database, setup, email=f"{uuid4()}@example.org", now=began)
        for _ in range(PEOPLE)
    ]
    guests = [await conference.guest(email=phone.email, name=f"Guest {i}") for i, phone in enumerate(phones)]
    tickets = []
    async with database.transaction() as db:
        for guest in guests:
            place = await db.merge(guest.attendance)
            signed = await ticket_of(db, place, master=setup.secret("ticket"), now=began)
            tickets.append(signed.token)
    devices = await make_devices(database, setup, conference, phones)
    return Day(
        history=history,
        replicas=replicas,
        conference=conference,
        setup=setup,
        began=began,
        guests=guests,
        accounts=[access_of(phone, setup, began) for phone in phones],
        olga=access_of(olga, setup, began),
        devices=devices,
        tickets=tickets,
        ids=[uuid4() for _ in history.reads],
    )


def access_of(phone: Phone, setup: Settings, now: datetime) -> AccessToken:
    token = read_access_token(setup.secret("session"), phone.tokens["access_token"], now=now)
    assert token is not None
    return token


async def make_devices(database, setup: Settings, conference: Conference, phones) -> list[tuple[UUID, str]]:
    secret, now = setup.secret("session"), conference.now
    facts = {"label": "Phone", "platform": "other", "seen_at": now}
    owned = [(UUID(phone.person_id), uuid4()) for phone in phones for _ in range(DEVICES)]
    door = uuid4()
    async with database.transaction() as db:
        for person_id, device_id in owned:
            times = {"registered_at": now, "reported_at": now}
            db.add(Device(person_id=person_id, id=device_id, zone="Etc/UTC", **times, **facts))
        times = {"invited_at": now, "code_expires_at": now, "provisioned_at": now}
        event_id = conference.event.id
        db.add(EventDevice(event_id=event_id, id=door, station="Door", purpose="door", **times, **facts))
    tokens = [
        (device_id, write_device_token(secret, DeviceToken(person_id=person_id, device_id=device_id)))
        for person_id, device_id in owned
    ]
    station = StationToken(event_id=conference.event.id, device_id=door)
    return [*tokens, (door, write_station_token(secret, station))]

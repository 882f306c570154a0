"""A day with recognisable people, and what went wrong in it: none of them is in a log line, a metric, an address, a
code, the queue or a failure."""

import base64
import re
from datetime import timedelta
from urllib.parse import unquote
from uuid import uuid4

import httpx2
import pytest
from prometheus_client import generate_latest

from tests.conftest import HandClock
from tests.interviews.people import book_talk
from tests.phones import Outbox, Phone, sign_in
from tests.scans.conference import Guest, hold_conference, scan_of

TRACES = (
    "Quillona", "Vexworth", "Tharsan", "Ophidel", "7700900123", "7700 900123", "Confided", "zeppelins",
    "Umbrella guild",
)  # fmt: skip


def named_in(text: str) -> set[str]:
    """Whoever can be recognised in it, also behind the escapes of addresses and of base64."""
    tokens = re.findall(r"[\w-]{40,}", text)
    unpacked = [
        base64.urlsafe_b64decode(one + "=" * (-len(one) % 4)).decode("latin-1")
        for one in tokens
        if len(one) % 4 != 1
    ]
    readable = " ".join([text, unquote(text), *unpacked]).lower()
    return {trace for trace in TRACES if trace.lower() in readable}


async def arrive(phone: Phone, guest: Guest, name: str) -> None:
    said = {"name": name, "headline": "Builds zeppelins", "organisation": "Umbrella guild"}
    await phone.edit("/v1/me/profile", said)
    await phone.edit("/v1/me/goals", {"asks": ["Lighter zeppelins"], "offers": ["Umbrella guild"]})
    for kind in ("met", "exhibitors"):
        card = {"fields": ["headline", "email", "phone"], "phone": "+44 7700 900123"}
        assert (await phone.edit(f"/v1/me/cards/{kind}", card)).status_code == 200
    agreed = {"listed": True, "exhibitors_may_scan": True, "named_in_exports": True, "text_version": 1}
    await phone.edit(f"/v1/events/{guest.event.id}/attendance", agreed)


async def go_wrong(phone: Phone, guest: Guest) -> list[httpx2.Response]:
    """What apps get wrong, with somebody's data in the wrong place."""
    path = f"/v1/events/{guest.event.id}"
    asked = [
        await phone.get("/v1/connections/Quillona-Vexworth"),
        await phone.get("/v1/Quillona/Vexworth", params={"name": "Quillona Vexworth"}),
        await phone.get("/v1/connections", params={"cursor": "Quillona Vexworth"}),
        await phone.edit(
            "/v1/me/profile", {"zone": "Quillona", "nickname": "Quillona", "links": ["Vexworth"]}
        ),
        await phone.edit("/v1/me/cards/met", {"email": "Quillona Vexworth@@"}),
        await phone.post("/v1/sign_in_codes", content=b'{"email": "Quillona'),
        await phone.client.post("/v1/sign_in_codes", json={"email": "not Quillona Vexworth"}),
        await phone.client.get("/v1/me", headers={"authorization": "Bearer Quillona.Vexworth"}),
        await phone.post(f"{path}/scans", json={"id": "Quillona", "code": "Vexworth", "note": "Confided"}),
        await phone.post(f"{path}/scans", json=scan_of("Quillona Vexworth", at=guest.attendance.created_at)),
        await phone.post("/v1/interviews", json={"ask": "Confided", "host_id": "Tharsan"}),
        *[await phone.get("/v1/me/data") for _ in range(11)][-1:],
    ]
    assert all(answer.status_code >= 400 or "scans" in str(answer.url) for answer in asked)
    return asked


async def break_down(phone: Phone, database) -> httpx2.Response:
    """A defect of ours, with somebody's words in the statement that fails."""
    async with database.autocommit.connect() as connection:
        await connection.exec_driver_sql("alter table goals rename column asks to asks_away")
    try:
        return await phone.edit("/v1/me/goals", {"asks": ["Quillona Confided this"]})
    finally:
        async with database.autocommit.connect() as connection:
            await connection.exec_driver_sql("alter table goals rename column asks_away to asks")


@pytest.fixture
async def answers(client: httpx2.AsyncClient) -> list[httpx2.Response]:
    """Every answer of the day."""
    found: list[httpx2.Response] = []

    async def keep(answer: httpx2.Response) -> None:
        found.append(answer)

    client.event_hooks["response"].append(keep)
    return found


async def test_a_whole_day_names_nobody_where_nobody_is_to_be_named(
    client: httpx2.AsyncClient,
    answers: list[httpx2.Response],
    outbox: Outbox,
    database,
    clock: HandClock,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
):
    caplog.set_level("DEBUG")
    conference = await hold_conference(database, now=clock.now)
    queued: list[str] = []

    async def look_at_the_queue() -> None:
        async with database.autocommit.connect() as connection:
            for table in ("pgqueuer", "pgqueuer_log", "mails", "limit_counters"):
                rows = await connection.exec_driver_sql(f"select row_to_json(t)::text from {table} t")  # noqa: S608
                queued.extend(rows.scalars())
            payloads = await connection.exec_driver_sql(
                "select payload from pgqueuer where payload is not null"
            )
            queued.extend(payload.decode("latin-1") for payload in payloads.scalars())

    guests = []
    for name in ("Quillona Vexworth", "Tharsan Ophidel"):
        address = f"{name.replace(' ', '.').lower()}@example.org"
        await client.post("/v1/sign_in_codes", json={"email": address})
        await look_at_the_queue()
        phone = await sign_in(client, outbox, address)
        guest = await conference.guest(phone, name=name)
        await arrive(phone, guest, name)
        guests.append(guest)
    one, other = guests

    olga = await sign_in(client, outbox, "olga@example.org")
    stand = {
        "id": str(uuid4()),
        "name": "Acme",
        "booth": "",
        "admin_email": other.phone.email,
        "admin_name": "Tharsan",
    }
    made = await olga.post(f"/v1/events/{conference.event.id}/exhibitors", json=stand)
    assert made.status_code == 201, made.text
    await one.scan(other, at=clock.now, note="Confided about zeppelins", signal="yes")
    await other.scan(one, at=clock.now)
    lead = await other.post(
        "/leads", scan_of(one, at=clock.now, note="Confided", given_at_stand=True, text_version=1)
    )
    assert lead.json()["outcome"] == "recorded"
    await one.phone.edit(f"/v1/connections/{other.person_id}", {"note": "Confided"})
    talk = await book_talk(one.phone, other.phone, clock.now + timedelta(hours=30))
    await look_at_the_queue()
    mailing = {"id": str(uuid4()), "recipients": "all"}
    await olga.post(f"/v1/events/{conference.event.id}/ticket_mailings", json=mailing)
    await look_at_the_queue()
    mails = [mail.as_string() for mail in await outbox.new_mails()]
    tickets = [(await guest.phone.get(f"/v1/events/{guest.event.id}/me/ticket")).text for guest in guests]
    leads = await other.phone.get(f"/v1/events/{conference.event.id}/exhibitors/{stand['id']}/leads/export")
    assert (talk["state"], "Quillona" in leads.text, len(mails) > 1) == ("scheduled", True, True)

    await go_wrong(one.phone, one)
    broken = await break_down(one.phone, database)
    assert broken.status_code == 500, broken.text
    await look_at_the_queue()

    # What our own client logs of its calls is none of the server's.
    records = [record.getMessage() for record in caplog.records if not record.name.startswith("httpx2")]
    logged = "\n".join([*capfd.readouterr(), *records])
    assert "/v1/me/goals" in logged
    assert len(queued) > 5
    found = {
        "logs": named_in(logged),
        "metrics": named_in(generate_latest().decode()),
        "queue": named_in("\n".join(queued)),
        "failures": named_in("\n".join(a.text for a in answers if a.status_code >= 400)),
        "addresses in answers": named_in(
            "\n".join(re.findall(r"https?://hallway[^\s\"<>]+", "\n".join(a.text for a in answers)))
        ),
        "addresses in mails": named_in("\n".join(re.findall(r"https?://[^\s\"<>]+", "\n".join(mails)))),
        "headers": named_in("\n".join(str(dict(a.headers)) for a in answers)),
        "badges": named_in(" ".join(guest.badge.code + guest.badge.manual_code for guest in guests)),
        "tickets": named_in(" ".join(re.findall(r'"token":"([^"]+)"', "\n".join(tickets)))),
    }
    assert {place: names for place, names in found.items() if names} == {}


def test_the_search_sees_through_escapes():
    hidden = base64.urlsafe_b64encode(b'{"name": "Quillona Vexworth", "more": "of it"}').decode()
    assert named_in(f"/b/{hidden}") == {"Quillona", "Vexworth"}
    assert named_in("name=Umbrella%20guild") == {"Umbrella guild"}

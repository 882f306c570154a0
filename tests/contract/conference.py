"""A small conference on a running server, so that requests get past 401 and 404: an organizer who also attends, has
met somebody, and asked for a talk."""

import re
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx2

GRACE = "grace.hopper@example.org"
LIST = "Name;E-mail\nOlga;{olga}\nGrace Hopper;{grace}\n"


@dataclass(frozen=True, slots=True)
class Conference:
    """`token` speaks for the organizer, `device_token` delivers their scans. `known` are ids of things that are
    there, by the names of path parameters."""

    token: str
    device_token: str
    known: dict[str, str]


def mailed_code(outbox: Path, email: str, *, before: set[Path]) -> str:
    for _ in range(200):
        for path in set(outbox.glob("*.eml")) - before:
            mail = path.read_text()
            found = re.search(r"^Subject:.*\b(\d{6})\b", mail, flags=re.MULTILINE)
            if found and f"To: {email}" in mail:
                return found[1]
        time.sleep(0.1)
    raise AssertionError(f"no code was mailed to {email}")


def call(client: httpx2.Client, method: str, path: str, **options: Any) -> Any:
    answer = client.request(method, path, **options)
    assert answer.is_success, answer.text
    return answer.json()


def sign_in(url: str, outbox: Path, email: str) -> tuple[httpx2.Client, dict[str, Any]]:
    client = httpx2.Client(base_url=f"{url}/v1", timeout=30)
    before = set(outbox.glob("*.eml"))
    asked = call(client, "POST", "/sign_in_codes", json={"email": email})
    code = mailed_code(outbox, email, before=before)
    body = {"request_id": asked["request_id"], "code": code, "label": "A phone"}
    tokens = call(client, "POST", "/sessions", json=body)
    client.headers["authorization"] = f"Bearer {tokens['access_token']}"
    return client, tokens


def set_up(url: str, outbox: Path, organizer: str) -> Conference:
    olga, tokens = sign_in(url, outbox, organizer)
    grace, graces = sign_in(url, outbox, GRACE)
    with closing(olga), closing(grace):
        known, device_token = live(olga, grace, organizer)
    known |= {"person_id": graces["person_id"], "kind": "met"}
    return Conference(token=tokens["access_token"], device_token=device_token, known=known)


def live(olga: httpx2.Client, grace: httpx2.Client, organizer: str) -> tuple[dict[str, str], str]:
    """What is there then, and the token of Olga's phone."""
    now = datetime.now(UTC)
    event = {
        "id": str(uuid4()),
        "name": "A small conference",
        "zone": "Europe/Paris",
        "starts_at": (now - timedelta(hours=1)).isoformat(),
        "ends_at": (now + timedelta(hours=8)).isoformat(),
    }
    path = f"/events/{call(olga, 'POST', '/events', json=event)['id']}"
    call(
        olga, "POST", f"{path}/attendees/import",
        content=LIST.format(olga=organizer, grace=GRACE), headers={"content-type": "text/csv"},
    )  # fmt: skip
    for client in (olga, grace):
        call(client, "POST", f"{path}/claim", json={"consents": {"listed": True, "text_version": 1}})
    attendees = call(olga, "GET", f"{path}/attendees")["items"]
    badge = call(grace, "GET", f"{path}/me/badge")
    scan = {"id": str(uuid4()), "code": badge["code"], "captured_at": now.isoformat()}
    call(olga, "POST", f"{path}/scans", json=scan)
    device = str(uuid4())
    phone = {"platform": "ios", "label": "A phone", "zone": "Europe/Paris"}
    registered = call(olga, "PUT", f"/me/devices/{device}", json=phone)
    known = {
        "event_id": event["id"],
        "attendance_id": attendees[0]["attendance_id"],
        "device_id": device,
        "scan_id": scan["id"],
    }
    return known, registered["device_token"]

"""Everything that others can read, and which fields of one person are in it."""

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from tests.exports.ordering import bytes_of
from tests.phones import Outbox, Phone
from tests.privacy.searching import readable

# Of Zephyrine, each field by a word that stands nowhere else.
SAID = {
    "name": "Zephyrine", "pronouns": "Quillpronoun", "headline": "Hovercraft", "role": "Eelkeeper",
    "organisation": "Eelfarm", "industry": "Balloonry", "links": "zq-link", "email": "zq-card", "phone": "555 0199",
    "asks": "Askquince", "offers": "Offerplum", "talk_topics": "Topicmedlar",
}  # fmt: skip
FOR_STANDS = {"email for exhibitors": "zq-stand"}
HERS = {
    "sign-in address": "zq-private", "targets": "Targetfig", "own notes": "Zq-noted", "skills": "Skillsloe",
}  # fmt: skip
IMPORTED = {
    "printed name": "Imported-Zephyr", "printed address": "zq-work", "printed organisation": "Gadgetorium",
}  # fmt: skip
WORDS = {
    "words to the host": "Zq-ask",
    "words to connectors": "Zq-why",
    "words for introductions": "Zq-blurb",
}
TRACES = {**SAID, **FOR_STANDS, **HERS, **IMPORTED, **WORDS}

DIRECTORY = {
    "name", "pronouns", "photo", "headline", "role", "organisation", "links", "asks", "offers", "talk_topics",
}  # fmt: skip

OF_PEOPLE = {
    "connections": "/v1/connections",
    "connection": "/v1/connections/{person}",
    "card": "/v1/connections/{person}/vcard",
    "cards": "/v1/connections/vcards",
    "sync": "/v1/me/changes?limit=200",
    "directory": "/v1/events/{event}/people",
    "people to meet": "/v1/events/{event}/people_to_meet",
    "suggestions": "/v1/suggestions",
    "helpful": "/v1/connections/helpful?topic=Offerplum",
    "talks": "/v1/interviews",
    "kit": "/v1/interviews/{talk}/kit",
    "calendar": "/v1/interviews/{talk}/calendar",
    "slots": "/v1/interviews/slots?with_person_id={person}&minutes=20",
    "introductions": "/v1/introductions",
    "nudges": "/v1/nudges",
    "activities": "/v1/me/activities",
    "balance": "/v1/me/balance",
    "blocks": "/v1/me/blocks",
    "scans": "/v1/events/{event}/scans",
    "my data": "/v1/me/data",
    "exhibitors": "/v1/events/{event}/exhibitors",
}
OF_STANDS = {
    "leads": "/v1/events/{event}/exhibitors/{stand}/leads",
    "leads as CSV": "/v1/events/{event}/exhibitors/{stand}/leads/export",
}
OF_ORGANIZERS = {
    "figures": "/v1/events/{event}/stats",
    "report": "/v1/events/{event}/report",
    "audit log": "/v1/events/{event}/audit_log",
    "reports": "/v1/events/{event}/reports",
    "exports": "/v1/events/{event}/exports",
    "attendees": "/v1/events/{event}/attendees",
}
NAMED_FILES = {
    f"{kind} as {form}": (kind, form)
    for kind, forms in {
        "attendees": ("csv", "xlsx", "parquet"),
        "connections": ("csv", "xlsx", "parquet", "graphml"),
    }.items()
    for form in forms
}


@dataclass
class Story:
    """Whose day it is, and what in it has an id."""

    event: Any
    person: Phone
    face: str = ""
    talk: str = ""
    outbox: Outbox | None = None

    def found(self, text: str) -> set[str]:
        """Which fields of hers are in it, whatever it is packed in."""
        flat = text.replace("\r\n ", "").replace("=\r\n", "")
        there = {name for name, trace in TRACES.items() if trace.lower() in flat.lower()}
        return there | ({"photo"} if self.face and self.face in flat else set())

    async def read(self, phone: Phone, paths: Mapping[str, str], **more: str) -> dict[str, set[str]]:
        """By channel, what of her is there."""
        seen = {}
        for channel, path in paths.items():
            answer = await phone.get(
                path.format(event=self.event.id, person=self.person.person_id, talk=self.talk, **more)
            )
            assert answer.status_code in {200, 404, 409}, (channel, answer.text)
            seen[channel] = self.found(readable(answer.content))
        return {channel: fields for channel, fields in seen.items() if fields}

    async def people_see(self, phone: Phone) -> dict[str, set[str]]:
        seen = await self.read(phone, OF_PEOPLE)
        feed = (await phone.get("/v1/me/calendar_feed")).json()["url"].removeprefix("https://hallway.example")
        seen["calendar feed"] = self.found((await phone.get(feed)).text)
        face = await phone.get(f"/v1/people/{self.person.person_id}/photo")
        seen["photo"] = {"photo"} if face.status_code == 200 else set()
        return {channel: fields for channel, fields in seen.items() if fields}

    async def organizers_see(self, phone: Phone) -> dict[str, set[str]]:
        await self.outbox.run_jobs()  # what waits already
        seen = await self.read(phone, OF_ORGANIZERS)
        for channel, (kind, form) in NAMED_FILES.items():
            raw = await bytes_of(phone, self.event, self.outbox, kind, format=form, people="names")
            seen[channel] = self.found(readable(raw))
        return {channel: fields for channel, fields in seen.items() if fields}

    async def mailed(self) -> dict[str, set[str]]:
        """What of her was mailed since the last look, by address; letters to herself are hers."""
        seen: dict[str, set[str]] = {}
        for mail in await self.outbox.new_mails():
            seen.setdefault(mail["To"], set()).update(self.found(readable(mail.as_bytes())))
        return {address: fields for address, fields in seen.items() if fields}


async def my_data(phone: Phone) -> dict[str, bytes]:
    answer = await phone.get("/v1/me/data")
    assert answer.status_code == 200, answer.text
    with zipfile.ZipFile(io.BytesIO(answer.content)) as files:
        return {name: files.read(name) for name in files.namelist()}


async def ledger(phone: Phone) -> dict[str, set[str]]:
    """What stands of mine, as I see it: by recipient, the fields."""
    given: dict[str, set[str]] = {}
    for row in (await phone.get("/v1/me/releases?limit=200")).json()["items"]:
        if row["withdrawn_at"] is None:
            given.setdefault(row["recipient_id"], set()).update(row["fields"])
    return given


def untraced(seen: Mapping[str, Collection[str]], traced: Collection[str]) -> dict[str, set[str]]:
    """What is in a channel that no row covers."""
    return {channel: missing for channel, fields in seen.items() if (missing := set(fields) - set(traced))}


def new_id() -> str:
    return str(uuid4())

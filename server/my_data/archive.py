"""How is it taken along? As a zip of JSON files, one for each kind, and of vCards; `README.txt` says what each is."""

import json
import zipfile
from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime
from io import BytesIO

from schemas.connections import ConnectionOut
from server.connections.vcard import vcards
from server.connections.views import contact_of
from server.events.consent_texts import TEXTS
from server.my_data.gathering import MyData
from server.my_data.tables import GIVEN, LEFT_OUT

CONTACTS = "Whom I met, as they let me see them today, with my notes: for programs, and for address books."


def archive(mine: MyData, *, now: datetime) -> bytes:
    """Slow for much: not for the event loop."""
    made = BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as files:
        for name, content in _files(mine, now):
            entry = zipfile.ZipInfo(name, date_time=now.timetuple()[:6])
            entry.compress_type = zipfile.ZIP_DEFLATED
            files.writestr(entry, content)
    return made.getvalue()


def _files(mine: MyData, now: datetime) -> Iterator[tuple[str, bytes]]:
    yield "README.txt", _readme(now).encode()
    for file, rows in mine.files.items():
        yield f"{file}.json", _json(rows)
    yield "consent_texts.json", _json([asdict(text) for text in TEXTS])
    yield (
        "contacts.json",
        _json([ConnectionOut.model_validate(one).model_dump(mode="json") for one in mine.contacts]),
    )
    yield "contacts.vcf", vcards(map(contact_of, mine.contacts))
    if mine.photo is not None:
        yield "photo.webp", mine.photo


def _json(rows: object) -> bytes:
    return json.dumps(rows, ensure_ascii=False, indent=1).encode()


def _readme(now: datetime) -> str:
    lines = [
        f"My data in Hallway, {now:%Y-%m-%d %H:%M} UTC.",
        "What I gave, and what Hallway derived about me. Times carry their offset; `*_id` are the ids of the API.",
        "",
        *(f"{given.file}.json: {given.says}" for given in GIVEN.values()),
        "consent_texts.json: The words that consents are asked for by, in all versions.",
        f"contacts.json, contacts.vcf: {CONTACTS}",
        "photo.webp: My photo, where I set one.",
        "",
        "Not in it, and why:",
        *(
            f"{given.file}.json, {', '.join(columns)}: {why}"
            for given in GIVEN.values()
            for why, columns in given.leaves.items()
        ),
        *(f"{table}: {why}" for table, why in LEFT_OUT.items()),
        "What others keep about me for themselves is theirs.",
    ]
    return "\n".join(lines) + "\n"

"""Which words a lead rests on: those beside the visitor's switch, or those said at the stand."""

from uuid import uuid4

import pytest
from sqlalchemy import select

from server.events import consent_texts
from server.exhibitors.models import LeadScan
from server.scans.models import Scan
from tests.events.facts import faults
from tests.exhibitors.fair import Fair, codes, lead_of, releases_of


@pytest.fixture(autouse=True)
def two_versions(monkeypatch) -> None:
    """As it will be when the words were changed once."""
    monkeypatch.setattr(consent_texts, "KNOWN", 2)


async def agree(fair: Fair, guest, version: int) -> None:
    path = f"/v1/events/{fair.event_id}/attendance"
    answer = await guest.phone.edit(path, {"exhibitors_may_scan": True, "text_version": version})
    assert answer.status_code == 200, answer.text


async def words_of(guest) -> list[tuple[str, int | None]]:
    return [(row["source"], row["text_version"]) for row in await releases_of(guest)]


async def test_a_scan_rests_on_the_words_beside_the_switch_as_it_stood_then(fair: Fair, clock):
    ada = await fair.visitor("ada", consents=False)
    await agree(fair, ada, 1)
    early = clock.tick(minutes=1)
    clock.tick(minutes=1)
    await fair.consent(ada, given=False)
    clock.tick(minutes=1)
    await agree(fair, ada, 2)
    late = clock.tick(minutes=1)

    await fair.capture(fair.erin, ada, at=early)
    assert await words_of(ada) == [("scan", 1)]
    await ada.phone.edit("/v1/me/cards/exhibitors", {"fields": ["headline", "email"]})
    await fair.capture(fair.erin, ada, at=late)

    assert await words_of(ada) == [("scan", 2), ("scan", 1)]  # the card gives more, under the later words


async def test_at_the_stand_it_rests_on_what_was_said_there(fair: Fair, clock, database):
    ada = await fair.visitor("ada", consents=False)
    captured = await fair.capture(fair.erin, ada, at=clock.now, given_at_stand=True, text_version=2)
    assert (captured["outcome"], await words_of(ada)) == ("recorded", [("given_at_stand", 2)])
    async with database.transaction() as db:
        assert (await db.scalars(select(LeadScan.text_version))).all() == [2]
    (lead,) = await fair.leads()
    assert (lead["source"], lead["text_version"]) == ("given_at_stand", 2)

    receipt = (await ada.phone.post("/v1/me/deletion")).json()["receipt"]
    assert [(one["name"], one["text_versions"]) for one in receipt] == [("Acme", [2])]


async def test_nobody_agrees_to_words_that_there_are_not(fair: Fair, clock, database):
    ada = await fair.visitor("ada", consents=False)
    unknown, unsaid = [lead_of(ada, at=clock.now, given_at_stand=True, **version) for version in (
        {"text_version": 3}, {})]  # fmt: skip
    frank = await fair.tablet()
    staff_id = await fair.hire("sam", "scan_only")

    answer = await frank.sync([{**each, "staff_id": staff_id} for each in (unknown, unsaid)], now=clock.now)
    single = await fair.erin.post(f"/v1/events/{fair.event_id}/leads", json={**unsaid, "id": str(uuid4())})

    assert codes(answer) == [("refused", "consent_text_unknown"), ("refused", "malformed")]
    assert answer["items"][1]["pointer"] == "/items/1/text_version"
    assert faults(single) == [("/text_version", "text_version_missing")]
    assert (await fair.leads(), await releases_of(ada)) == ([], [])
    async with database.transaction() as db:
        kept = await db.execute(select(Scan.state, Scan.reason, Scan.text_version).order_by(Scan.reason))
        assert [tuple(row) for row in kept] == [
            ("refused", "consent_text_unknown", 3),
            ("refused", "malformed", None),
        ]


async def test_which_words_were_said_belongs_to_the_fact(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet, staff_id = await fair.tablet(), await fair.hire("sam", "scan_only")
    scan = lead_of(ada, at=clock.now, given_at_stand=True, text_version=1, staff_id=staff_id)
    answers = [
        await tablet.sync([each], now=clock.tick(seconds=1))
        for each in (scan, scan, {**scan, "text_version": 2})
    ]
    assert [codes(answer) for answer in answers] == [
        [("recorded", None)],
        [("repeated", None)],
        [("refused", "id_reused")],
    ]
    unagreed = lead_of(ada, at=clock.now, text_version=2, staff_id=staff_id)
    assert codes(await tablet.sync([unagreed, {**unagreed, "text_version": 1}], now=clock.now)) == [
        ("recorded", None),
        ("repeated", None),
    ]

"""Leads are read by pages, edited by version, and merged field by field."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import event

from tests.events.facts import problem
from tests.exhibitors.fair import Fair, codes, lead_of, releases_of
from tests.scans.conference import scan_of


async def test_of_each_field_the_latest_word_counts_whichever_device_said_it(fair: Fair, clock):
    ada = await fair.visitor("ada")
    one, two = await fair.tablet(), await fair.tablet()

    def said(seconds: int, **what):
        at = (clock.now + timedelta(seconds=seconds)).isoformat()
        return lead_of(ada, at=clock.now, annotated_at=at, **what)

    late = said(30, note="late", tags=["x"])
    later = said(40, rating=2)
    early = said(10, rating=5, note="early", label="desk")
    clock.tick(minutes=1)
    await one.sync([late], now=clock.now)
    await two.sync([later, early], now=clock.now)

    (lead,) = await fair.leads()
    assert {name: lead[name] for name in ("rating", "label", "note", "tags")} == {
        "rating": 2,
        "label": "desk",
        "note": "late",
        "tags": ["x"],
    }


async def test_a_scans_annotation_delivered_again_changed_is_the_later_word(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    scan = lead_of(ada, at=clock.now, rating=1)
    changed = {**scan, "rating": 5, "annotated_at": clock.tick(seconds=5).isoformat()}
    for item in (changed, scan, changed):
        await tablet.sync([item], now=clock.now)
    assert [lead["rating"] for lead in await fair.leads()] == [5]


async def test_an_edit_counts_until_somebody_says_something_later(fair: Fair, clock):
    ada = await fair.visitor("ada")
    tablet = await fair.tablet()
    await tablet.sync([lead_of(ada, at=clock.now, note="from the stand", rating=3)], now=clock.now)
    (lead,) = await fair.leads()
    path = f"{fair.path}/leads/{lead['id']}"
    offline = lead_of(ada, at=clock.tick(seconds=10), note="before the edit", rating=4)
    clock.tick(seconds=10)
    edited = await fair.erin.edit(path, {"note": "", "label": "B", "tags": ["a", "b"]})

    assert (edited.json()["note"], edited.json()["rating"], edited.headers["etag"]) == ("", 3, '"2"')
    await tablet.sync([offline], now=clock.now)
    (lead,) = await fair.leads()
    assert (lead["note"], lead["rating"], lead["label"], lead["version"]) == ("", 4, "B", 3)
    stale = await fair.erin.ask("PATCH", path, json={"rating": 1}, headers={"if-match": '"2"'})
    assert problem(stale) == (412, "version_stale")

    await tablet.sync([lead_of(ada, at=clock.tick(seconds=1), note="after")], now=clock.now)
    assert [(lead["note"], lead["tags"]) for lead in await fair.leads()] == [("after", ["a", "b"])]
    cleared = await fair.erin.edit(path, {"rating": 0})
    assert cleared.json()["rating"] is None


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"rating": 6}, "/rating"),
        ({"note": "a\x00b"}, "/note"),
        ({"name": "x"}, "/name"),
    ],
)
async def test_what_may_not_be_said_of_a_lead(fair: Fair, clock, wrong, pointer):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    (lead,) = await fair.leads()
    answer = await fair.erin.edit(f"{fair.path}/leads/{lead['id']}", wrong)
    assert (answer.status_code, [error["pointer"] for error in answer.json()["errors"]]) == (400, [pointer])


async def test_a_tombstone_is_not_edited_and_another_exhibitors_lead_is_not_there(fair: Fair, clock):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    (lead,) = await fair.leads()
    (released,) = await releases_of(ada)
    await ada.phone.delete(f"/v1/me/releases/{released['id']}")
    path = f"{fair.path}/leads"

    assert problem(await fair.erin.edit(f"{path}/{lead['id']}", {"rating": 1})) == (409, "lead_withdrawn")
    assert problem(await fair.erin.edit(f"{path}/{fair.exhibitor_id}", {"rating": 1})) == (
        404,
        "lead_not_found",
    )


async def test_many_devices_at_once_leave_one_lead_each_and_meet_no_deadlock(fair: Fair, clock):
    guests = [await fair.visitor(f"v{number}") for number in range(5)]
    tablets = [await fair.tablet() for _ in range(4)]
    batches = [
        [lead_of(guest, at=clock.now, note=f"{number}") for guest in (guests if number % 2 else guests[::-1])]
        for number in range(len(tablets))
    ]
    answers = await asyncio.gather(
        *(
            tablet.sync(batch, now=clock.now)
            for tablet, batch in zip(tablets, batches, strict=True)
            for _ in range(3)
        )
    )

    assert {outcome for answer in answers for outcome, _ in codes(answer)} == {"recorded", "repeated"}
    assert len(await fair.leads()) == len(guests)
    assert [len(await releases_of(guest)) for guest in guests] == [1] * len(guests)


async def test_a_scan_that_races_with_the_withdrawal_does_not_bring_the_lead_back(fair: Fair, clock):
    ada = await fair.visitor("ada", fields=["role"])
    await fair.capture(fair.erin, ada, at=clock.now)
    (released,) = await releases_of(ada)
    await ada.phone.edit("/v1/me/cards/exhibitors", {"fields": ["role", "phone"]})
    tablets = [await fair.tablet() for _ in range(4)]
    await asyncio.gather(
        ada.phone.delete(f"/v1/me/releases/{released['id']}"),
        *(tablet.sync([lead_of(ada, at=clock.now)], now=clock.now) for tablet in tablets),
    )

    rows = await releases_of(ada)
    taken_back = [row for row in rows if row["id"] == released["id"]]
    assert taken_back[0]["withdrawn_at"] is not None
    standing = [row for row in rows if row["withdrawn_at"] is None]
    assert [lead["withdrawn"] for lead in await fair.leads()] == [not standing]


async def test_a_lead_is_delivered_alone_once_and_told_apart(fair: Fair, clock):
    ada = await fair.visitor("ada")
    path = f"/v1/events/{fair.event_id}/leads"
    scan = scan_of(ada, at=clock.now)
    answers = [await fair.erin.post(path, json=scan) for _ in range(2)]
    other = await fair.erin.post(path, json={**scan, "given_at_stand": True, "text_version": 1})
    wrong = await fair.erin.post(path, json={**scan, "purpose": "meet"})

    assert [(answer.status_code, answer.json()["outcome"]) for answer in answers] == [
        (201, "recorded"),
        (200, "repeated"),
    ]
    assert (problem(other), problem(wrong)) == ((409, "id_reused"), (400, "invalid_request"))


async def test_a_full_batch_of_leads_takes_few_statements(fair: Fair, clock, app, database):
    guests = [await fair.visitor(f"v{number}") for number in range(6)]
    tablet = await fair.tablet()

    async def statements(batch) -> int:
        seen = []

        def note(connection, cursor, statement, *more) -> None:
            seen.append(statement)

        engine = app.state.database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            await tablet.sync([lead_of(guest, at=clock.now) for guest in batch], now=clock.now)
        finally:
            event.remove(engine, "before_cursor_execute", note)
        return len(seen)

    assert await statements(guests[:1]) == await statements(guests[1:])

"""People met: what a scan gives, what I keep about them, and what nobody is told."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import vobject

from server.connections.rules import ON_EVERY_CARD
from server.people.models import Block
from tests.scans.conference import Conference, Guest, hold_conference, scan_of


def path(guest: Guest, tail: str = "") -> str:
    return f"/v1/connections/{guest.person_id}{tail}"


async def describe(guest: Guest, **card) -> None:
    await guest.phone.edit(
        "/v1/me/profile",
        {"name": "Grace Hopper", "headline": "I teach machines English", "role": "Rear admiral",
         "organisation": "US Navy", "links": ["https://grace.example.org"], "pronouns": "she/her"},
    )  # fmt: skip
    await guest.phone.edit("/v1/me/goals", {"asks": ["Nanoseconds"], "situation": "searching"})
    if card:
        await guest.phone.edit("/v1/me/cards/met", card)


async def test_a_scan_shows_each_the_others_card_without_contact_fields(
    ada_there: Guest, grace_there: Guest, clock
):
    await describe(grace_there, fields=["headline", "role", "organisation", "email", "phone"], phone="+1 212")
    await ada_there.scan(grace_there, at=clock.now)

    (seen,) = await ada_there.connections()
    (back,) = await grace_there.connections()

    assert seen == {
        "person_id": grace_there.person_id,
        "former": False,
        "name": "Grace Hopper",
        "pronouns": "she/her",
        "headline": "I teach machines English",
        "role": "Rear admiral",
        "organisation": "US Navy",
        "industry": "",
        "links": [],
        "photo": None,
        "email": "",
        "phone": "",
        "asks": ["Nanoseconds"],
        "offers": [],
        "open_to_talk": False,
        "talk_topics": [],
        "first_event_id": str(ada_there.event.id),
        "first_met_at": "2026-06-04T09:00:00Z",
        "last_met_at": "2026-06-04T09:00:00Z",
        "i_gave": True,
        "they_gave": False,
        "note": "",
        "scan_notes": [],
        "tags": [],
        "private": False,
        "signal": "none",
        "mutual_yes": False,
        "version": 1,
    }
    assert (back["person_id"], back["name"], back["email"]) == (ada_there.person_id, "Ada", "")


@pytest.mark.parametrize("how", ["scan", "share"])
async def test_contact_fields_flow_once_it_is_mutual(ada_there: Guest, grace_there: Guest, clock, how):
    await describe(grace_there, fields=["email", "phone"], phone="+1 212", email="grace@navy.example")
    await ada_there.scan(grace_there, at=clock.now)
    if how == "scan":
        await grace_there.scan(ada_there, at=clock.now)
    else:
        shared = await grace_there.phone.post(path(ada_there, "/share"))
        assert (shared.status_code, shared.json()["email"]) == (200, "ada@example.org")

    (seen,) = await ada_there.connections()

    assert (seen["email"], seen["phone"], seen["they_gave"]) == ("grace@navy.example", "+1 212", True)
    ledger = (await grace_there.phone.get("/v1/me/releases")).json()["items"]
    assert [(row["purpose"], row["source"], row["fields"]) for row in ledger] == [
        ("contact", how, ["email", "phone"]),
        ("card", "scan", [*ON_EVERY_CARD]),
    ]


async def test_an_unclaimed_person_gives_only_what_is_printed(
    conference: Conference, ada_there: Guest, clock
):
    printed = await conference.guest(name="Mary Somerville", organisation="Royal Society", role="Astronomer")
    await ada_there.scan(printed, at=clock.now)
    (seen,) = await ada_there.connections()
    shown = {name: value for name, value in seen.items() if value and isinstance(value, str)}
    assert shown == {
        "person_id": printed.person_id,
        "name": "Mary Somerville",
        "organisation": "Royal Society",
        "role": "Astronomer",
        "first_event_id": str(conference.event.id),
        "first_met_at": "2026-06-04T09:00:00Z",
        "last_met_at": "2026-06-04T09:00:00Z",
        "signal": "none",
    }


async def test_narrowing_a_card_affects_all_at_once_and_widening_only_later_releases(
    ada_there: Guest, grace_there: Guest, clock
):
    await describe(grace_there, fields=["headline"])
    await ada_there.scan(grace_there, at=clock.now)
    await grace_there.phone.edit("/v1/me/cards/met", {"fields": ["headline", "role"]})
    assert ((await ada_there.connections())[0]["headline"], (await ada_there.connections())[0]["role"]) == (
        "I teach machines English",
        "",
    )
    await ada_there.scan(grace_there, at=clock.now)
    assert (await ada_there.connections())[0]["role"] == "Rear admiral"
    await grace_there.phone.edit("/v1/me/cards/met", {"fields": []})
    narrowed = (await ada_there.connections())[0]
    assert (narrowed["name"], narrowed["headline"], narrowed["role"]) == ("Grace Hopper", "", "")


async def test_what_was_taken_back_stays_so_until_its_owner_gives_again(
    ada_there: Guest, grace_there: Guest, clock
):
    await describe(grace_there)
    await grace_there.scan(ada_there, at=clock.now - timedelta(seconds=2))
    await ada_there.scan(grace_there, at=clock.now - timedelta(seconds=2))
    for row in (await grace_there.phone.get("/v1/me/releases")).json()["items"]:
        await grace_there.phone.delete(f"/v1/me/releases/{row['id']}")

    hidden = (await ada_there.connections())[0]
    clock.tick(seconds=5)
    await ada_there.scan(grace_there, at=clock.now)
    late = await grace_there.scan(ada_there, at=clock.now - timedelta(seconds=6))
    assert late.json()["outcome"] == "recorded"
    still = (await ada_there.connections())[0]
    await grace_there.scan(ada_there, at=clock.now)
    again = (await ada_there.connections())[0]

    seen = [(view["name"], view["headline"], view["email"], view["asks"]) for view in (hidden, still, again)]
    nothing = ("Grace", "", "", [])
    everything = ("Grace Hopper", "I teach machines English", "grace@example.org", ["Nanoseconds"])
    assert seen == [nothing, nothing, everything]


async def test_note_and_tags_are_mine_alone(ada_there: Guest, grace_there: Guest, clock):
    await ada_there.scan(grace_there, at=clock.now)

    edited = await ada_there.phone.edit(
        path(grace_there), {"note": "Secret", "tags": ["b", "a", "b"], "private": True}
    )
    missing = await ada_there.phone.ask("PATCH", path(grace_there), json={"note": ""})
    stale = await ada_there.phone.ask(
        "PATCH", path(grace_there), json={"note": ""}, headers={"if-match": '"1"'}
    )

    mine = edited.json()
    assert (mine["note"], mine["tags"], mine["private"], mine["version"]) == ("Secret", ["b", "a"], True, 2)
    assert edited.headers["etag"] == '"2"'
    assert (missing.status_code, stale.status_code) == (428, 412)
    (back,) = await grace_there.connections()
    assert (back["note"], back["tags"], back["private"], back["version"]) == ("", [], False, 1)
    assert "Secret" not in (await grace_there.phone.get(path(ada_there, "/vcard"))).text
    kept = await ada_there.scan(grace_there, at=clock.now)
    assert kept.json()["outcome"] == "recorded"
    assert (await ada_there.phone.get(path(grace_there))).json()["version"] == 2


async def test_signals_are_told_only_when_both_say_yes(ada_there: Guest, grace_there: Guest, clock):
    await ada_there.scan(grace_there, at=clock.now)

    async def tap(guest: Guest, other: Guest, signal: str) -> tuple[str, bool]:
        answer = await guest.phone.put(path(other, "/signal"), json={"signal": signal})
        assert answer.status_code == 200, answer.text
        return answer.json()["signal"], answer.json()["mutual_yes"]

    async def looks_like(guest: Guest) -> dict:
        (seen,) = await guest.connections()
        return seen

    before = await looks_like(grace_there)
    for signal in ("yes", "never", "not_now", "none", "yes"):
        assert await tap(ada_there, grace_there, signal) == (signal, False)
        assert await looks_like(grace_there) == before
    assert await tap(grace_there, ada_there, "not_now") == ("not_now", False)
    assert (await looks_like(ada_there))["mutual_yes"] is False
    assert await tap(grace_there, ada_there, "yes") == ("yes", True)
    assert (await looks_like(ada_there))["mutual_yes"] is True


async def test_a_signal_at_a_scan_loses_to_a_later_tap(ada_there: Guest, grace_there: Guest, clock):
    await ada_there.scan(grace_there, at=clock.now - timedelta(minutes=5), signal="yes")
    assert (await ada_there.connections())[0]["signal"] == "yes"
    await ada_there.phone.put(path(grace_there, "/signal"), json={"signal": "never"})
    await ada_there.scan(grace_there, at=clock.now - timedelta(minutes=1), signal="yes")
    assert (await ada_there.connections())[0]["signal"] == "never"


async def test_removing_hides_for_me_until_a_later_scan(ada_there: Guest, grace_there: Guest, clock):
    await ada_there.scan(grace_there, at=clock.now - timedelta(minutes=2), note="remember")

    removed = await ada_there.phone.delete(path(grace_there))
    again = await ada_there.phone.delete(path(grace_there))
    assert (removed.status_code, again.status_code) == (204, 204)
    await ada_there.scan(grace_there, at=clock.now - timedelta(minutes=1))
    assert (await ada_there.connections(), len(await grace_there.connections())) == ([], 1)
    for method, tail, body in [
        ("GET", "", None), ("GET", "/vcard", None), ("PUT", "/signal", {"signal": "yes"}), ("POST", "/share", None),
    ]:  # fmt: skip
        gone = await ada_there.phone.ask(method, path(grace_there, tail), json=body)
        assert (gone.status_code, gone.json()["code"]) == (404, "connection_not_found")

    clock.tick(seconds=1)
    await grace_there.scan(ada_there, at=clock.now)
    assert [view["scan_notes"][0]["note"] for view in await ada_there.connections()] == ["remember"]


async def test_a_block_is_silent_and_hides_both(ada_there: Guest, grace_there: Guest, clock, database):
    await ada_there.scan(grace_there, at=clock.now)
    async with database.transaction() as db:
        db.add(
            Block(
                blocker_id=UUID(ada_there.person_id),
                blocked_id=UUID(grace_there.person_id),
                created_at=clock.now,
            )
        )

    scanned = (await grace_there.scan(ada_there, at=clock.now)).json()

    assert (scanned["outcome"], scanned["code"]) == ("recorded", None)
    for guest, other in ((ada_there, grace_there), (grace_there, ada_there)):
        assert await guest.connections() == []
        assert (await guest.phone.get(path(other))).json()["code"] == "connection_not_found"


async def test_not_met_is_not_there(ada_there: Guest, grace_there: Guest, clock):
    for person in (grace_there.person_id, ada_there.person_id, uuid4()):
        for method, tail, body in [
            ("GET", "", None), ("PATCH", "", {"note": "x"}), ("DELETE", "", None), ("GET", "/vcard", None),
            ("PUT", "/signal", {"signal": "yes"}), ("POST", "/share", None),
        ]:  # fmt: skip
            answer = await ada_there.phone.ask(
                method, f"/v1/connections/{person}{tail}", json=body, headers={"if-match": "*"}
            )
            assert (answer.status_code, answer.json()["code"]) == (404, "connection_not_found")


async def test_the_list_is_paged_with_whom_i_met_last_first(
    conference: Conference, ada_there: Guest, clock, database
):
    others = [await conference.guest() for _ in range(5)]
    times = [clock.now - timedelta(minutes=m) for m in (3, 1, 1, 5, 2)]
    await ada_there.sync(
        [scan_of(other, at=at) for other, at in zip(others, times, strict=True)], now=clock.now
    )
    pages, cursor = [], ""
    while cursor is not None:
        page = (await ada_there.phone.get(f"/v1/connections?limit=2{cursor and '&cursor=' + cursor}")).json()
        pages.append([item["person_id"] for item in page["items"]])
        cursor = page["next_cursor"]

    expected = [
        other.person_id
        for other, _ in sorted(
            zip(others, times, strict=True), key=lambda met: (met[1], met[0].person_id), reverse=True
        )
    ]
    assert [person for page in pages for person in page] == expected
    assert [len(page) for page in pages] == [2, 2, 1]
    assert (await ada_there.phone.get("/v1/connections?cursor=x")).json()["code"] == "cursor_invalid"


async def test_one_connection_for_two_conferences(ada_there: Guest, grace_there: Guest, clock, database):
    await ada_there.scan(grace_there, at=clock.now)
    second = await hold_conference(database, now=clock.now)
    ada, grace = await second.guest(ada_there.phone), await second.guest(grace_there.phone)
    item = scan_of(ada, at=clock.now - timedelta(minutes=30))
    await grace.post("/scans", item)

    (seen,) = await ada.connections()
    assert (seen["first_event_id"], seen["first_met_at"], seen["last_met_at"], seen["they_gave"]) == (
        str(second.event.id), "2026-06-04T08:30:00Z", "2026-06-04T09:00:00Z", True,
    )  # fmt: skip
    await grace.undo(item["id"], at=clock.now - timedelta(minutes=30))
    (seen,) = await ada.connections()
    assert (seen["first_event_id"], seen["first_met_at"], seen["last_met_at"], seen["they_gave"]) == (
        str(ada_there.event.id), "2026-06-04T09:00:00Z", "2026-06-04T09:00:00Z", False,
    )  # fmt: skip


async def test_people_met_go_into_the_address_book(ada_there: Guest, grace_there: Guest, clock):
    await describe(grace_there)
    await ada_there.scan(grace_there, at=clock.now, note="Builds compilers")
    await grace_there.scan(ada_there, at=clock.now)

    one = await ada_there.phone.get(path(grace_there, "/vcard"))
    everyone = await ada_there.phone.get("/v1/connections/vcards?version=4.0")
    wrong = await ada_there.phone.get("/v1/connections/vcards?version=2.1")

    card = vobject.readOne(one.text)
    assert one.headers["content-type"].startswith("text/vcard")
    assert (card.fn.value, card.email.value, card.org.value) == (
        "Grace Hopper",
        "grace@example.org",
        ["US Navy"],
    )
    assert "Met at PyCon on 2026-06-04" in card.note.value
    assert "Builds compilers" in card.note.value
    assert everyone.text.count("VERSION:4.0") == 1
    assert (wrong.status_code, wrong.json()["code"]) == (400, "invalid_request")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"note": "x" * 4001}, "/note"),
        ({"note": "a\x00"}, "/note"),
        ({"tags": ["x"] * 21}, "/tags"),
        ({"tags": [""]}, "/tags/0"),
        ({"private": "perhaps"}, "/private"),
        ({"signal": "yes"}, "/signal"),
    ],
)
async def test_a_wrong_field_is_named(ada_there: Guest, grace_there: Guest, clock, body, pointer):
    await ada_there.scan(grace_there, at=clock.now)
    answer = await ada_there.phone.edit(path(grace_there), body)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, pointer)
    tapped = await ada_there.phone.put(path(grace_there, "/signal"), json={"signal": "maybe"})
    assert (tapped.status_code, tapped.json()["code"]) == (400, "invalid_request")

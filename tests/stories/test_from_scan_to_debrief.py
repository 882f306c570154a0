"""From a handshake to a conversation, as people live it: somebody looking for work, somebody content, and two who meet
again at the event of another organizer. Through the API alone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from server.accounts.allow import allow_organizer
from tests.phones import Phone, sign_in
from tests.stories.world import World, only, said

SUMMIT, MEETUP = "01981d4e-3c00-7000-8000-0000000000e1", "01981d4e-3c00-7000-8000-0000000000e2"


@dataclass
class Event:
    """An organizer's event and the badges of who came."""

    id: str
    organizer: Phone
    badges: dict[str, str]

    async def scan(self, phone: Phone, other: Phone, at: datetime, **noted: Any) -> None:
        scan = {
            "id": str(uuid4()),
            "code": self.badges[other.email],
            "purpose": "meet",
            "captured_at": at.isoformat(),
            **noted,
        }
        assert said(await phone.post(f"/v1/events/{self.id}/scans", json=scan), 201)["outcome"] == "recorded"


@pytest.fixture
def hold(world: World, client, outbox, settings, clock):
    """Somebody holds an event: they import a list, and the people on it claim their places and are listed."""

    async def hold(event_id: str, name: str, organizer: str, day: str, *people: Phone) -> Event:
        await allow_organizer(settings, organizer, now=clock())
        host = await sign_in(client, outbox, organizer)
        event = {
            "id": event_id,
            "name": name,
            "venue": "Pier 7",
            "zone": "Europe/Paris",
            "starts_at": f"{day}T09:00:00+02:00",
            "ends_at": f"{day}T18:00:00+02:00",
        }
        said(await host.post("/v1/events", json=event), 201)
        path = f"/v1/events/{event_id}"
        rows = "Name;E-mail\n" + "".join(f"{one.email.split('@')[0].title()};{one.email}\n" for one in people)
        said(await host.post(f"{path}/attendees/import", content=rows, headers={"content-type": "text/csv"}))
        said(await host.post(f"{path}/badges"))
        badges = {}
        for one in people:
            said(await one.post(f"{path}/claim", json={"consents": {"listed": True, "text_version": 1}}))
            badges[one.email] = said(await one.get(f"{path}/me/badge"))["url"].rsplit("/", 1)[-1]
        return Event(event_id, host, badges)

    return hold


async def suggested(phone: Phone) -> dict[str, dict[str, Any]]:
    """By name."""
    return {item["person"]["name"]: item for item in said(await phone.get("/v1/suggestions"))["items"]}


async def ask(phone: Phone, other: Phone, purpose: str, what: str, **said_too: Any) -> dict[str, Any]:
    """For the first time that suits both."""
    query = {"with_person_id": other.person_id, "minutes": 20}
    slot = said(await phone.get("/v1/interviews/slots", params=query))["items"][0]
    request = {
        "id": str(uuid4()),
        "host_id": other.person_id,
        "purpose": purpose,
        "ask": what,
        "minutes": 20,
        "slots": [slot["starts_at"]],
        **said_too,
    }
    return said(await phone.post("/v1/interviews", json=request), 201)


async def accept(phone: Phone, talk: dict[str, Any], place: str) -> dict[str, Any]:
    path = f"/v1/interviews/{talk['id']}/accept"
    return said(await phone.post(path, json={"proposal": talk["proposal"], "place": place}))


async def people(client, outbox, *names: str) -> list[Phone]:
    found = [await sign_in(client, outbox, f"{name}@example.org") for name in names]
    for phone, name in zip(found, names, strict=True):
        await phone.edit("/v1/me/profile", {"name": name.title(), "zone": "Europe/Paris"})
    return found


async def test_a_job_seekers_way(world: World, hold, client, outbox, clock):
    """Joan looks for work, and says so to nobody but those she asks."""
    joan, grace, linus = await people(client, outbox, "joan", "grace", "linus")
    await joan.edit(
        "/v1/me/goals",
        {"situation": "searching", "target_roles": ["Compiler engineer"], "asks": ["Compiler jobs"]},
    )
    await grace.edit("/v1/me/profile", {"role": "Compiler engineer"})
    await grace.edit("/v1/me/goals", {"open_to_talk": True, "talks_per_week": 1, "situation": "employed"})

    # Before the summit Joan reads whom to meet: Grace does what Joan looks for. Grace learns nothing of that.
    summit = await hold(SUMMIT, "Summit", "olga@example.org", "2026-06-05", joan, grace, linus)
    await world.it_is("2026-06-04T09:10:00+00:00", joan, grace, linus)
    path = f"/v1/events/{SUMMIT}/people_to_meet"
    to_meet = only(said(await joan.get(path))["items"])
    assert (to_meet["person"]["name"], to_meet["for_me"]["code"]) == ("Grace", "fits_your_target_role")
    assert said(await grace.get(path))["items"] == []

    # They meet, and so do Joan and Linus. Joan notes what they spoke of, and says, for herself, that she wants to talk.
    await world.it_is("2026-06-05T10:00:00+00:00", joan, grace, linus)
    await summit.scan(joan, grace, clock(), note="Her team grows in autumn.")
    await summit.scan(grace, joan, clock())
    await summit.scan(joan, linus, clock())
    said(await joan.put(f"/v1/connections/{grace.person_id}/signal", json={"signal": "yes"}))
    assert said(await joan.get(path))["items"] == []

    # The day after, Grace is suggested first. Nothing that Grace reads says that Joan is looking for work.
    await world.it_is("2026-06-06T08:00:00+00:00", joan, grace, linus)
    hers = await suggested(joan)
    assert list(hers) == ["Grace", "Linus"]
    assert [one["code"] for one in hers["Grace"]["reasons"]] == [
        "you_want_to_talk",
        "fits_your_target_role",
        "met_n_times",
    ]
    assert "ompiler" not in str(await suggested(grace))

    # She asks, and says honestly what for. Grace sees all of it before she answers; Grace is on Joan's list no more.
    talk = await ask(
        joan, grace, "job_search", "How did you find your way into compilers?", offer="I test what you ship."
    )
    assert list(await suggested(joan)) == ["Linus"]
    asked = only(said(await grace.get("/v1/interviews", params={"side": "host"}))["items"])
    assert (asked["purpose"], asked["ask"], asked["offer"]) == (talk["purpose"], talk["ask"], talk["offer"])
    booked = await accept(grace, talk, "+33 1 99 00 12 34")
    assert set(await world.mails()) >= {joan.email, grace.email}

    # Grace takes one talk a week. Whoever asks for that week is told when she has room again.
    said(await linus.get("/v1/connections"))
    await summit.scan(linus, grace, datetime.fromisoformat("2026-06-05T11:00:00+00:00"))
    query = {"with_person_id": grace.person_id, "minutes": 20}
    free = said(await linus.get("/v1/interviews/slots", params=query))["items"]
    week = datetime.fromisoformat(booked["starts_at"]).isocalendar().week
    assert {datetime.fromisoformat(slot["starts_at"]).isocalendar().week for slot in free}.isdisjoint({week})

    # Before the talk she reads what she noted, what to ask, and to be open about what she looks for.
    begins = datetime.fromisoformat(booked["starts_at"])
    await world.it_is((begins - timedelta(minutes=15)).isoformat(), joan, grace)
    kit = said(await joan.get(f"/v1/interviews/{talk['id']}/kit"))
    assert only(kit["noted"])["note"] == "Her team grows in autumn."
    assert "I am looking for a job. I do not expect one from you." in kit["opening"]["say"]
    assert len({question["theme"] for question in kit["questions"]}) == 5
    assert kit["questions"][-1]["theme"] == "who_else"

    # Afterwards she has her thank-you to send herself, and writes down what nobody else reads.
    await world.it_is((begins + timedelta(minutes=25)).isoformat(), joan, grace)
    assert kit["afterwards"]["thanks"].startswith(
        "Hello Grace,\n\nThank you for our talk, and for being so open."
    )
    outcome = {"outcome": "held", "debrief": "They hire in autumn. Ask Barbara."}
    said(await joan.put(f"/v1/interviews/{talk['id']}/outcome", json=outcome))
    assert "autumn" not in str(said(await grace.get(f"/v1/interviews/{talk['id']}")))


async def test_a_happily_employed_persons_way(world: World, hold, client, outbox, clock):
    """Grace looks for nothing. She gives first, is asked too much, and says so kindly."""
    grace, joan, linus = await people(client, outbox, "grace", "joan", "linus")
    await grace.edit("/v1/me/goals", {"situation": "employed", "offers": ["Code review"], "asks": ["Hiring"]})
    await joan.edit("/v1/me/goals", {"asks": ["Code review"], "offers": ["Hiring"]})
    summit = await hold(SUMMIT, "Summit", "olga@example.org", "2026-06-05", grace, joan, linus)
    await world.it_is("2026-06-05T10:00:00+00:00", grace, joan, linus)
    for one, other in ((grace, joan), (joan, grace), (grace, linus), (linus, grace)):
        await summit.scan(one, other, clock())

    # What she can do for Joan comes before what Joan could do for her.
    await world.it_is("2026-06-06T08:00:00+00:00", grace, joan, linus)
    first = (await suggested(grace))["Joan"]
    assert [one["code"] for one in first["reasons"]][:2] == [
        "you_offer_what_they_ask",
        "they_offer_what_you_ask",
    ]
    assert first["action"]["code"] == "offer_help"

    # Two yes: both learn of it, and the way to a time is one tap.
    for one, other in ((grace, joan), (joan, grace)):
        said(await one.put(f"/v1/connections/{other.person_id}/signal", json={"signal": "yes"}))
    await world.it_is("2026-06-06T08:01:00+00:00", grace, joan, linus)
    notice = next(
        one for one in said(await grace.get("/v1/nudges"))["items"] if one["kind"] == "both_want_to_talk"
    )
    assert (notice["title"], notice["action"]["operation"]) == (
        "Joan wants to talk to you, too",
        "find_common_slots",
    )
    talk = await ask(grace, joan, "exchange", "How do you hire people who stay?", offer="I review your code.")
    booked = await accept(joan, talk, "Table 12")

    # Linus, whom she never wants to hear of again, is off her list, and somebody who asks for too much is told no.
    said(await grace.put(f"/v1/connections/{linus.person_id}/signal", json={"signal": "never"}))
    assert await suggested(grace) == {}
    refused = await linus.post(
        "/v1/interviews",
        json={
            "id": str(uuid4()),
            "host_id": grace.person_id,
            "purpose": "hiring",
            "ask": "Come and work for us, please.",
            "minutes": 30,
            "slots": [booked["starts_at"]],
        },
    )
    assert said(refused, 409)["code"] == "host_full"

    # Her kit has no word of a job search; Joan cannot come, they move it, and their calendars follow.
    kit = said(await grace.get(f"/v1/interviews/{talk['id']}/kit"))
    assert not [text for text in map(str, kit.values()) if "job" in text]
    assert "“Code review”" in kit["afterwards"]["what_i_can_do"][0]
    await world.mails()
    later = (datetime.fromisoformat(booked["starts_at"]) + timedelta(days=1)).isoformat()
    path = f"/v1/interviews/{talk['id']}"
    moving = {"proposal": booked["proposal"], "slots": [later], "reply": "My train is late."}
    moved = said(await joan.post(f"{path}/reschedule", json=moving))
    assert moved["starts_at"] == booked["starts_at"], "the old time stands until Grace agrees"
    moved = said(await grace.post(f"{path}/accept", json={"proposal": moved["proposal"]}))
    assert {mail["Subject"].split(" for ")[0] for mail in (await world.mails()).values()} == {"New time"}

    # They talk; each says so, and Grace keeps what she promised.
    ended = datetime.fromisoformat(moved["ends_at"])
    await world.it_is(ended.isoformat(), grace, joan)
    for phone in (grace, joan):
        done = said(
            await phone.put(f"{path}/outcome", json={"outcome": "held", "debrief": "Send the checklist."})
        )
        assert done["outcome"]["together"] == "held"


async def test_one_connection_across_two_events_of_different_organizers(world, hold, client, outbox, clock):
    """Joan meets Grace at Olga's summit, and again at Oscar's meetup a week later."""
    joan, grace = await people(client, outbox, "joan", "grace")
    await grace.edit("/v1/me/goals", {"open_to_talk": True, "talks_per_week": 2})
    summit = await hold(SUMMIT, "Summit", "olga@example.org", "2026-06-05", joan, grace)
    meetup = await hold(MEETUP, "Meetup", "oscar@example.org", "2026-06-12", joan, grace)

    await world.it_is("2026-06-05T10:00:00+00:00", joan, grace)
    await summit.scan(joan, grace, clock(), note="Wrote the first compiler.")
    await world.it_is("2026-06-06T08:00:00+00:00", joan, grace)
    assert list(await suggested(joan)) == ["Grace"]
    until = (clock() + timedelta(days=5)).isoformat()
    put_off = (await suggested(joan))["Grace"]["id"]
    said(await joan.post(f"/v1/suggestions/{put_off}/snooze", json={"until": until}))

    # A week later they meet again: one connection, with both notes. Whom one has met is nobody to meet.
    await world.it_is("2026-06-12T10:00:00+00:00", joan, grace)
    assert said(await joan.get(f"/v1/events/{MEETUP}/people_to_meet"))["items"] == []
    await meetup.scan(joan, grace, clock(), note="Remembers me!")
    await meetup.scan(grace, joan, clock())
    met = only(said(await joan.get("/v1/connections"))["items"])
    assert (met["first_event_id"], [one["note"] for one in met["scan_notes"]]) == (
        SUMMIT,
        ["Wrote the first compiler.", "Remembers me!"],
    )

    # One request answers both suggestions, and the talk is of neither organizer, who each see their own event alone.
    await world.it_is("2026-06-13T08:00:00+00:00", joan, grace)
    both = said(await joan.get("/v1/suggestions"))["items"]
    assert {item["event_name"] for item in both} == {"Summit", "Meetup"}
    talk = await ask(joan, grace, "learn", "How does one begin to write a compiler?")
    assert await suggested(joan) == {}
    booked = await accept(grace, talk, "By phone")
    mails = await world.mails()
    assert {joan.email, grace.email} <= set(mails)
    for event in (summit, meetup):
        await world.it_is(clock().isoformat(), event.organizer)
    other = await summit.organizer.get(f"/v1/events/{MEETUP}/stats")
    assert said(other, 404)["code"] == "event_not_found"

    # It comes to nothing: Grace is suggested no more for either event, and both calendars hear of it.
    await world.it_is((clock() + timedelta(minutes=5)).isoformat(), joan, grace)
    said(await grace.post(f"/v1/interviews/{talk['id']}/cancel", json={"reply": "I fell ill, sorry."}))
    await world.it_is((clock() + timedelta(minutes=5)).isoformat(), joan, grace)
    assert await suggested(joan) == {}
    kit = await joan.get(f"/v1/interviews/{talk['id']}/kit")
    assert said(kit, 409)["code"] == "not_scheduled"
    assert datetime.fromisoformat(booked["starts_at"]) > clock()

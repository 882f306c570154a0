"""Who was imported and claimed nothing says, at the address in their ticket's mail, that we shall leave them alone."""

import re
from email.message import EmailMessage
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from server.accounts.models import ErasedAddress, Person
from server.events.models import Attendance
from server.mailed_links import OPT_OUT, write_token
from server.people.models import Release
from tests.builders import make_event
from tests.claims.ticketing import claim
from tests.doors.stations import stand, ticket
from tests.events.facts import send_list
from tests.exhibitors.fair import Fair, hold_fair
from tests.phones import sign_in
from tests.scans.conference import Guest, scan_of

ADDRESS = "alan@example.org"


@pytest.fixture
async def fair(client, database, settings, clock) -> Fair:
    return await hold_fair(client, database, settings, now=clock.now)


@pytest.fixture
async def alan(fair: Fair) -> Guest:
    """Imported; he never claimed his place."""
    return await fair.conference.guest(
        email=ADDRESS, name="Alan Turing", role="Fellow", organisation="King's"
    )


@pytest.fixture
async def grace_there(fair: Fair, grace) -> Guest:
    return await fair.conference.guest(grace)


@pytest.fixture
async def mailed(fair: Fair, alan: Guest, outbox) -> EmailMessage:
    await outbox.new_mails()  # the exhibitor's invitation
    assert (await order(fair, alan))["promised"] == 1
    (mail,) = await outbox.new_mails()
    return mail


async def order(fair: Fair, guest: Guest) -> dict:
    body = {"id": str(uuid4()), "recipients": "chosen", "attendance_ids": [str(guest.attendance.id)]}
    answer = await fair.olga.post(f"/v1/events/{fair.event_id}/ticket_mailings", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


def path_of(mail: EmailMessage) -> str:
    return re.search(r"https://hallway\.example(/opt-out/\S+)", mail.get_body(("plain",)).get_content())[1]


async def hidden(database, guest: Guest) -> bool:
    async with database.transaction() as db:
        query = select(Person.leaving_at).where(Person.id == guest.attendance.person_id)
        return await db.scalar(query) is not None


async def test_the_mail_says_who_gave_the_address_and_why_and_where_to_opt_out(mailed, client):
    for kind in ("plain", "html"):
        said = " ".join(mailed.get_body((kind,)).get_content().split())
        assert "the organizer of PyCon gave us your name and address, so that" in said.replace("&#x27;", "'")
        assert f"https://hallway.example{path_of(mailed)}" in said
    assert re.fullmatch(r"/opt-out/[\w-]{43}", path_of(mailed))


async def test_whoever_claimed_is_asked_nothing_by_their_ticket(fair, grace_there, outbox):
    await outbox.new_mails()
    await order(fair, grace_there)
    (mail,) = await outbox.new_mails()
    assert "opt-out" not in mail.as_string()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_looking_at_the_page_does_nothing(mailed, client, database, alan, method):
    answer = await client.request(method, path_of(mailed))
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert not await hidden(database, alan)
    async with database.transaction() as db:
        assert (await db.scalars(select(ErasedAddress))).all() == []


async def test_the_button_hides_them_from_people_and_stands_while_the_ticket_opens_the_door(
    mailed, client, database, settings, fair, alan, grace_there, clock
):
    await grace_there.scan(alan, at=clock.now)
    await fair.capture(fair.erin, alan, at=clock.now, given_at_stand=True, text_version=1)
    (met,), (lead,) = await grace_there.connections(), await fair.leads()
    assert (met["name"], met["role"], lead["name"]) == ("Alan Turing", "Fellow", "Alan Turing")

    clock.tick(minutes=1)
    for _ in range(2):
        answer = await client.post(path_of(mailed))
        assert (answer.status_code, "show you to nobody" in answer.text) == (200, True)

    (met,), (lead,) = await grace_there.connections(), await fair.leads()
    assert (met["name"], met["role"], met["organisation"]) == ("A former attendee", "", "")
    assert (lead["withdrawn"], lead["name"], lead["role"]) == (True, "", "")
    async with database.transaction() as db:
        query = select(Release.withdrawn_at).where(Release.subject_id == alan.attendance.person_id)
        assert set(await db.scalars(query)) == {clock.now}

    clock.tick(minutes=1)
    refused = await fair.erin.post(
        f"/v1/events/{fair.event_id}/leads",
        json=scan_of(alan, at=clock.now, given_at_stand=True, text_version=1),
    )
    assert refused.json()["code"] == "no_consent", refused.text
    north = await stand(fair.conference, fair.olga, "North door")
    entry = scan_of(await ticket(fair.conference, alan, settings), at=clock.now, purpose="entry")
    (entered,) = (await north.sync([entry], now=clock.now))["items"]
    assert (entered["outcome"], entered["state"]) == ("recorded", "recorded")


async def test_nothing_is_mailed_to_them_again_and_no_list_begins_anew(
    mailed, client, database, fair, alan, outbox, clock
):
    await client.post(path_of(mailed))
    again = await order(fair, alan)
    assert (again["promised"], again["left_out"]) == (0, 1)

    event_id = await another(fair, clock)
    listed = await send_list(
        fair.olga,
        f"Order;Name;E-mail\nX-1;A. Turing;{ADDRESS}\nX-2;Kurt;kurt@example.org\n",
        f"/v1/events/{event_id}",
    )
    assert listed.json()["created"] == 2
    assert await shown(fair, event_id) == {"A. Turing": False, "Kurt": True}
    async with database.transaction() as db:
        assert ADDRESS not in str([row.__dict__ for row in await db.scalars(select(ErasedAddress))])
    assert await outbox.new_mails() == []


async def another(fair: Fair, clock) -> str:
    """A second event of the same organizer."""
    event = await make_event(fair.conference.database, now=clock.now, owner=fair.olga.email, name="DjangoCon")
    return str(event.id)


async def test_somebody_added_by_hand_who_opted_out_stays_out(mailed, client, fair, clock):
    await client.post(path_of(mailed))
    event_id = await another(fair, clock)
    for name, email in (("A. Turing", ADDRESS), ("Kurt", "kurt@example.org")):
        await add(fair, event_id, name=name, email=email)
    assert await shown(fair, event_id) == {"A. Turing": False, "Kurt": True}


@pytest.mark.parametrize("how", ["edited", "listed"])
async def test_a_place_that_comes_under_the_address_of_somebody_who_opted_out_is_hidden_too(
    mailed, client, fair, grace_there, how, clock
):
    await client.post(path_of(mailed))
    turing = await fair.conference.guest(name="A. Turing", email="typo@example.org", external_id="X-1")
    kurt = await fair.conference.guest(name="Kurt", email="kurt@example.org", external_id="X-2")
    for guest in (turing, kurt):
        await grace_there.scan(guest, at=clock.now)
    await fair.capture(fair.erin, turing, at=clock.now, given_at_stand=True, text_version=1)

    clock.tick(minutes=1)
    if how == "edited":
        path = f"/v1/events/{fair.event_id}/attendees/{turing.attendance.id}"
        answer = await fair.olga.edit(path, {"email": ADDRESS.title()})
        assert answer.status_code == 200, answer.text
    else:
        answer = await send_list(
            fair.olga,
            f"external_id;Name;E-mail\nX-1;A. Turing;{ADDRESS}\nX-2;Kurt;kurt@elsewhere.example.org\n",
            f"/v1/events/{fair.event_id}",
        )
        assert (answer.status_code, answer.json()["updated"]) == (200, 2), answer.text

    assert {
        name: seen for name, seen in (await shown(fair, fair.event_id)).items() if name != "Alan Turing"
    } == {
        "A. Turing": False,
        "Kurt": True,
    }
    assert [one["name"] for one in await grace_there.connections()] == ["Kurt", "A former attendee"]
    assert [lead["withdrawn"] for lead in await fair.leads()] == [True]
    clock.tick(minutes=1)
    again = await fair.capture(fair.erin, turing, at=clock.now, given_at_stand=True, text_version=1)
    assert again["code"] == "no_consent"


async def test_whoever_claimed_their_place_keeps_it_whatever_address_the_organizer_writes(
    mailed, client, database, fair, grace_there
):
    await client.post(path_of(mailed))
    path = f"/v1/events/{fair.event_id}/attendees/{grace_there.attendance.id}"
    answer = await fair.olga.edit(path, {"email": ADDRESS, "external_id": "X-3"})
    assert answer.status_code == 200, answer.text
    assert not await hidden(database, grace_there)


async def add(fair: Fair, event_id: str, **facts: str) -> None:
    answer = await fair.olga.post(f"/v1/events/{event_id}/attendees", json={"id": str(uuid4()), **facts})
    assert answer.status_code == 201, answer.text


async def shown(fair: Fair, event_id: str) -> dict[str, bool]:
    """Whether each unclaimed place of an event is shown to people and stands, by name."""
    async with fair.conference.database.transaction() as db:
        rows = await db.execute(
            select(Attendance.name, Person.leaving_at.is_(None), Attendance.left_at.is_(None))
            .join(Person, Person.id == Attendance.person_id)
            .where(Attendance.event_id == UUID(event_id), Attendance.account_id.is_(None))
        )
        found = rows.all()
    assert all(seen == there for _, seen, there in found)
    return {name: seen for name, seen, _ in found}


async def test_claiming_undoes_it(mailed, client, database, fair, alan, grace_there, outbox, clock):
    await grace_there.scan(alan, at=clock.now)
    await client.post(path_of(mailed))
    clock.tick(minutes=1)
    phone = await sign_in(client, outbox, ADDRESS)
    assert (await grace_there.connections())[0]["name"] == "A former attendee", "not yet"
    claimed = await claim(phone, fair.conference, consents={})
    assert claimed.status_code == 200, claimed.text

    (met,) = await grace_there.connections()
    assert (met["person_id"], met["name"]) == (phone.person_id, "Alan Turing")
    async with database.transaction() as db:
        assert (await db.scalars(select(ErasedAddress))).all() == []
    assert (await order(fair, alan))["promised"] == 1
    assert len(await outbox.new_mails()) == 1


async def test_a_letter_that_went_astray_hides_its_reader_not_whom_it_was_for(
    mailed, client, database, fair, alan, clock
):
    async with database.transaction() as db:
        place = await db.get_one(Attendance, (alan.event.id, alan.attendance.id))
        place.email = "turing@example.org"
    assert (await client.post(path_of(mailed))).status_code == 200
    assert not await hidden(database, alan)
    async with database.transaction() as db:
        assert len((await db.scalars(select(ErasedAddress))).all()) == 1


async def test_whoever_claimed_since_or_has_an_account_keeps_their_mail(
    mailed, client, database, fair, alan, outbox, clock
):
    phone = await sign_in(client, outbox, ADDRESS)
    await claim(phone, fair.conference, consents={})
    assert (await client.post(path_of(mailed))).status_code == 200
    async with database.transaction() as db:
        assert (await db.scalars(select(ErasedAddress))).all() == []
        person = await db.scalar(select(Person).where(Person.leaving_at.is_not(None)))
        assert person is None


@pytest.mark.parametrize("token", ["x", "A" * 43, "é" * 43, "-" * 44])
async def test_what_we_did_not_write_leads_nowhere(client, clean, token):
    for answer in (await client.get(f"/opt-out/{token}"), await client.post(f"/opt-out/{token}")):
        assert (answer.status_code, "leads nowhere" in answer.text) == (404, True)


async def test_an_address_for_another_purpose_or_of_no_letter_leads_nowhere(client, settings, clean):
    secret = settings.secret("session")
    for token in (write_token(secret, "stop mail", uuid4()), write_token(secret, OPT_OUT, uuid4())):
        assert (await client.get(f"/opt-out/{token}")).status_code == 404
        assert (await client.post(f"/opt-out/{token}")).status_code == 404

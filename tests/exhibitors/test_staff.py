"""Who may do what at an exhibitor: admins run it, staff read leads, scan-only staff capture, organizers count."""

import asyncio
from uuid import uuid4

import pytest

from tests.events.facts import problem
from tests.exhibitors.fair import Fair
from tests.phones import Phone


def body(fair: Fair, **changes) -> dict:
    return {
        "id": str(uuid4()), "name": "Babbage", "admin_email": "boss@example.org", "admin_name": "B", **changes,
    }  # fmt: skip


async def create(fair: Fair, phone: Phone, facts: dict):
    return await phone.post(f"/v1/events/{fair.event_id}/exhibitors", json=facts)


async def test_a_manager_creates_an_exhibitor_and_names_its_admin(fair: Fair, clock):
    facts = body(fair)
    first, again = [await create(fair, fair.olga, facts) for _ in range(2)]
    other = await create(fair, fair.olga, {**facts, "name": "Other"})
    taken = await create(fair, fair.olga, body(fair, admin_email=fair.erin.email))

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {
        "id": facts["id"], "name": "Babbage", "booth": "", "leads": 0, "version": 1,
    }  # fmt: skip
    assert (problem(other), problem(taken)) == ((409, "id_reused"), (409, "already_staff"))
    assert problem(await create(fair, fair.erin, body(fair))) == (404, "event_not_found")
    listed = (await fair.olga.get(f"/v1/events/{fair.event_id}/exhibitors")).json()
    assert ([item["name"] for item in listed["items"]], listed["next_cursor"]) == (["Acme", "Babbage"], None)


async def test_exhibitors_are_paged_by_name(fair: Fair, clock):
    await create(fair, fair.olga, body(fair))
    path = f"/v1/events/{fair.event_id}/exhibitors"
    page = (await fair.olga.get(f"{path}?limit=1")).json()
    rest = (await fair.olga.get(f"{path}?limit=1&cursor={page['next_cursor']}")).json()
    assert [item["name"] for item in page["items"] + rest["items"]] == ["Acme", "Babbage"]
    assert rest["next_cursor"] is None


async def test_an_exhibitor_is_renamed_by_its_version_and_the_ledger_keeps_the_name_it_had(fair: Fair, clock):
    ada = await fair.visitor("ada")
    await fair.capture(fair.erin, ada, at=clock.now)
    assert problem(await fair.olga.ask("PATCH", fair.path, json={"name": "X"})) == (428, "version_required")
    renamed = await fair.olga.edit(fair.path, {"name": "Acme & Sons", "booth": ""})

    assert (renamed.json()["name"], renamed.json()["booth"], renamed.headers["etag"]) == (
        "Acme & Sons",
        "",
        '"2"',
    )
    assert problem(await fair.erin.edit(fair.path, {"name": "Mine"})) == (404, "event_not_found")
    assert [row["exhibitor_name"] for row in (await ada.phone.get("/v1/me/releases")).json()["items"]] == [
        "Acme"
    ]


async def test_staff_find_where_they_work_without_a_place_at_the_event(fair: Fair, clock):
    frank = await fair.phone("frank")
    await fair.hire("frank", "scan_only", email=frank.email)
    assert (await frank.get("/v1/me/exhibitors")).json() == {
        "items": [
            {
                "event_id": fair.event_id,
                "event_name": "PyCon",
                "doors_open_at": "2026-06-04T06:00:00Z",
                "doors_close_at": "2026-06-04T19:00:00Z",
                "exhibitor_id": fair.exhibitor_id,
                "name": "Acme",
                "booth": "B12",
                "role": "scan_only",
            }
        ],
        "next_cursor": None,
    }
    assert (await fair.olga.get("/v1/me/exhibitors")).json()["items"] == []


async def test_each_role_may_do_what_it_may(fair: Fair, clock):
    reader, scanner, stranger = [await fair.phone(name) for name in ("reader", "scanner", "stranger")]
    await fair.hire("reader", "staff", email=reader.email)
    await fair.hire("scanner", "scan_only", email=scanner.email)
    ada = await fair.visitor("ada")
    await fair.capture(scanner, ada, at=clock.now)
    (lead,) = await fair.leads()
    asks = {
        "list": ("GET", "/leads", None),
        "export": ("GET", "/leads/export", None),
        "edit": ("PATCH", f"/leads/{lead['id']}", {"rating": 3}),
        "staff": ("GET", "/staff", None),
        "hire": ("POST", "/staff", {"id": str(uuid4()), "name": "New", "role": "scan_only"}),
        "devices": ("GET", "/devices", None),
        "invite": ("POST", "/devices", {"id": str(uuid4()), "station": "Desk"}),
        "revoke": ("DELETE", f"/devices/{uuid4()}", None),
    }

    async def answers(phone: Phone) -> dict[str, int]:
        said = {}
        for name, (method, path, json) in asks.items():
            options = {"headers": {"if-match": "*"}} | ({} if json is None else {"json": json})
            said[name] = (await phone.ask(method, fair.path + path, **options)).status_code
        return said

    nothing = dict.fromkeys(asks, 403)
    assert await answers(stranger) == dict.fromkeys(asks, 404)
    assert await answers(ada.phone) == dict.fromkeys(asks, 404)
    assert await answers(scanner) == {**nothing, "staff": 200}
    assert await answers(reader) == {**nothing, "list": 200, "export": 200, "edit": 200, "staff": 200}
    assert await answers(fair.olga) == nothing
    assert await answers(fair.erin) == {
        **dict.fromkeys(asks, 200), "hire": 201, "invite": 201, "revoke": 404,
    }  # fmt: skip


async def test_managers_name_admins_until_one_has_joined_and_again_when_none_is_left(fair: Fair, clock):
    facts = body(fair)
    await create(fair, fair.olga, facts)
    path = f"/v1/events/{fair.event_id}/exhibitors/{facts['id']}"
    staff = (await fair.olga.get(f"{path}/staff")).json()["items"]
    boss = await fair.phone("chef")
    right = {"id": str(uuid4()), "name": "Chef", "email": boss.email, "role": "admin"}

    assert [(member["email"], member["role"], member["joined"]) for member in staff] == [
        ("boss@example.org", "admin", False)
    ]
    assert (await fair.olga.post(f"{path}/staff", json=right)).status_code == 201
    assert (await fair.olga.delete(f"{path}/staff/{staff[0]['id']}")).status_code == 204
    assert (await boss.get(f"{path}/leads")).status_code == 200
    assert problem(await fair.olga.get(f"{path}/staff")) == (403, "role_required")
    assert problem(await fair.olga.post(f"{path}/staff", json={**right, "id": str(uuid4())})) == (
        403,
        "role_required",
    )
    assert (await boss.delete(f"{path}/staff/{right['id']}")).status_code == 204
    assert (await fair.olga.get(f"{path}/staff")).json()["items"] == []
    assert problem(await boss.get(f"{path}/leads")) == (404, "exhibitor_not_found")


async def test_an_address_works_for_one_exhibitor_and_an_account_for_the_first_that_it_used(
    fair: Fair, clock
):
    frank = await fair.phone("frank")
    facts = body(fair, admin_email=frank.email)
    await create(fair, fair.olga, facts)
    again = await fair.erin.post(
        f"{fair.path}/staff",
        json={"id": str(uuid4()), "name": "Frank", "email": frank.email, "role": "staff"},
    )
    assert problem(again) == (409, "already_staff")
    assert problem(await frank.get(f"{fair.path}/leads")) == (404, "exhibitor_not_found")


async def test_adding_again_is_the_same_and_who_reads_needs_an_address(fair: Fair, clock):
    frank = {"id": str(uuid4()), "name": "Frank", "email": "f@example.org", "role": "staff"}
    first, again = [await fair.erin.post(f"{fair.path}/staff", json=frank) for _ in range(2)]
    other = await fair.erin.post(f"{fair.path}/staff", json={**frank, "role": "admin"})
    nameless = await fair.erin.post(
        f"{fair.path}/staff", json={"id": str(uuid4()), "name": "Sam", "role": "staff"}
    )

    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json() == again.json() == {
        **frank, "joined": False, "added_at": "2026-06-04T09:00:00Z", "removed_at": None,
    }  # fmt: skip
    assert (problem(other), problem(nameless)) == ((409, "id_reused"), (400, "address_needed"))


async def test_everybody_may_leave_and_only_admins_send_others_away(fair: Fair, clock):
    frank = await fair.phone("frank")
    frank_id = await fair.hire("frank", "staff", email=frank.email)
    sam_id = await fair.hire("sam", "scan_only")
    unknown = await fair.erin.delete(f"{fair.path}/staff/{uuid4()}")

    assert problem(unknown) == (404, "staff_not_found")
    assert problem(await frank.delete(f"{fair.path}/staff/{sam_id}")) == (403, "role_required")
    assert (await frank.delete(f"{fair.path}/staff/{frank_id}")).status_code == 204
    assert problem(await frank.get(f"{fair.path}/staff")) == (404, "exhibitor_not_found")
    assert [(await fair.erin.delete(f"{fair.path}/staff/{sam_id}")).status_code for _ in range(2)] == [
        204,
        204,
    ]
    rehired = await fair.hire("frank", "staff", email=frank.email)
    assert rehired != frank_id
    assert (await frank.get(f"{fair.path}/leads")).status_code == 200


async def test_racing_first_uses_of_one_invitation_bind_it_once(fair: Fair, clock):
    frank = await fair.phone("frank")
    await fair.hire("frank", "staff", email=frank.email)
    answers = await asyncio.gather(*(frank.get(f"{fair.path}/leads") for _ in range(6)))
    assert {answer.status_code for answer in answers} == {200}


async def test_an_exhibitors_devices_are_its_own_and_supervisors_see_and_revoke_them(fair: Fair, clock):
    other = body(fair, admin_email="boss@example.org")
    await create(fair, fair.olga, other)
    boss = await fair.phone("boss")
    tablet = await fair.tablet()
    (device,) = (await fair.erin.get(f"{fair.path}/devices")).json()["items"]
    others = f"/v1/events/{fair.event_id}/exhibitors/{other['id']}/devices"

    assert (device["station"], device["purpose"], device["exhibitor_id"]) == (
        "Front desk",
        "exhibitor",
        fair.exhibitor_id,
    )
    assert (await boss.get(others)).json()["items"] == []
    assert problem(await boss.delete(f"{others}/{device['id']}")) == (404, "event_device_not_found")
    reused = await boss.post(others, json={"id": device["id"], "station": "Front desk"})
    assert problem(reused) == (409, "id_reused")
    (seen,) = (await fair.olga.get(f"/v1/events/{fair.event_id}/devices")).json()["items"]
    assert {name: seen[name] for name in device} == device
    assert (await fair.erin.delete(f"{fair.path}/devices/{device['id']}")).status_code == 204
    assert problem(await tablet.phone.get("/v1/event_devices/current")) == (401, "device_revoked")


@pytest.mark.parametrize(("visitors", "told"), [(1, 0), (4, 0), (5, 5), (6, 5)])
async def test_organizers_count_leads_in_steps_of_five(fair: Fair, clock, visitors, told):
    for number in range(visitors):
        await fair.capture(fair.erin, await fair.visitor(f"v{number}"), at=clock.now)
    (listed,) = (await fair.olga.get(f"/v1/events/{fair.event_id}/exhibitors")).json()["items"]
    assert listed["leads"] == told


async def test_staff_with_an_address_are_invited_by_mail(fair: Fair, outbox):
    await outbox.new_mails()
    await fair.hire("frank", email="frank@example.org")
    await fair.hire("zoe", "scan_only")
    (mail,) = await outbox.new_mails()
    assert (mail["To"], mail["Subject"]) == ("frank@example.org", "Acme at PyCon: you are invited")
    assert "Hello Frank" in mail.get_content()


async def test_the_first_admin_is_invited_by_mail(fair: Fair, outbox):
    assert await outbox.run_jobs() == ["send_mail"]
    assert fair.erin.email in {mail["To"] for mail in await outbox.new_mails()}

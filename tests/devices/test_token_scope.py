"""A device token delivers scans and reads their sync state. It does nothing else, by construction."""

import base64
import json
import typing
from uuid import uuid4

import pytest

from server.contract_file import contract_app
from server.devices.access import Deliverer, Scanner
from server.devices.tokens import DeviceToken, read_device_token, write_device_token
from server.docs.document import handlers
from tests.builders import make_event
from tests.contract_checks import document
from tests.devices.phones import holder_of, register
from tests.phones import Phone, sign_in
from tests.scans.conference import Guest, scan_of

ALLOWED = {"record_scan", "record_lead", "sync_scans", "check_in", "undo_scan", "get_sync_state"}
AT_THE_DOOR = {"get_station", "get_ticket_keys", "list_revocations", "list_door_attendees"}
SECRET = b"for-tests-only"
OPERATIONS = {
    operation["operationId"]: (method, path, operation)
    for path, item in document()["paths"].items()
    for method, operation in item.items()
    if isinstance(operation, dict)
}
OTHERS = sorted(
    name
    for name, (*_, operation) in OPERATIONS.items()
    if name not in ALLOWED and operation.get("security", [])
)


def test_the_contract_says_what_a_device_may():
    assert {
        name
        for name, (*_, operation) in OPERATIONS.items()
        if {"device": []} in operation.get("security", [])
    } == ALLOWED


def test_the_contract_says_what_a_device_of_an_event_may():
    assert {
        name
        for name, (*_, operation) in OPERATIONS.items()
        if {"station": []} in operation.get("security", [])
    } == ALLOWED | AT_THE_DOOR | {"list_shift_names"}


def test_only_what_a_device_may_takes_its_proof():
    assert {
        handler.operation_id
        for handler in handlers(contract_app())
        if {Scanner, Deliverer} & set(typing.get_type_hints(handler.fn).values())
    } == ALLOWED


async def test_every_other_operation_asks_a_device_to_sign_in(ada, clock):
    phone = holder_of(ada, await register(ada))
    assert await answers_of(phone, OTHERS) == dict.fromkeys(OTHERS, (401, "sign_in_required"))
    assert len(OTHERS) > 80


async def test_a_device_of_an_event_delivers_learns_what_it_is_for_and_nothing_else(ada, database, clock):
    event = await make_event(database, now=clock.now, owner=ada.email)
    invited = await ada.post(
        f"/v1/events/{event.id}/devices",
        json={"id": str(uuid4()), "station": "North door", "purpose": "door"},
    )
    provisioned = await ada.client.post(
        "/v1/event_devices", json={"code": invited.json()["code"], "label": "Tablet", "platform": "ios"}
    )
    phone = holder_of(ada, provisioned.json())
    others = sorted(
        name
        for name, (*_, operation) in OPERATIONS.items()
        if operation.get("security", []) and {"station": []} not in operation["security"]
    )

    assert (await phone.get("/v1/event_devices/current")).status_code == 200
    assert len(others) > 80
    assert await answers_of(phone, others) == dict.fromkeys(others, (401, "sign_in_required"))


async def answers_of(phone: Phone, names: list[str]) -> dict[str, tuple]:
    answers = {}
    for name in names:
        method, path, operation = OPERATIONS[name]
        answer = await phone.ask(
            method.upper(), address(path, operation), content=body(operation), headers=headers(operation)
        )
        answers[name] = (answer.status_code, answer.json()["code"])
    return answers


def address(path: str, operation: dict) -> str:
    parameters = operation.get("parameters", [])
    for parameter in parameters:
        if parameter["in"] == "path":
            value = str(uuid4()) if parameter["schema"].get("format") == "uuid" else example(parameter)
            path = path.replace("{" + parameter["name"] + "}", str(value))
    asked = "&".join(
        f"{parameter['name']}={uuid4() if parameter['schema'].get('format') == 'uuid' else example(parameter)}"
        for parameter in parameters
        if parameter["in"] == "query" and parameter.get("required")
    )
    return f"{path}?{asked}" if asked else path


def example(parameter: dict) -> object:
    schema = parameter["schema"]
    if "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return next(iter(schema.get("enum", [])), 1 if schema.get("type") == "integer" else "x")


def body(operation: dict) -> bytes | None:
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        return json.dumps(content["application/json"].get("example", {})).encode()
    return b"x" if content else None


def headers(operation: dict) -> dict[str, str]:
    content = operation.get("requestBody", {}).get("content", {})
    return {"if-match": "*"} | ({"content-type": next(iter(content))} if content else {})


async def test_signing_out_keeps_a_device_delivering_and_revoking_ends_it(
    ada_there: Guest, grace_there: Guest, clock, outbox
):
    ada = ada_there.phone
    device = await register(ada)
    phone = holder_of(ada, device)
    path = f"/v1/events/{ada_there.event.id}"
    state = f"{path}/sync_state?device_id={device['id']}&last_sequence=2"
    body = {"device_time": clock.now.isoformat(), "items": [scan_of(grace_there, at=clock.now, sequence=2)]}
    scan = scan_of(grace_there, at=clock.now, sequence=1)

    assert (await ada.delete("/v1/sessions/current")).status_code == 204
    assert (await ada.get("/v1/me")).status_code == 401
    assert (await phone.post(f"{path}/scans", json=scan)).status_code == 201
    assert (await phone.post(f"{path}/scans/sync", json=body)).json()["items"][0]["outcome"] == "recorded"
    assert (await phone.get(state)).json()["safe_to_wipe"] is True
    undone = await phone.post(f"{path}/scans/{scan['id']}/undo", json={"undone_at": clock.now.isoformat()})
    assert undone.json()["outcome"] == "undone"

    signed_in = await sign_in(ada.client, outbox, ada.email)
    assert (await signed_in.delete(f"/v1/me/devices/{device['id']}")).status_code == 204
    undo = await phone.post(f"{path}/scans/{scan['id']}/undo", json={"undone_at": clock.now.isoformat()})
    for answer in (await phone.get(state), undo):
        assert (answer.status_code, answer.json()["code"]) == (401, "device_revoked")


@pytest.mark.parametrize(
    "way", ["cut", "longer", "another person", "another secret", "flipped", "no prefix", "ö"]
)
def test_a_token_that_we_did_not_write_is_nobodys(way):
    token = DeviceToken(person_id=uuid4(), device_id=uuid4())
    written = write_device_token(SECRET, token)
    raw = base64.urlsafe_b64decode(written.removeprefix("hwd_") + "==")
    other = uuid4().bytes + raw[16:]
    forged = {
        "cut": written[:-1],
        "longer": written + "A",
        "another person": "hwd_" + base64.urlsafe_b64encode(other).decode().rstrip("="),
        "another secret": write_device_token(b"another", token),
        "flipped": written[:10] + ("A" if written[10] != "A" else "B") + written[11:],
        "no prefix": written.removeprefix("hwd_"),
        "ö": "hwd_ö" + written[5:],
    }[way]
    assert read_device_token(SECRET, written) == token
    assert read_device_token(SECRET, forged) is None


async def test_a_token_of_a_device_never_registered_is_nobodys(ada_there: Guest, settings, clock):
    token = write_device_token(
        settings.secret("session"), DeviceToken(person_id=ada_there.attendance.person_id, device_id=uuid4())
    )
    phone = holder_of(ada_there.phone, {"device_token": token})
    answer = await phone.get(
        f"/v1/events/{ada_there.event.id}/sync_state?device_id={uuid4()}&last_sequence=0"
    )
    assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_required")

"""Every operation says what it is and asks for proof."""

import inspect
import re
import typing

import pytest
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel

from schemas.wire import In
from server.accounts.access import SignedIn
from server.badges.access import Door, Participant
from server.contract_file import contract_app
from server.devices.access import Deliverer, Scanner, Station
from server.docs.document import contract, handlers, models
from server.docs.examples import example_of
from server.events.access import Attendee, Organizer
from server.exhibitors.access import ExhibitorStaff

PROOFS = {SignedIn, Scanner, Deliverer, Station, Organizer, Attendee, Participant, Door, ExhibitorStaff}
APP = contract_app()
HANDLERS = {handler.operation_id: handler for handler in handlers(APP)}
DOCUMENT = contract(APP)
INPUTS, OUTPUTS = models(APP)


def proofs_of(handler: HTTPRouteHandler) -> set[type]:
    """The proofs that a handler's function takes."""
    hints = typing.get_type_hints(handler.fn)
    return {hint for hint in hints.values() if hint in PROOFS}


def test_there_are_operations():
    assert HANDLERS


@pytest.mark.parametrize("operation_id", sorted(HANDLERS))
def test_an_operation_asks_for_proof_or_is_marked_public(operation_id):
    handler = HANDLERS[operation_id]
    assert bool(proofs_of(handler)) != handler.opt["public"], (
        f"{operation_id}: proof or public, not both, not neither"
    )


@pytest.mark.parametrize("operation_id", sorted(HANDLERS))
def test_an_operation_has_a_summary_and_takes_no_raw_ids_of_people_signed_in(operation_id):
    handler = HANDLERS[operation_id]
    assert handler.summary
    assert not {"account_id", "session", "user"} & set(inspect.signature(handler.fn).parameters)


def test_every_route_in_the_api_is_an_operation():
    unnamed = [
        f"{sorted(handler.http_methods)} {route.path}"
        for route in APP.routes
        for handler in getattr(route, "route_handlers", [])
        if isinstance(handler, HTTPRouteHandler)
        and route.path.startswith("/v1")
        and not handler.operation_id
        and handler.resolve_include_in_schema()
    ]
    assert unnamed == []


def test_operation_ids_are_unique():
    ids = [
        operation["operationId"]
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    assert sorted(ids) == sorted(set(ids))


@pytest.mark.parametrize("model", INPUTS + OUTPUTS, ids=lambda model: model.__name__)
def test_a_models_example_is_a_good_one(model: type[BaseModel]):
    mode = "validation" if model in INPUTS else "serialization"
    schema = model.model_json_schema(mode=mode, ref_template="#/components/schemas/{model}")
    example = example_of(schema, schema.get("$defs", {}))
    model.model_validate(example, by_alias=True, by_name=True)


@pytest.mark.parametrize("model", INPUTS + OUTPUTS, ids=lambda model: model.__name__)
def test_every_field_is_described(model: type[BaseModel]):
    assert [name for name, field in model.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("model", OUTPUTS, ids=lambda model: model.__name__)
def test_every_output_property_is_always_present(model: type[BaseModel]):
    assert [name for name, field in model.model_fields.items() if not field.is_required()] == []


@pytest.mark.parametrize("model", INPUTS, ids=lambda model: model.__name__)
def test_every_input_forbids_what_it_does_not_know(model: type[BaseModel]):
    assert issubclass(model, In)


def test_every_operation_stands_under_one_tag_that_is_described():
    described = {tag["name"] for tag in DOCUMENT["tags"]}
    for path in DOCUMENT["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                assert len(operation["tags"]) == 1
                assert set(operation["tags"]) <= described


def test_every_operation_and_every_schema_is_described():
    operations = [
        operation
        for path in DOCUMENT["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    ]
    assert [found["operationId"] for found in operations if not found.get("description")] == []
    schemas = DOCUMENT["components"]["schemas"]
    assert [name for name, schema in schemas.items() if not schema.get("description")] == []


def test_every_schema_has_a_name_that_a_person_gave_it():
    schemas = DOCUMENT["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"[A-Z][A-Za-z]+", name)] == []
    inline = [
        f"{name}.{field}"
        for name, schema in schemas.items()
        for field, shape in schema.get("properties", {}).items()
        if "object" in (shape.get("type"), shape.get("items", {}).get("type"))
    ]
    assert inline == []


def test_no_field_of_a_body_is_named_like_what_routes_are_given():
    """Litestar would take a fault in the one for a defect in the other, and answer 500."""
    collisions = {
        handler.operation_id: set(body.annotation.model_fields) & set(handler.resolve_dependencies())
        for handler in handlers(contract_app())
        if (body := handler.parsed_data_field) and hasattr(body.annotation, "model_fields")
    }
    assert len(collisions) > 40
    assert {name: fields for name, fields in collisions.items() if fields} == {}

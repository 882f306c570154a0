"""The contract as a document: OpenAPI 3.1 from the code, made the same on every machine.

Litestar's own schemas of pydantic models lose patterns, nested limits and `additionalProperties`, so every
component is taken from pydantic itself. Examples come from the fields' examples and are filled into every body.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from schemas.wire import Problem
from server.failures import Failure, InvalidRequest
from server.problems import status_of

INTRODUCTION = Path(__file__).parent / "introduction.md"
TAGS = {
    "sign-in": "Codes, sessions and tokens.",
    "me": "Who I am, what I look for, what my cards give, and who got what.",
    "events": "Conferences: who runs them and who comes.",
    "attendees": "The organizer's list: import, add, edit, cancel.",
    "attendance": "My place at an event, my consents there, and the others who are listed.",
    "badges": "Codes worn in public, tickets that open the door.",
    "devices": "Phones that deliver scans, whether or not somebody is signed in on them.",
    "scans": "What phones deliver, also after a day without signal.",
    "doors": "Who goes in and out, and what went wrong there.",
    "connections": "People I met.",
    "exhibitors": "Teams within an event, and the visitors who agreed to become their leads.",
    "suggestions": "Whom to talk to again, and why.",
    "interviews": "Talks asked for, booked and held.",
    "nudges": "Our reminders: few, and they end.",
    "sync": "What has changed for me, for a phone that keeps it.",
    "stats": "Did the event connect people.",
    "exports": "What organizers take away.",
    "health": "For load balancers.",
}


def contract(app: Litestar) -> dict[str, Any]:
    document = app.openapi_schema.to_schema()
    document["info"]["description"] = INTRODUCTION.read_text()
    document["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
    document["tags"] = [{"name": name, "description": says} for name, says in TAGS.items()]
    document["components"] = {
        "schemas": schemas(app),
        "securitySchemes": {
            "session": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The access token from `sign_in` or `refresh_session`.",
            },
            "station": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token from `provision_device`, for devices of an event: it delivers scans for "
                "what the device is there for, and reads what that takes.",
            },
            "device": {
                "type": "http",
                "scheme": "bearer",
                "description": "The token from `register_device`. It delivers scans, and does nothing else.",
            },
        },
    }
    raised = {handler.operation_id: handler.opt["failures"] for handler in handlers(app)}
    for path in document["paths"].values():
        for operation in path.values():
            if isinstance(operation, dict):
                fill_in_examples(operation, document["components"]["schemas"])
                fill_in_failures(operation, raised[operation["operationId"]])
    document.pop("servers", None)
    return document


def schemas(app: Litestar) -> dict[str, Any]:
    """Every model that a route takes or gives, as pydantic describes it in each role."""
    taken, given = models(app)
    _, definitions = models_json_schema(
        [(model, "validation") for model in taken] + [(model, "serialization") for model in given],
        ref_template="#/components/schemas/{model}",
    )
    return dict(sorted(definitions.get("$defs", {}).items()))


def models(app: Litestar) -> tuple[list[type[BaseModel]], list[type[BaseModel]]]:
    taken: dict[str, type[BaseModel]] = {}
    given: dict[str, type[BaseModel]] = {Problem.__name__: Problem}
    for handler in handlers(app):
        body = handler.parsed_data_field
        for model in _models_in(body.annotation if body else None):
            taken[model.__name__] = model
        answers = (handler.parsed_fn_signature.return_type.annotation, handler.opt["streams"])
        for model in [model for answer in answers for model in _models_in(answer)]:
            given[model.__name__] = model
    return [taken[name] for name in sorted(taken)], [given[name] for name in sorted(given)]


def handlers(app: Litestar) -> Iterator[HTTPRouteHandler]:
    """The handlers of every operation in the contract."""
    for route in app.routes:
        for handler in getattr(route, "route_handlers", []):
            if isinstance(handler, HTTPRouteHandler) and handler.operation_id:
                yield handler


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [model for part in getattr(annotation, "__args__", ()) for model in _models_in(part)]


def fill_in_examples(operation: dict[str, Any], components: dict[str, Any]) -> None:
    for body in (operation.get("requestBody", {}), *operation.get("responses", {}).values()):
        for kind, media in body.get("content", {}).items():
            if kind.startswith("image/"):
                media["schema"] = {"type": "string", "format": "binary"}
            elif media.get("schema") and kind.endswith("json"):
                media["example"] = example_of(media["schema"], components)


def fill_in_failures(operation: dict[str, Any], raised: Iterable[type[Failure]]) -> None:
    """One example for each failure, under its code."""
    for status, response in operation["responses"].items():
        media = response.get("content", {}).get("application/problem+json")
        if media is None:
            continue
        named = [failure for failure in raised if status_of(failure) == int(status)]
        media.pop("example", None)
        media["examples"] = {failure.code: {"value": example_of_failure(failure)} for failure in named}
        response["x-codes"] = [failure.code for failure in named]


def example_of_failure(failure: type[Failure]) -> dict[str, Any]:
    faulty = failure is InvalidRequest
    return {
        "type": f"/problems#{failure.code}",
        "title": failure.title,
        "status": int(status_of(failure)),
        "code": failure.code,
        "detail": None,
        "request_id": "0197e2c5d1d87c3e9a6b5f4e3d2c1b0a",
        "errors": [{"pointer": "/name", "code": "missing", "message": "Field required"}] if faulty else [],
    }


def example_of(schema: dict[str, Any], components: dict[str, Any]) -> Any:
    """An example put together from the examples of the fields."""
    if "$ref" in schema:
        return example_of(components[schema["$ref"].rsplit("/", 1)[-1]], components)
    if schema.get("examples"):
        return schema["examples"][0]
    if "const" in schema:
        return schema["const"]
    if schema.get("enum"):
        return schema["enum"][0]
    if "anyOf" in schema:
        return example_of(schema["anyOf"][0], components)
    if schema.get("type") == "array":
        return [example_of(schema["items"], components)]
    if schema.get("type") == "object":
        return {name: example_of(field, components) for name, field in schema.get("properties", {}).items()}
    return schema.get("default")

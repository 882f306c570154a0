"""The contract as a document: OpenAPI 3.1 from the code, made the same on every machine.

Litestar builds paths and parameters, pydantic the schemas (`shapes.py`); examples come from the fields' examples and
are filled into every body.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel

from schemas.wire import Problem
from server.docs.answers import GOOD, HEADERS, body, examples_of, failed_answers, good_answers
from server.docs.links import add_links
from server.docs.shapes import components_of, plain_parameter
from server.failures import Failure
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
    "suggestions": "Whom to meet at an event, whom to talk to again, and why.",
    "interviews": "Talks asked for, booked and held.",
    "introductions": "People I met lead me to people they met, once both agreed.",
    "balance": "My time for people beside that for applications; mine alone.",
    "nudges": "Our reminders: few, and they end.",
    "sync": "What has changed for me, for a phone that keeps it.",
    "privacy": "Who does not see me, what is mine to take along, how I leave, and how long things are kept.",
    "stats": "Did the event connect people.",
    "exports": "What organizers take away.",
    "health": "For load balancers.",
}
SECURITY_SCHEMES = {
    "session": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token from `sign_in` or `refresh_session`.",
    },
    "station": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token from `provision_device`, for devices of an event: it delivers scans for what the "
        "device is there for, and reads what that takes.",
    },
    "device": {
        "type": "http",
        "scheme": "bearer",
        "description": "The token from `register_device`. It delivers scans, and does nothing else.",
    },
}
METHODS = {"get", "put", "post", "delete", "patch"}


def contract(app: Litestar) -> dict[str, Any]:
    document = app.openapi_schema.to_schema()
    document["info"]["description"] = INTRODUCTION.read_text()
    document["info"]["license"] = {"name": "MIT", "identifier": "MIT"}
    document["info"]["contact"] = {"name": "Whoever runs the server that you talk to"}
    document["servers"] = [{"url": "/", "description": "The server that answers with this contract."}]
    document["tags"] = [{"name": name, "description": says} for name, says in TAGS.items()]
    raised = {handler.operation_id: handler.opt["failures"] for handler in handlers(app)}
    shared: dict[str, Any] = {}
    components = {
        "schemas": components_of(*models(app)),
        "responses": shared,
        "examples": examples_of({failure for failures in raised.values() for failure in failures}),
        "headers": HEADERS,
        "securitySchemes": SECURITY_SCHEMES,
    }
    for method, operation in operations(document):
        finish(operation, raised[operation["operationId"]], components, read=method == "get")
    add_links(document["paths"], components["schemas"])
    document["components"] = {**components, "responses": dict(sorted(shared.items()))}
    return document


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each with its method."""
    for path in document["paths"].values():
        yield from ((method, operation) for method, operation in path.items() if method in METHODS)


def finish(
    operation: dict[str, Any], raised: Iterable[type[Failure]], components: dict[str, Any], *, read: bool
) -> None:
    """What Litestar made of a route, in our words."""
    operation.pop("deprecated", None)
    operation.setdefault("security", [])
    if "parameters" in operation:
        operation["parameters"] = [plain_parameter(parameter) for parameter in operation["parameters"]]
    for kind, media in operation.get("requestBody", {}).get("content", {}).items():
        operation["requestBody"]["content"][kind] = body(kind, media, components["schemas"])

    good = {status: answer for status, answer in operation["responses"].items() if status in GOOD}
    failed: dict[str, list[type[Failure]]] = {}
    for failure in raised:
        failed.setdefault(str(status_of(failure).value), []).append(failure)
    answers = good_answers(good, read=read, schemas=components["schemas"]) | {
        status: failed_answers(status, named, components["responses"]) for status, named in failed.items()
    }
    operation["responses"] = dict(sorted(answers.items()))


def models(app: Litestar) -> tuple[list[type[BaseModel]], list[type[BaseModel]]]:
    """Every model that a route takes, and every one that a route gives."""
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

"""The contract as a file: OpenAPI 3.1 from the code, made the same on every machine.

Litestar's own schemas of pydantic models lose patterns, nested limits and `additionalProperties`, so every
component is taken from pydantic itself. Examples come from the fields' examples and are filled into every body.
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from litestar import Litestar
from litestar.handlers import HTTPRouteHandler
from pydantic import BaseModel, SecretStr
from pydantic.json_schema import models_json_schema

from schemas.wire import Problem
from server.app import create_app
from server.failures import Failure, InvalidRequest
from server.problems import status_of
from server.settings import SECRETS, Settings

PLACEHOLDER = SecretStr("a placeholder: the contract needs no secret")


def contract_text() -> str:
    return json.dumps(contract(contract_app()), indent=2, ensure_ascii=False) + "\n"


def contract_app() -> Litestar:
    """The application as it is, with placeholder secrets: describing it opens nothing."""
    settings = Settings(_env_file=None).model_copy(update=dict.fromkeys(SECRETS, PLACEHOLDER))
    return create_app(settings)


def contract(app: Litestar) -> dict[str, Any]:
    document = app.openapi_schema.to_schema()
    document["components"] = {
        "schemas": schemas(app),
        "securitySchemes": {
            "session": {
                "type": "http",
                "scheme": "bearer",
                "bearerFormat": "JWT",
                "description": "The access token from `sign_in` or `refresh_session`.",
            }
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
        for model in _models_in(handler.parsed_fn_signature.return_type.annotation):
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
        for media in body.get("content", {}).values():
            if media.get("schema"):
                media["example"] = example_of(media["schema"], components)
            if media.get("example") is None:  # a file has none
                media.pop("example", None)


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

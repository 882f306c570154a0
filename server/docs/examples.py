"""Examples in the contract: of bodies, put together from the examples of their fields, and of every failure."""

from typing import Any

from server.failures import Failure, InvalidRequest
from server.problems import status_of


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

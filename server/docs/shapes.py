"""The schemas of the contract, in shapes from which generators make types that a person would have written.

Taken from pydantic, since Litestar's own lose patterns, nested limits and `additionalProperties`.
"""

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

AS_THEY_ARE = {"default", "examples", "enum", "const", "required"}
LARGEST_INT32 = 2**31
NULL = {"type": "null"}
PAGE = "Some of a list, in its order; `next_cursor` leads to the next."


def components_of(taken: list[type[BaseModel]], given: list[type[BaseModel]]) -> dict[str, Any]:
    """Every model, as pydantic describes it in the role it has."""
    _, definitions = models_json_schema(
        [(model, "validation") for model in taken] + [(model, "serialization") for model in given],
        ref_template="#/components/schemas/{model}",
    )
    return {
        name: {"description": PAGE, **plain(schema)} if name.endswith("Page") else plain(schema)
        for name, schema in sorted(definitions.get("$defs", {}).items())
    }


def plain(schema: dict[str, Any]) -> dict[str, Any]:
    """Without titles, which repeat names, and with null as one more type: generators of Kotlin and Swift take unions
    with null for one another, words included."""
    return _without_union(
        {
            keyword: _plain_value(keyword, value)
            for keyword, value in schema.items()
            if keyword != "title" and (keyword, value) != ("default", None)
        }
    )


def _plain_value(keyword: str, value: Any) -> Any:
    if keyword in AS_THEY_ARE:
        return value
    if keyword == "properties":
        return {name: named(name, plain(field)) for name, field in value.items()}
    if isinstance(value, list):
        return [plain(part) if isinstance(part, dict) else part for part in value]
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return plain(value) if isinstance(value, dict) else value


def named(name: str, schema: dict[str, Any]) -> dict[str, Any]:
    """What a generator calls the values of an enumeration, where they are no words; long numbers as such."""
    values = [value for value in schema.get("enum", []) if value is not None]
    if "" in values:  # nothing can be called nothing
        rest = {keyword: value for keyword, value in schema.items() if keyword != "enum"}
        return {**rest, "pattern": f"^({'|'.join(value for value in values if value)})?$"}
    if values and all(isinstance(value, int) for value in values):
        return {**schema, "x-enum-varnames": [f"{name.rsplit('_', 1)[-1]}{value}" for value in values]}
    most = schema.get("maximum", schema.get("exclusiveMaximum", 0))
    return {**schema, "format": "int64"} if most > LARGEST_INT32 else schema


def _without_union(schema: dict[str, Any]) -> dict[str, Any]:
    parts = schema.get("anyOf", schema.get("oneOf", []))
    others = [part for part in parts if part != NULL]
    if not others or not all(isinstance(part.get("type"), str) for part in others):
        return schema
    # An e-mail address or an empty text is a text: what several parts do not share, the server alone says.
    shape = {key: value for key, value in others[0].items() if all(part.get(key) == value for part in others)}
    if NULL in parts:
        shape["type"] = [shape["type"], "null"]
        if "enum" in shape:
            shape["enum"] = [*shape["enum"], None]
    return {**shape, **{key: value for key, value in schema.items() if key not in {"anyOf", "oneOf"}}}


def plain_parameter(parameter: dict[str, Any]) -> dict[str, Any]:
    """A parameter of a URL or a header is there or absent, never null. Its words stand once, beside its schema."""
    schema = plain({key: value for key, value in parameter["schema"].items() if key != "description"})
    if isinstance(schema["type"], list):
        (schema["type"],) = [kind for kind in schema["type"] if kind != "null"]
        if "enum" in schema:
            schema["enum"] = [value for value in schema["enum"] if value is not None]
    what = parameter["name"].removesuffix("_id").replace("_", " ")
    return {
        "name": parameter["name"],
        "in": parameter["in"],
        "description": parameter.get("description") or f"Which {what}.",
        "required": parameter["required"] or parameter["name"] == "If-Match",  # without it: 428
        "schema": named(parameter["name"], schema),
    }

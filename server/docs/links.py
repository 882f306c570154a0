"""What can be done with what was just made: links (OpenAPI 3.1) from creating operations to those on the thing."""

import re
from typing import Any

SELF = re.compile(r"(?P<made>.+)/\{(?P<name>\w+)\}(?P<verb>/[a-z_]+)?")


def add_links(paths: dict[str, Any], schemas: dict[str, Any]) -> None:
    for path, item in paths.items():
        found = SELF.fullmatch(path)
        creator = paths.get(found["made"], {}).get("post") if found else None
        if found is None or creator is None or not _answers_with_id(creator, schemas):
            continue
        methods = ("post",) if found["verb"] else ("get", "patch", "delete")
        for operation in (item[method] for method in methods if method in item):
            for status in ("200", "201"):
                if status in creator["responses"]:
                    links = creator["responses"][status].setdefault("links", {})
                    links[operation["operationId"]] = _link(operation, found["made"], found["name"])


def _link(operation: dict[str, Any], made: str, name: str) -> dict[str, Any]:
    around = re.findall(r"\{(\w+)\}", made)
    return {
        "operationId": operation["operationId"],
        "parameters": {name: "$response.body#/id"} | {one: f"$request.path.{one}" for one in around},
    }


def _answers_with_id(operation: dict[str, Any], schemas: dict[str, Any]) -> bool:
    content = operation["responses"].get("201", {}).get("content", {}).get("application/json", {})
    reference = content.get("schema", {}).get("$ref", "")
    return "id" in schemas.get(reference.rsplit("/", 1)[-1], {}).get("properties", {})

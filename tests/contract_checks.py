"""Every answer that any test receives is held against the contract: status, media type, body, failure code."""

import json
import re
from functools import cache
from typing import Any

import httpx2
from jsonschema_rs import validator_for

from server.contract_file import contract_app
from server.docs.document import contract

UUID = "[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}"


@cache
def document() -> dict[str, Any]:
    return contract(contract_app())


@cache
def operations() -> list[tuple[str, re.Pattern[str], dict[str, Any]]]:
    """Method, path pattern and operation; paths without parameters first, since they win."""
    found = []
    for path, item in sorted(document()["paths"].items(), key=lambda entry: entry[0].count("{")):
        found += [
            (method.upper(), path_pattern(path, operation), operation)
            for method, operation in item.items()
            if method != "parameters"
        ]
    return found


def path_pattern(path: str, operation: dict[str, Any]) -> re.Pattern[str]:
    """A path with a malformed id is no path of this operation: it is answered as one that does not exist."""
    ids = {
        parameter["name"]
        for parameter in operation.get("parameters", [])
        if parameter["in"] == "path" and parameter["schema"].get("format") == "uuid"
    }
    return re.compile(
        "^" + re.sub(r"\{([^}]+)\}", lambda found: UUID if found[1] in ids else "[^/]+", path) + "$"
    )


@cache
def validator(schema: str) -> Any:
    return validator_for({**json.loads(schema), "components": document()["components"]})


async def check_answer(answer: httpx2.Response) -> None:
    path = answer.request.url.path
    operation = next(
        (
            found
            for method, pattern, found in operations()
            if method == answer.request.method and pattern.match(path)
        ),
        None,
    )
    if operation is None:
        return
    name, status = operation["operationId"], str(answer.status_code)
    if status == "304":  # of any read, by RFC 9110: it says what was said before
        assert answer.request.method == "GET"
        assert not await answer.aread()
        return
    declared = operation["responses"].get(status)
    assert declared is not None, f"{name} answered {status}, which its contract does not mention"
    if "$ref" in declared:
        declared = document()["components"]["responses"][declared["$ref"].rsplit("/", 1)[-1]]
    await answer.aread()
    media = answer.headers.get("content-type", "").split(";")[0]
    content = declared.get("content", {})
    if not content:
        assert not answer.content, f"{name} answered {status} with a body that its contract does not mention"
        return
    assert media in content, f"{name} answered {status} as {media}"
    if media.endswith("json"):
        body = answer.json()
        errors = [
            error.message for error in validator(json.dumps(content[media]["schema"])).iter_errors(body)
        ]
        assert not errors, f"{name} answered {status} with a body that is not its schema: {errors}"
        if media == "application/problem+json":
            assert body["code"] in declared["x-codes"], (
                f"{name} answered an undeclared failure: {body['code']}"
            )

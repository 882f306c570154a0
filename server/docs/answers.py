"""How an operation answers, in the contract: its good answers, and every failure by its code."""

from collections.abc import Iterable, Sequence
from typing import Any

from server.docs.examples import example_of, example_of_failure
from server.failures import Failure

PROBLEM = "application/problem+json"
STREAM = "text/event-stream"
GOOD = {
    "200": "Done.",
    "201": "Made.",
    "202": "Taken on.",
    "204": "Done.",
    "206": "The bytes asked for by `Range`.",
}
WITH_RETRY_AFTER = {"429", "503"}
HEADERS = {
    "ETag": {
        "description": "Names just this answer: for `If-None-Match`, and for `If-Match` where it has a version.",
        "schema": {"type": "string", "examples": ['W/"3-kYd3nC0bT8rA"']},
    },
    "Retry-After": {
        "description": "In how many seconds to come back.",
        "schema": {"type": "integer", "minimum": 1, "examples": [2]},
    },
}


def good_answers(answers: dict[str, Any], *, read: bool, schemas: dict[str, Any]) -> dict[str, Any]:
    """What is read as JSON names itself (see `transfer.py`)."""
    found = {}
    for status, answer in answers.items():
        again = status == "200" and "201" in answers
        found[status] = {"description": "It was there already." if again else GOOD[status]}
        if STREAM in answer.get("content", {}):
            found[status]["description"] = answer["description"]
        if read and "application/json" in answer.get("content", {}):
            found[status]["headers"] = {"ETag": {"$ref": "#/components/headers/ETag"}}
        if "content" in answer:
            found[status]["content"] = {
                kind: body(kind, media, schemas) for kind, media in answer["content"].items()
            }
    return found


def body(kind: str, media: dict[str, Any], schemas: dict[str, Any]) -> dict[str, Any]:
    if kind == "application/json":
        return {"schema": media["schema"], "example": example_of(media["schema"], schemas)}
    if kind == STREAM:
        return {"schema": media["schema"]}  # of each event's data
    if kind.startswith("text/"):
        return {"schema": {"type": "string"} | media["schema"]}
    return {"schema": {"type": "string", "format": "binary"}}


def failed_answers(status: str, named: Sequence[type[Failure]], shared: dict[str, Any]) -> dict[str, Any]:
    """One example for each failure, under its code. Written once in `shared`, under its codes."""
    answer: dict[str, Any] = {
        "description": " ".join(f"`{failure.code}`: {failure.title}" for failure in named)
    }
    if status in WITH_RETRY_AFTER:
        answer["headers"] = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
    codes = [failure.code for failure in named]
    answer["content"] = {
        PROBLEM: {
            "schema": {"$ref": "#/components/schemas/Problem"},
            "examples": {code: {"$ref": f"#/components/examples/{code}"} for code in codes},
        }
    }
    answer["x-codes"] = codes
    name = ".".join(codes)
    shared[name] = answer
    return {"$ref": f"#/components/responses/{name}"}


def examples_of(failures: Iterable[type[Failure]]) -> dict[str, Any]:
    by_code = sorted(failures, key=lambda failure: failure.code)
    return {failure.code: {"value": example_of_failure(failure)} for failure in by_code}

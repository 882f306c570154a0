"""A change that breaks a client of the last released contract needs another version, and words in the changelog."""

import copy
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.conftest import CONTRACT, run

RELEASED = CONTRACT.with_name("released.json")
CHANGELOG = CONTRACT.with_name("CHANGELOG.md")
Document = dict[str, Any]


def breaking_changes(old: Document, new: Document, folder: Path) -> list[str]:
    """What would break somebody, for people. Inputs forbid unknown fields, so a field that went is one of them."""
    for name, document in (("old", old), ("new", new)):
        (folder / f"{name}.json").write_text(json.dumps(without_unions(document)))
    said = run(
        "specshift", "diff", folder / "old.json", folder / "new.json", "--format", "json", "--fail-on", "none"
    )
    found = [
        f"{change['location']}: {change['message']}"
        for change in json.loads(said)["changes"]
        if change["severity"] != "info"
    ]
    gone = sorted(operation_ids(old) - operation_ids(new))
    return found + [f"{name}: the operation went, or is called otherwise" for name in gone]


def operation_ids(document: Document) -> set[str]:
    return {
        operation["operationId"]
        for path in document["paths"].values()
        for operation in path.values()
        if isinstance(operation, dict)
    }


def without_unions(schema: Any) -> Any:
    """specshift looks neither into unions nor into lists that may be null: to it they are what they hold."""
    if isinstance(schema, list):
        return [without_unions(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    plain = {key: without_unions(value) for key, value in schema.items()}
    parts = [part for part in plain.get("anyOf", []) if part != {"type": "null"}]
    if len(parts) == 1:
        return parts[0]
    return {**plain, "type": "array"} if plain.get("type") == ["array", "null"] else plain


def allows_breaking(old: str, new: str) -> bool:
    """Semantic versioning: the first number that is not 0 has risen."""
    before, after = ([int(part) for part in version.split(".")] for version in (old, new))
    decisive = next((place for place, number in enumerate(before) if number), 2)
    return after[: decisive + 1] > before[: decisive + 1]


def test_nothing_breaks_that_the_version_does_not_announce(tmp_path):
    old, new = (json.loads(path.read_text()) for path in (RELEASED, CONTRACT))
    broken = breaking_changes(old, new, tmp_path)
    if not allows_breaking(old["info"]["version"], new["info"]["version"]):
        assert broken == []


def test_the_changelog_tells_of_this_version():
    versions = re.findall(r"^## (\d+\.\d+\.\d+)", CHANGELOG.read_text(), flags=re.MULTILINE)
    assert versions[0] == json.loads(CONTRACT.read_text())["info"]["version"]
    assert json.loads(RELEASED.read_text())["info"]["version"] in versions


@pytest.mark.parametrize(
    ("old", "new", "allowed"),
    [
        ("0.1.0", "0.1.1", False),
        ("0.1.0", "0.2.0", True),
        ("1.4.2", "1.5.0", False),
        ("1.4.2", "2.0.0", True),
    ],
)
def test_which_version_may_break(old, new, allowed):
    assert allows_breaking(old, new) is allowed


def schema(document: Document, name: str) -> dict[str, Any]:
    return document["components"]["schemas"][name]


def drop_field(document: Document, name: str, field: str) -> None:
    del schema(document, name)["properties"][field]
    schema(document, name)["required"] = [
        required for required in schema(document, name).get("required", []) if required != field
    ]


PLANTED: dict[str, Callable[[Document], Any]] = {
    "an operation went": lambda d: d["paths"]["/v1/me"].pop("get"),
    "an operation is called otherwise": lambda d: d["paths"]["/v1/me"]["get"].update(operationId="me"),
    "a path is called otherwise": lambda d: d["paths"].update({"/v1/i": d["paths"].pop("/v1/me")}),
    "an output field went": lambda d: drop_field(d, "ScanOutcomeOut", "person_id"),
    "an output field has another type": lambda d: schema(d, "EventOut")["properties"]["version"].update(
        type="string"
    ),
    "an output field may be null": lambda d: schema(d, "MeOut")["properties"]["may_organize"].update(
        type=["boolean", "null"]
    ),
    "an input field went": lambda d: drop_field(d, "EventIn", "check_in_required"),
    "an input field is required": lambda d: schema(d, "EventIn")["required"].append("venue"),
    "a new input field is required": lambda d: (
        schema(d, "EventIn")["properties"].update(colour={"type": "string"}),
        schema(d, "EventIn")["required"].append("colour"),
    ),
    "an input is shorter": lambda d: schema(d, "EventIn")["properties"]["name"].update(maxLength=50),
    "an input list is shorter": lambda d: schema(d, "ScanBatchIn")["properties"]["items"].update(
        maxItems=100
    ),
    "an input value went": lambda d: schema(d, "Signal")["enum"].remove("never"),
    "a value of a list's items went": lambda d: schema(d, "CardField")["enum"].remove("phone"),
    "an input follows a pattern": lambda d: schema(d, "EventIn")["properties"]["venue"].update(
        pattern="^[a-z]+$"
    ),
    "a parameter is required": lambda d: d["paths"]["/v1/events"]["get"]["parameters"][0].update(
        required=True
    ),
    "a parameter went": lambda d: d["paths"]["/v1/events"]["get"]["parameters"].pop(0),
    "a good answer went": lambda d: d["paths"]["/v1/events"]["post"]["responses"].pop("200"),
    "an answer has another media type": lambda d: d["paths"]["/v1/me"]["get"]["responses"]["200"].update(
        content={"text/plain": {"schema": {"type": "string"}}}
    ),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_planted_break_is_found(planted, tmp_path):
    old = json.loads(CONTRACT.read_text())
    new = copy.deepcopy(old)
    PLANTED[planted](new)
    assert breaking_changes(old, new, tmp_path) != []


def test_what_breaks_nobody_is_let_through(tmp_path):
    old = json.loads(CONTRACT.read_text())
    new = copy.deepcopy(old)
    schema(new, "EventOut")["properties"]["colour"] = {"type": "string"}
    schema(new, "EventOut")["required"].append("colour")
    schema(new, "EventIn")["properties"]["colour"] = {"type": "string"}
    schema(new, "Signal")["enum"].append("perhaps")
    new["paths"]["/v1/colours"] = {"get": {**old["paths"]["/v1/me"]["get"], "operationId": "list_colours"}}
    assert breaking_changes(old, new, tmp_path) == []

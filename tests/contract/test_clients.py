"""Clients are generated from the contract, in words that a person would have chosen, and one plays a whole day."""

import re
import shutil
from pathlib import Path

import pytest

from tests.contract.conftest import CONTRACT, ORGANIZER_OF_THE_DAY, TOOLS, Running, node, run

GENERATED = TOOLS / "generated"
NOT_A_NAME = re.compile(r"\b(Any(Of|Type|Codable)|OneOf\w*|Body\d*|Inline\w*|Model[A-Z]\w+|\w+\d|\w*_\d+)\b")


@pytest.fixture(scope="module")
def typescript() -> Path:
    folder = GENERATED / "typescript"
    shutil.rmtree(folder, ignore_errors=True)
    node("openapi-ts", "--file", TOOLS / "typescript.mjs")
    return folder


def openapi_generator(language: str, settings: str) -> list[Path]:
    """The models that it makes."""
    folder = GENERATED / language
    shutil.rmtree(folder, ignore_errors=True)
    said = run(
        "openapi-generator-cli", "generate",
        "--input-spec", CONTRACT, "--generator-name", language, "--output", folder, "--config", TOOLS / settings,
    )  # fmt: skip
    assert "Renamed to" not in said, "a name of ours is a word of the language"
    return sorted(path for path in folder.rglob("*") if path.parent.name.lower() == "models")


def test_typescript_compiles_strictly(typescript):
    assert (typescript / "types.gen.ts").exists()
    node("tsc", "--project", TOOLS)


def test_a_day_is_played_in_typescript(typescript, server: Running):
    said = run("node", "--no-warnings", TOOLS / "day.ts", server.url, server.outbox, ORGANIZER_OF_THE_DAY)
    assert said == "The day went well.\n"


@pytest.mark.parametrize(("language", "settings"), [("kotlin", "kotlin.yaml"), ("swift6", "swift.yaml")])
def test_types_are_named_as_a_person_would(language, settings):
    models = openapi_generator(language, settings)
    assert len(models) > 100
    assert [path.name for path in models if NOT_A_NAME.search(path.stem)] == []

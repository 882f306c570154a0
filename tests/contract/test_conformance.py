"""schemathesis, with all its checks and following links, finds nothing answered otherwise than the contract says."""

from pathlib import Path

from tests.contract.conference import Conference
from tests.contract.conftest import TOOLS, Running, run


def test_nothing_is_answered_otherwise_than_the_contract_says(
    server: Running, conference: Conference, tmp_path: Path
):
    known = "\n".join(f'{name} = "{value}"' for name, value in conference.known.items())
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(f"[parameters]\n{known}\n\n{(TOOLS / 'schemathesis.toml').read_text()}")

    said = run(
        "schemathesis", "--config-file", settings,
        "run", f"{server.url}/openapi.json", "--header", f"Authorization: Bearer {conference.token}",
        "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "3", "--seed", "1",
        "--warnings", "off", "--continue-on-failure",
        folder=tmp_path,
    )  # fmt: skip

    assert " 0 failures" in said or "No issues found" in said, said

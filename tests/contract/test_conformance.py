"""schemathesis, with all its checks and following links, finds nothing answered otherwise than the contract says."""

from pathlib import Path

from tests.contract.conference import set_up
from tests.contract.conftest import ORGANIZER, TOOLS, Running, run


def test_nothing_is_answered_otherwise_than_the_contract_says(server: Running, tmp_path: Path):
    conference = set_up(server.url, server.outbox, ORGANIZER)
    known = "\n".join(f'{name} = "{value}"' for name, value in conference.known.items())
    settings = tmp_path / "schemathesis.toml"
    settings.write_text(f"[parameters]\n{known}\n\n{(TOOLS / 'schemathesis.toml').read_text()}")

    said = run(
        "schemathesis", "--config-file", settings,
        "run", f"{server.url}/openapi.json", "--header", f"Authorization: Bearer {conference.token}",
        "--checks", "all", "--phases", "examples,coverage,fuzzing,stateful", "--max-examples", "3", "--max-time", "240",
        "--seed", "1", "--warnings", "off", "--continue-on-failure",
        folder=tmp_path,
    )  # fmt: skip

    assert "No issues found" in said, said

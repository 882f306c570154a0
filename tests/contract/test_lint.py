"""The contract passes the linters that others trust, with no error and no warning."""

from tests.contract.conftest import CONTRACT, TOOLS, node


def test_redocly_finds_nothing():
    said = node("redocly", "lint", CONTRACT, "--config", TOOLS / "redocly.yaml")
    assert "Your API description is valid" in said
    assert "warning" not in said.lower()


def test_spectral_finds_nothing():
    said = node("spectral", "lint", CONTRACT, "--ruleset", TOOLS / "spectral.yaml", "--fail-severity", "hint")
    assert "No results with a severity of 'hint' or higher found!" in said

"""What `make audit` says of what it found."""

from tests.audit import report

SOUND = {"name": "uvicorn", "version": "0.54.0", "vulns": []}
FLAWED = {"name": "h11", "version": "0.1", "vulns": [{"id": "PYSEC-1", "fix_versions": ["0.16.0"]}]}
UNKNOWN = {"name": "typer", "skip_reason": "Dependency not found on PyPI"}


def test_a_known_flaw_fails_and_names_the_version_that_mends_it():
    assert report("pins", [SOUND, FLAWED]) == (
        False,
        ["pins: h11 0.1: PYSEC-1, mended in ['0.16.0']", "pins: 2 packages audited, 1 advisories."],
    )


def test_what_could_not_be_asked_is_never_called_sound():
    not_audited = "the index's advisories could not be asked."
    assert report("pins", [SOUND, UNKNOWN]) == (
        True,
        ["pins: 1 packages audited, 0 advisories.", f"pins: NOT AUDITED: 1 packages; {not_audited}"],
    )
    assert report("pins", [])[1][-1] == f"pins: NOT AUDITED: all of it; {not_audited}"
    assert report("pins", [SOUND]) == (True, ["pins: 1 packages audited, 0 advisories."])

"""Every failure has a code of its own, a title and a status."""

from server.app import create_app
from server.docs.scan_codes import WORDS
from server.failures import Failure
from server.problems import status_of
from server.scans.rules import Reason


def failures(family: type[Failure] = Failure) -> list[type[Failure]]:
    """Every failure that can be raised: those with a code."""
    found = [family] if "code" in vars(family) else []
    return found + [failure for child in family.__subclasses__() for failure in failures(child)]


def test_every_failure_has_a_code_a_title_an_advice_and_a_status():
    assert create_app  # the application imports every feature
    assert failures()
    for failure in failures():
        assert failure.code == failure.code.lower().replace(" ", "_")
        assert failure.title.endswith(".")
        assert failure.advice.endswith("."), failure.code
        assert 400 <= status_of(failure) <= 599


def test_no_two_failures_share_a_code():
    codes = [failure.code for failure in failures()]
    assert sorted(codes) == sorted(set(codes))


def test_every_code_of_a_scan_is_explained():
    assert set(WORDS) == set(Reason)

"""The contract that is published is the one that is served."""

from pathlib import Path

from server.contract_file import contract_text


def test_the_contract_does_not_drift():
    assert Path("openapi/openapi.json").read_text() == contract_text(), (
        "run `make openapi`, and read the diff"
    )


def test_the_contract_is_the_same_each_time():
    assert contract_text() == contract_text()

"""The contract that is published is the one that is served."""

from server.contract_file import contract_files


def test_the_contract_does_not_drift():
    drifted = [str(path) for path, text in contract_files().items() if path.read_text() != text]
    assert drifted == [], "run `make openapi`, and read the diff"


def test_the_contract_is_the_same_each_time():
    assert contract_files() == contract_files()

"""What the contract forbids is refused, also where the framework would let it through."""

import pytest

from tests.contract_checks import document


@pytest.mark.parametrize("hours", [False, True, "3", 2.0])
async def test_only_a_number_is_a_number(ada, hours):
    answer = await ada.edit("/v1/me/availability", {"notice_hours": hours})
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "/notice_hours")


@pytest.mark.parametrize("word", ["null", "NULL"])
async def test_a_parameter_that_is_not_wanted_is_left_out(ada, word):
    answer = await ada.get(f"/v1/interviews?state={word}")
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (400, "query/state")


@pytest.mark.parametrize("path", sorted(document()["paths"]))
async def test_options_names_every_method_of_a_path(client, path):
    known = {method.upper() for method in document()["paths"][path]}
    answer = await client.request("OPTIONS", path.replace("{", "").replace("}", ""))
    if "/{" not in path:  # a name is no id
        assert set(answer.headers["allow"].split(", ")) == {*known, "OPTIONS"}


async def test_options_names_every_method_of_a_path_with_an_id(client):
    event = "01981d4e-3c00-7000-8000-0000000000e1"
    answer = await client.request("OPTIONS", f"/v1/events/{event}")
    assert answer.headers["allow"] == "GET, OPTIONS, PATCH"

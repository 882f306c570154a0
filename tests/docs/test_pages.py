"""The pages that developers read."""

import re

import pytest

from server.docs.document import operations
from server.docs.guides import GUIDES
from server.docs.scan_codes import WORDS
from tests.contract_checks import document


async def test_the_docs_page_loads_nothing_from_elsewhere(client):
    page = await client.get("/docs")

    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [source for source in sources if not source.startswith("/")] == []
    for source in sources:
        assert (await client.get(source)).status_code == 200, source


@pytest.mark.parametrize("name", sorted(GUIDES))
async def test_a_guide_is_a_page_whose_links_lead_somewhere(client, name):
    page = await client.get(f"/docs/guides/{name}")
    assert page.status_code == 200
    for link in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert (await client.get(link)).status_code == 200, link


@pytest.mark.parametrize("name", sorted(GUIDES))
def test_a_guide_names_only_operations_and_codes_that_exist(name):
    known = {operation["operationId"] for _, operation in operations(document())}
    known |= set(document()["components"]["examples"]) | set(WORDS)
    for schema in document()["components"]["schemas"].values():
        known |= set(schema.get("properties", {}))
    _, file = GUIDES[name]
    words = set(re.findall(r"`([a-z]+(?:_[a-z]+)+)`", file.read_text()))
    assert words - known - {"last_sequence", "next_cursor"} == set()


async def test_the_root_leads_to_the_docs(client):
    assert (await client.get("/")).headers["location"] == "/docs"


async def test_a_problems_type_leads_to_its_explanation(client):
    problem = (await client.get("/v1/nowhere")).json()
    page = await client.get("/problems")
    assert problem["code"] == "route_not_found"
    assert 'id="invalid_request"' in page.text


async def test_a_file_that_is_not_an_asset_is_not_there(client):
    for name in ["LICENSE", "..%2Froutes.py", "swagger-ui-bundle.js.gz"]:
        assert (await client.get(f"/docs/{name}")).status_code == 404

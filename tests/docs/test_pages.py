"""The pages that developers read."""

import re


async def test_the_docs_page_loads_nothing_from_elsewhere(client):
    page = await client.get("/docs")

    assert page.status_code == 200
    sources = re.findall(r'(?:src|href)="([^"]+)"', page.text)
    assert [source for source in sources if not source.startswith("/")] == []
    for source in sources:
        assert (await client.get(source)).status_code == 200, source


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

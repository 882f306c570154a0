"""The pages for developers. They load nothing from elsewhere."""

import html
import json
from functools import cache
from pathlib import Path
from typing import Annotated, Any

from litestar import MediaType, Request, Response, Router, get
from litestar.params import PathParameter
from litestar.response import Redirect

from server.docs.document import contract
from server.docs.guides import GUIDES, NAVIGATION, guide_page, page
from server.docs.problem_list import known_failures
from server.failures import RouteNotFound

FOLDER = Path(__file__).parent / "swagger-ui"
ASSETS = {
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
    "favicon-32x32.png": "image/png",
}
HEADERS = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'"
    ),
}

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Hallway API</title>
<link rel="icon" href="/docs/favicon-32x32.png">
<link rel="stylesheet" href="/docs/swagger-ui.css">
<style>nav {{ font: 1rem system-ui, sans-serif; padding: 1rem; }} nav a {{ margin-right: 1rem; }}</style>
{navigation}
<div id="docs"></div>
<noscript>The contract itself is at <a href="/openapi.json">/openapi.json</a>.</noscript>
<script src="/docs/swagger-ui-bundle.js"></script>
<script>
SwaggerUIBundle({{
  url: "/openapi.json", dom_id: "#docs", deepLinking: true, docExpansion: "none", filter: true,
  validatorUrl: null, persistAuthorization: false, defaultModelsExpandDepth: 0, tryItOutEnabled: true,
}});
</script>
</html>
"""

PROBLEMS = """
<h1>What can go wrong</h1>
<p>Every failure is a problem document (RFC 9457). A program decides by <code>code</code>.</p>
<dl>
{rows}
</dl>
"""


@get("/", include_in_schema=False, opt={"public": True})
async def read_root() -> Redirect:
    return Redirect("/docs")


@get("/docs", media_type=MediaType.HTML, include_in_schema=False, opt={"public": True})
async def read_docs() -> Response[str]:
    return Response(PAGE.format(navigation=NAVIGATION), headers=HEADERS)


@get("/docs/{name:str}", include_in_schema=False, opt={"public": True}, sync_to_thread=True)
def read_asset(name: Annotated[str, PathParameter()], request: Request[Any, Any, Any]) -> Response[bytes]:
    """Kept compressed, and sent so to whoever takes it: every browser does."""
    if name not in ASSETS:
        raise RouteNotFound
    plain = FOLDER / name
    headers = {**HEADERS, "cache-control": "public, max-age=86400"}
    if plain.exists():
        return Response(plain.read_bytes(), headers=headers, media_type=ASSETS[name])
    if "gzip" not in request.headers.get("accept-encoding", ""):
        raise RouteNotFound
    packed = (FOLDER / f"{name}.gz").read_bytes()
    headers |= {"content-encoding": "gzip", "vary": "accept-encoding"}
    return Response(packed, headers=headers, media_type=ASSETS[name])


@get(
    "/docs/guides/{name:str}",
    media_type=MediaType.HTML,
    include_in_schema=False,
    opt={"public": True},
    sync_to_thread=True,
)
def read_guide(name: Annotated[str, PathParameter()]) -> Response[str]:
    if name not in GUIDES:
        raise RouteNotFound
    return Response(guide_page(name), headers=HEADERS)


@get("/openapi.json", include_in_schema=False, opt={"public": True}, sync_to_thread=True)
def read_contract(request: Request[Any, Any, Any]) -> Response[bytes]:
    return Response(contract_bytes(request.app), headers=HEADERS, media_type="application/json")


@get(
    "/problems", media_type=MediaType.HTML, include_in_schema=False, opt={"public": True}, sync_to_thread=True
)
def read_problems(request: Request[Any, Any, Any]) -> Response[str]:
    """Where the `type` of a problem document leads."""
    rows = "\n".join(
        f'<dt id="{one.code}"><code>{one.code}</code> ({one.status})'
        f"<dd>{html.escape(one.failure.title)} {html.escape(one.failure.advice)}"
        for one in known_failures(request.app)
    )
    return Response(page("what can go wrong", PROBLEMS.format(rows=rows)), headers=HEADERS)


@cache
def contract_bytes(app: Any) -> bytes:
    return json.dumps(contract(app), ensure_ascii=False).encode()


routes = Router(
    "/", route_handlers=[read_root, read_docs, read_asset, read_guide, read_contract, read_problems]
)

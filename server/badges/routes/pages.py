"""What stands at the root of the host: the page that a stranger's camera opens, and which apps open it instead."""

from typing import Any

from litestar import Response, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.badges.app_links import apple_app_site_association, asset_links
from server.badges.page import strangers_page
from server.failures import RouteNotFound
from server.pages import HEADERS
from server.requests import Languages
from server.settings import Settings
from server.texts import best_language

PUBLIC = {"include_in_schema": False, "opt": {"public": True}}
KEPT_AN_HOUR = {"cache-control": "public, max-age=3600"}


@route(["/b/{code:str}", "/B/{code:str}"], http_method=["GET", "HEAD"], media_type="text/html", **PUBLIC)
async def open_badge(
    code: FromPath[str],  # noqa: ARG001
    settings: NamedDependency[Settings],
    asked_languages: Languages,
) -> Response[str]:
    """A stranger's camera: the same page for every code, whether anybody wears it or not."""
    return Response(strangers_page(settings, language=best_language(asked_languages)), headers=HEADERS)


@route("/.well-known/apple-app-site-association", http_method=["GET", "HEAD"], **PUBLIC)
async def get_apple_app_site_association(settings: NamedDependency[Settings]) -> Response[dict[str, Any]]:
    if not settings.apple_app_ids:
        raise RouteNotFound
    return Response(apple_app_site_association(settings.apple_app_ids), headers=KEPT_AN_HOUR)


@route("/.well-known/assetlinks.json", http_method=["GET", "HEAD"], **PUBLIC)
async def get_asset_links(settings: NamedDependency[Settings]) -> Response[list[dict[str, Any]]]:
    if not settings.android_apps:
        raise RouteNotFound
    return Response(asset_links(settings.android_apps), headers=KEPT_AN_HOUR)


handlers = (open_badge, get_apple_app_site_association, get_asset_links)

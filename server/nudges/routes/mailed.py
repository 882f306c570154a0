"""What stands at the addresses in our mails, for whoever is signed out. A GET shows a page and never acts: what scans
mails for viruses follows their links (RFC 8058, 1)."""

from typing import Any

from litestar import Request, Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.database import Db
from server.nudges import preferences
from server.nudges.kinds import kind_label
from server.nudges.pages import no_such_page, open_page, stop_page, stopped_page
from server.nudges.queries import kind_of_nudge
from server.nudges.stop_links import read_stop_token
from server.pages import HEADERS
from server.requests import Languages, Now
from server.settings import Settings
from server.texts import best_language

PUBLIC = {"include_in_schema": False, "opt": {"public": True}, "media_type": "text/html"}
STOPS = {
    "mails": preferences.stop_mails,
    "kind": preferences.stop_kind,
    "all": preferences.stop_all,
}


@route("/n/{nudge:str}", http_method=["GET", "HEAD"], **PUBLIC)
async def open_nudge(
    nudge: FromPath[str],  # noqa: ARG001
    settings: NamedDependency[Settings],
    asked_languages: Languages,
) -> Response[str]:
    """Where no app opens it: the same page for every nudge, whether there is such a one or not."""
    return Response(open_page(settings, language=best_language(asked_languages)), headers=HEADERS)


@route("/stop/{token:str}", http_method=["GET", "HEAD"], **PUBLIC)
async def show_stop(
    token: FromPath[str], db: Db, settings: NamedDependency[Settings], asked_languages: Languages
) -> Response[str]:
    language = best_language(asked_languages)
    nudge_id = read_stop_token(settings.secret("session"), token)
    if nudge_id is None:
        return Response(no_such_page(language=language), headers=HEADERS, status_code=404)
    kind = await kind_of_nudge(db, nudge_id)
    return Response(
        stop_page(kind_label(kind, language) if kind else None, language=language), headers=HEADERS
    )


@post("/stop/{token:str}", status_code=200, **PUBLIC)
async def stop(
    token: FromPath[str],
    request: Request[Any, Any, Any],
    db: Db,
    settings: NamedDependency[Settings],
    now: Now,
    asked_languages: Languages,
) -> Response[str]:
    """A button of the page, or a mail reader's own, which posts `List-Unsubscribe=One-Click`: no more such mail."""
    language = best_language(asked_languages)
    nudge_id = read_stop_token(settings.secret("session"), token)
    if nudge_id is None:
        return Response(no_such_page(language=language), headers=HEADERS, status_code=404)
    said = str((await request.form()).get("stop"))
    what = said if said in STOPS else "mails"
    await STOPS[what](db, nudge_id, now=now)
    return Response(stopped_page(what, language=language), headers=HEADERS)


handlers = (open_nudge, show_stop, stop)

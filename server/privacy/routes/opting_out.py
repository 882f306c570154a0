"""What stands at the address under a ticket's mail, for whoever has no account. A GET shows a page and never acts: what
scans mails for viruses follows their links."""

from litestar import Response, post, route
from litestar.di import NamedDependency
from litestar.params import FromPath

from server.database import Db
from server.mailed_links import OPT_OUT, read_token
from server.pages import HEADERS
from server.privacy.opting_out import event_of_letter, opt_out
from server.privacy.pages import no_such_page, opt_out_page, opted_out_page
from server.requests import Languages, Now
from server.settings import Settings
from server.texts import best_language

PUBLIC = {"include_in_schema": False, "opt": {"public": True}, "media_type": "text/html"}


@route("/opt-out/{token:str}", http_method=["GET", "HEAD"], **PUBLIC)
async def show_opt_out(
    token: FromPath[str], db: Db, settings: NamedDependency[Settings], asked_languages: Languages
) -> Response[str]:
    language = best_language(asked_languages)
    letter_id = read_token(settings.secret("session"), OPT_OUT, token)
    event = letter_id and await event_of_letter(db, letter_id)
    if event is None:
        return Response(no_such_page(language=language), headers=HEADERS, status_code=404)
    return Response(opt_out_page(event, language=language), headers=HEADERS)


@post("/opt-out/{token:str}", status_code=200, **PUBLIC)
async def choose_opt_out(
    token: FromPath[str],
    db: Db,
    settings: NamedDependency[Settings],
    now: Now,
    asked_languages: Languages,
) -> Response[str]:
    language = best_language(asked_languages)
    letter_id = read_token(settings.secret("session"), OPT_OUT, token)
    if letter_id is None or not await opt_out(db, letter_id, settings=settings, now=now):
        return Response(no_such_page(language=language), headers=HEADERS, status_code=404)
    return Response(opted_out_page(language=language), headers=HEADERS)


handlers = (show_opt_out, choose_opt_out)

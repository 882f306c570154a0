"""The words by which consents are asked for."""

from typing import Annotated

from litestar import Response, get
from litestar.params import QueryParameter

from schemas.consents import ConsentTextOut, ConsentTextsOut
from server.contract import operation
from server.events.consent_texts import CURRENT, texts_of, words_in
from server.events.errors import ConsentTextUnknown
from server.requests import Languages
from server.texts import best_language

KEPT_FOR = "public, max-age=3600"


@get(
    "/consent_texts",
    sync_to_thread=False,
    **operation(
        "list_consent_texts", "Read the words that consents are asked for by", ConsentTextUnknown, public=True
    ),
)
def list_consent_texts(
    asked_languages: Languages,
    version: Annotated[
        int | None,
        QueryParameter(
            description="Of an earlier version; without it, what is to be shown now.", ge=1, lt=2**31
        ),
    ] = None,
) -> Response[ConsentTextsOut]:
    """Show them beside the switches, at a stand too, and send their `version` with what is given. Keep them for when
    there is no signal: a version once released never changes, and an older one is taken as what it is. What
    somebody agreed to earlier can be read by its version."""
    language = best_language(asked_languages)
    asked = CURRENT if version is None else version
    texts = ConsentTextsOut(
        version=asked,
        current=asked == CURRENT,
        language=language,
        items=[
            ConsentTextOut(
                purpose=text.purpose, words=words_in(text, language), since_version=text.since_version
            )
            for text in texts_of(asked)
        ],
    )
    return Response(texts, headers={"cache-control": KEPT_FOR})


handlers = [list_consent_texts]

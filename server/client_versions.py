"""Apps too old to be served: they are told so by name. What they captured is always taken."""

import re
from collections.abc import Mapping
from typing import Any

from litestar import Request

from server.failures import Invalid

HEADER = "hallway-client"
CLIENT = re.compile(r"([a-z][a-z0-9-]{0,29})/(\d{1,5}(?:\.\d{1,5}){0,3})", re.ASCII)
Version = tuple[int, ...]


class ClientTooOld(Invalid):
    code = "client_too_old"
    title = "This version of the app is not served any more."
    advice = "Ask the person to update the app, and go on capturing: delivering scans is never answered so."


def client_named(text: str) -> tuple[str, Version] | None:
    """`ios/1.4.0` as a name and a version; None for what says neither."""
    found = CLIENT.fullmatch(text.strip().lower())
    return (found[1], tuple(int(part) for part in found[2].split("."))) if found else None


def require_recent(request: Request[Any, Any, Any], oldest: Mapping[str, Version]) -> None:
    """For every route but those marked `any_client`. A client that does not name itself is let in."""
    client = client_named(request.headers.get(HEADER, ""))
    if client is None or request.route_handler.opt.get("any_client"):
        return
    name, version = client
    if version < oldest.get(name, ()):
        raise ClientTooOld

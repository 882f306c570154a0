"""What a request brings besides its body: its time, its client's address, the version it edits."""

import re
from collections.abc import Sequence
from datetime import datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Annotated, Any

from litestar import Request
from litestar.di import NamedDependency
from litestar.params import HeaderParameter

from server.failures import VersionRequired, VersionStale
from server.settings import Settings

Now = NamedDependency[datetime]
ClientAddress = NamedDependency[str]
Languages = NamedDependency[Sequence[str]]
IfMatch = Annotated[
    str | None,
    HeaderParameter(name="If-Match", description="The `ETag` of what is being edited.", max_length=100),
]


def provide_client(request: Request[Any, Any, Any], settings: NamedDependency[Settings]) -> str:
    """Where the request came from, for rate limits. Forwarded addresses count only from trusted proxies;
    an IPv6 client is its /64, since a phone may choose any address in it."""
    peer = _address(request.client.host if request.client else "")
    forwarded = [
        part.strip() for part in request.headers.get("x-forwarded-for", "").split(",") if part.strip()
    ]
    while peer is not None and forwarded and any(peer in network for network in settings.trusted_proxies):
        peer = _address(forwarded.pop())
    if isinstance(peer, IPv6Address):
        return str(IPv6Network((peer, 64), strict=False))
    return str(peer)


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text)
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address


def provide_languages(
    request: Request[Any, Any, Any],
    settings: NamedDependency[Settings],  # noqa: ARG001 - comes before it (app.py)
) -> Sequence[str]:
    """The languages that the client asks for, the dearest first."""
    return languages_in(request.headers.get("accept-language", ""))


def languages_in(header: str) -> Sequence[str]:
    """Of an Accept-Language (RFC 9110 section 12.5.4)."""
    wanted = []
    for part in header.split(",")[:MOST_LANGUAGES]:
        tag, _, weight = part.partition(";")
        found = WEIGHT.fullmatch(weight.strip())
        quality = float(found[1]) if found else 1.0
        if tag.strip() not in {"", "*"} and quality > 0:
            wanted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(wanted, key=lambda one: one[0], reverse=True)]


MOST_LANGUAGES = 20
WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.IGNORECASE)

# The version stands first; what reads add to it names the body (see `transfer.py`), and does not decide here.
ENTITY_TAG = re.compile(r'^(?:W/)?"?(\d{1,18})(?:-[\w-]+)?"?$')


def require_version(if_match: str | None, version: int) -> None:
    """Raise unless the edit names the current version (RFC 9110, If-Match; `*` is any)."""
    if if_match is None:
        raise VersionRequired
    if if_match.strip() == "*":
        return
    found = ENTITY_TAG.match(if_match.strip())
    if found is None or int(found[1]) != version:
        raise VersionStale


def etag(version: int) -> dict[str, str]:
    """The header that names a version."""
    return {"etag": f'"{version}"'}

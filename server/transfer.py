"""How bodies travel: compressed both ways, and not at all when the client has them already."""

import asyncio
import gzip
import hashlib
import zlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator

from litestar.datastructures import Headers, MutableScopeHeaders
from litestar.types import (
    ASGIApp,
    HTTPRequestEvent,
    HTTPResponseStartEvent,
    Message,
    Receive,
    ReceiveMessage,
    Scope,
    Send,
)

from server.failures import Fault, InvalidRequest

SMALLEST_WORTH_PACKING = 500  # bytes; below that a packet is a packet
LARGEST_AT_ONCE = 64_000  # bytes; what is larger is packed beside the event loop
PIECE = 64_000  # bytes unpacked at a time, so that the route's limit is met before memory is
TEXTUAL = ("application/json", "application/problem+json", "text/", "image/svg+xml")
ENCODINGS = ("gzip", "deflate")


class LeanAnswers:
    """ASGI middleware for answers that come in one piece: names what a GET answers by an `ETag`, answers 304 when the
    client has just that (RFC 9110, 13.1.2), and packs text. Streams pass as they are."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        asked = Headers.from_scope(scope)
        start: HTTPResponseStartEvent | None = None

        async def send_lean(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start is None or message["type"] != "http.response.body":
                await send(message)
                return
            begun, start = start, None
            if not message["more_body"]:
                if scope["method"] == "GET" and begun["status"] == 200:
                    name_answer(begun, message["body"])
                    if has_it(asked, begun):
                        begun["status"], message["body"] = 304, b""
                        del MutableScopeHeaders(begun)["content-length"]
                message["body"] = await packed(begun, message["body"], asked)
            await send(begun)
            await send(message)

        await self.app(scope, receive, send_lean)


def name_answer(start: HTTPResponseStartEvent, body: bytes) -> None:
    """An entity tag made of the body, behind the version where there is one: the version alone, which `If-Match`
    compares, does not change with what others see of a thing. Weak, since the same may travel packed."""
    headers = MutableScopeHeaders(start)
    if "no-store" in headers.get("cache-control", ""):
        return
    digest = urlsafe_b64encode(hashlib.blake2b(body, digest_size=9).digest()).decode()
    version = headers.get("etag", "").strip('"')
    headers["etag"] = f'W/"{version}-{digest}"' if version else f'W/"{digest}"'
    headers.setdefault("cache-control", "private, no-cache")
    headers.extend_header_value("vary", "Authorization, Accept-Language")


def has_it(asked: Headers, start: HTTPResponseStartEvent) -> bool:
    tag = MutableScopeHeaders(start).get("etag")
    known = [one.strip().removeprefix("W/") for one in asked.get("if-none-match", "").split(",")]
    return tag is not None and tag.removeprefix("W/") in known


async def packed(start: HTTPResponseStartEvent, body: bytes, asked: Headers) -> bytes:
    headers = MutableScopeHeaders(start)
    if not headers.get("content-type", "").startswith(TEXTUAL) or "content-encoding" in headers:
        return body
    headers.extend_header_value("vary", "Accept-Encoding")
    if len(body) < SMALLEST_WORTH_PACKING or "gzip" not in asked.get("accept-encoding", ""):
        return body
    if len(body) > LARGEST_AT_ONCE:
        body = await asyncio.to_thread(gzip.compress, body, 5, mtime=0)
    else:
        body = gzip.compress(body, 5, mtime=0)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    return body


class PackedRequests:
    """ASGI middleware: unpacks bodies sent with `Content-Encoding: gzip` or `deflate`, a piece at a time. The limit of
    the route holds for what is unpacked."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        encoding = Headers.from_scope(scope).get("content-encoding", "identity").strip().lower()
        if encoding == "identity":
            await self.app(scope, receive, send)
            return

        scope["headers"] = [
            (name, value)
            for name, value in scope["headers"]
            if name not in {b"content-encoding", b"content-length"}
        ]
        pieces = unpacked(encoding, receive)

        async def receive_unpacked() -> ReceiveMessage:
            return await anext(pieces, None) or await receive()

        await self.app(scope, receive_unpacked, send)


async def unpacked(encoding: str, receive: Receive) -> AsyncIterator[ReceiveMessage]:
    """The body in pieces. Raises InvalidRequest for what was not packed as it says."""
    if encoding not in ENCODINGS:
        raise _wrong("encoding_unknown", "Send the body as it is, or as gzip or deflate.")
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)  # either, as its first bytes say
    more = True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            yield message
            return
        more = message["more_body"]
        rest = message["body"]
        while True:
            piece, rest = _unpack(unpacker, rest)
            if piece:
                yield _part(piece, more=True)
            if not rest and len(piece) < PIECE:
                break
    if not unpacker.eof:
        raise _wrong("encoding_wrong", "The packed body is cut short.")
    yield _part(b"", more=False)


def _unpack(unpacker: "zlib._Decompress", packed: bytes) -> tuple[bytes, bytes]:
    """The next piece, and what is left of the input."""
    try:
        piece = unpacker.decompress(packed, PIECE)
    except zlib.error as wrong:
        raise _wrong("encoding_wrong", "The body is not packed as its header says.") from wrong
    if unpacker.unused_data:
        raise _wrong("encoding_wrong", "Something follows the packed body.")
    return piece, unpacker.unconsumed_tail


def _part(body: bytes, *, more: bool) -> HTTPRequestEvent:
    return {"type": "http.request", "body": body, "more_body": more}


def _wrong(code: str, message: str) -> InvalidRequest:
    return InvalidRequest(faults=(Fault("header/content-encoding", code, message),))

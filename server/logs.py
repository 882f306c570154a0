"""Structured logs: one line a request, with its id and route template, never a raw path and nobody's data."""

import logging
import re
import sys
import time
from typing import Any

import structlog
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.headers import guarded
from server.ids import new_id
from server.metrics import REQUESTS

log = structlog.get_logger()
UUID_TEXT = re.compile(r"[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}", re.ASCII)


def set_up_logs(*, level: str, form: str) -> None:
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer()
            if form == "json"
            else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty()),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")


def id_of(scope: Scope) -> str:
    """The id that the client gave the request, if it is a UUID, which nobody's data is; else a new one."""
    given = dict(scope["headers"]).get(b"x-request-id", b"").decode("latin-1")
    return given if UUID_TEXT.fullmatch(given) else new_id().hex


class RequestLog:
    """ASGI middleware: gives each request an id, or takes the client's, answers it as `X-Request-Id` beside the headers
    of every answer, and logs the request when done."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        request_id = id_of(scope)
        scope.setdefault("state", {})["request_id"] = request_id
        started = time.perf_counter()
        answer: dict[str, Any] = {"status": 500}

        async def send_with_id(message: Message) -> None:
            if message["type"] == "http.response.start":
                answer["status"] = int(message["status"])
                message["headers"] = [*guarded(message["headers"]), (b"x-request-id", request_id.encode())]
            await send(message)

        with structlog.contextvars.bound_contextvars(request_id=request_id):
            await self.app(scope, receive, send_with_id)
            took, route = time.perf_counter() - started, scope.get("path_template", "unknown")
            REQUESTS.labels(scope["method"], route, answer["status"]).observe(took)
            log.info(
                "request",
                method=scope["method"],
                route=route,
                status=answer["status"],
                milliseconds=round(took * 1000, 1),
            )

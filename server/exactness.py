"""Where Litestar alone is less exact than the contract: a word it takes for nothing, and methods it forgets."""

from functools import cache
from typing import Any, get_args

from litestar import Litestar, Request
from litestar.datastructures import MutableScopeHeaders
from litestar.handlers.base import BaseRouteHandler
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from server.failures import Fault, InvalidRequest


def refuse_null_in_query(request: Request[Any, Any, Any]) -> None:
    """A parameter that is not wanted is left out: `?claimed=null` is a mistake, which Litestar takes for
    nothing, and would answer with everything."""
    faults = tuple(
        Fault(f"query/{name}", "invalid", "Leave it out instead.")
        for name, value in request.query_params.multi_items()
        if value.lower() == "null" and name in optional_words(request.route_handler)
    )
    if faults:
        raise InvalidRequest(faults=faults)


@cache
def optional_words(handler: BaseRouteHandler) -> frozenset[str]:
    """The optional parameters in which the text `null` is no value of its own."""
    found = set()
    for name, field in handler.parsed_fn_signature.parameters.items():
        kinds = get_args(field.annotation)
        if type(None) in kinds and str not in kinds:
            found.add(getattr(field.kwarg_definition, "name", None) or name)
    return frozenset(found)


class SayAllowed:
    """ASGI middleware: `Allow` in the answer to OPTIONS names every method of the path. Litestar names those of the
    handler that was registered first."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "OPTIONS":
            await self.app(scope, receive, send)
            return

        async def send_all_methods(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableScopeHeaders(message)
                if "allow" in headers:
                    headers["allow"] = ", ".join(methods_of(scope["litestar_app"], scope["path_template"]))
            await send(message)

        await self.app(scope, receive, send_all_methods)


@cache
def methods_of(app: Litestar, path_template: str) -> list[str]:
    return sorted(
        {method for route in app.routes if route.path_format == path_template for method in route.methods}
    )

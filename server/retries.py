"""A request that met a deadlock or a serialization failure is played once more, unseen by the client."""

from litestar.types import ASGIApp, Message, Receive, ReceiveMessage, Scope, Send


class PlayOnceMore:
    """ASGI middleware: keeps the body, drops the first answer when `problems.py` marked it, and asks again.

    Sound because such a failure rolled everything back; rate-limit counters alone count twice.
    """

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD", "OPTIONS"}:
            await self.app(scope, receive, send)
            return

        body: list[ReceiveMessage] = []

        async def remember() -> ReceiveMessage:
            message = await receive()
            if message["type"] == "http.request":
                body.append(message)
            return message

        async def unless_marked(message: Message) -> None:
            if not scope["state"].get("try_again"):
                await send(message)

        scope.setdefault("state", {})
        before = dict(scope["state"])
        await self.app(scope, remember, unless_marked)
        if not scope["state"].get("try_again"):
            return

        scope["state"].clear()
        scope["state"].update(before)
        earlier = iter(body)

        async def replay() -> ReceiveMessage:
            return next(earlier, None) or await receive()

        await self.app(scope, replay, send)

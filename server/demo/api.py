"""How the demo talks to a running Hallway: over HTTP like any client, and as patient as it is asked to be."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, TypeVar

import httpx2

from server.demo.beside import LOG
from server.demo.errors import DemoStopped

Item = TypeVar("Item")
Result = TypeVar("Result")

AT_ONCE: Final = 16  # phones that talk at the same time
# An hour's limit is not worth waiting for with somebody looking on.
LONGEST_WAIT: Final = timedelta(seconds=90)
_TRIES: Final = 5
_LOOK_EVERY: Final = timedelta(seconds=0.5)
# As a phone does: before the access token ends, not after.
_REFRESH_BEFORE: Final = timedelta(seconds=60)


class Refused(DemoStopped):
    """A call that should have worked was answered with a problem."""

    def __init__(self, answer: httpx2.Response) -> None:
        self.answer = answer
        self.code: str | None = None
        said: object = answer.text[:300]
        if answer.headers.get("content-type", "").startswith("application/problem+json"):
            problem = answer.json()
            self.code = problem["code"]
            said = " ".join(
                str(part) for part in (problem["code"], problem["detail"], problem["errors"]) if part
            )
        request = answer.request
        super().__init__(f"{request.method} {request.url.path} was answered {answer.status_code}: {said}")


@dataclass(slots=True)
class Api:
    """One Hallway, as seen over kept-alive connections. Waits where it is told to (`Retry-After`)."""

    client: httpx2.AsyncClient
    on_wait: Callable[[str], None] = print
    calls: int = 0

    async def call(
        self, method: str, path: str, *, token: str | None = None, **options: Any
    ) -> httpx2.Response:
        """An answer that is not a failure; raises Refused, or DemoStopped if there is none."""
        headers = dict(options.pop("headers", None) or {})
        if token:
            headers["authorization"] = f"Bearer {token}"
        for tries_left in reversed(range(_TRIES)):
            try:
                answer = await self.client.request(method, path, headers=headers, **options)
            except httpx2.TransportError as failed:
                if not tries_left:
                    raise DemoStopped(f"{path}: no answer ({type(failed).__name__}).") from failed
                await asyncio.sleep(0.2)
                continue
            self.calls += 1
            if answer.is_success:
                return answer
            if answer.status_code not in {429, 503} or not tries_left or "retry-after" not in answer.headers:
                break
            await self._wait(answer)
        raise Refused(answer)

    async def _wait(self, answer: httpx2.Response) -> None:
        seconds = int(answer.headers["retry-after"])
        if seconds > LONGEST_WAIT.total_seconds():
            raise DemoStopped(
                f"Hallway asks to wait {round(seconds / 60)} minutes before {answer.request.url.path} may be "
                "called again (its limits hold for the demo too). Come back then, or play in another folder: "
                "--data."
            )
        if seconds > 1:
            self.on_wait(f"{answer.request.url.path} is limited; waiting {seconds} s, as asked")
        await asyncio.sleep(seconds)


@dataclass(slots=True)
class Phone:
    """An app on which somebody is signed in; it keeps its session fresh."""

    api: Api
    email: str
    tokens: dict[str, Any]
    _refreshing: asyncio.Lock = field(default_factory=asyncio.Lock, repr=False)

    @property
    def person_id(self) -> str:
        return self.tokens["person_id"]

    async def call(self, method: str, path: str, **options: Any) -> httpx2.Response:
        await self._keep_fresh()
        return await self.api.call(method, path, token=self.tokens["access_token"], **options)

    async def get(self, path: str, **params: Any) -> Any:
        return (await self.call("GET", path, params=params)).json()

    async def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        return (await self.call("POST", path, json=body)).json()

    async def edit(self, path: str, changes: dict[str, Any]) -> Any:
        """Change whatever version is there: nobody else edits what belongs to this phone's owner."""
        return (await self.call("PATCH", path, json=changes, headers={"if-match": "*"})).json()

    async def _keep_fresh(self) -> None:
        async with self._refreshing:
            ends_at = datetime.fromisoformat(self.tokens["access_expires_at"])
            if ends_at - datetime.now(UTC) > _REFRESH_BEFORE:
                return
            body = {"refresh_token": self.tokens["refresh_token"]}
            self.tokens = (await self.api.call("POST", "/v1/sessions/refresh", json=body)).json()


async def wait_until_ready(api: Api, still_serving: Callable[[], bool]) -> None:
    """Until the server answers; raises DemoStopped if it ends instead."""
    while True:
        try:
            answer = await api.client.get("/v1/readiness")
        except httpx2.TransportError:
            answer = None
        if answer is not None and answer.is_success:
            return
        if not still_serving():
            raise DemoStopped(f"The server ended while it started; {LOG} in the demo's folder says why.")
        await asyncio.sleep(0.1)


async def looks(at_most: timedelta, otherwise: str) -> AsyncIterator[None]:
    """Again and again, for what comes later by itself; raises DemoStopped when it has taken too long."""
    loop = asyncio.get_running_loop()
    gives_up_at = loop.time() + at_most.total_seconds()
    while loop.time() < gives_up_at:
        yield
        await asyncio.sleep(_LOOK_EVERY.total_seconds())
    raise DemoStopped(otherwise)


async def together(
    items: Iterable[Item],
    act: Callable[[Item], Awaitable[Result]],
    *,
    done: Callable[[], None],
    at_once: int = AT_ONCE,
) -> list[Result]:
    """Act on all items, begun in their order and so many at once; the results in the order of the items."""
    waiting = enumerate(items)
    results: dict[int, Result] = {}

    async def work() -> None:
        for place, item in waiting:
            results[place] = await act(item)
            done()

    workers = [asyncio.create_task(work()) for _ in range(at_once)]
    try:
        await asyncio.gather(*workers)
    finally:
        for worker in workers:
            worker.cancel()
        await asyncio.gather(*workers, return_exceptions=True)
    return [results[place] for place in sorted(results)]

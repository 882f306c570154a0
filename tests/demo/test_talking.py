"""How the demo's phones talk to a server: as patient as they are told to be, and no longer."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from rich.console import Console

from server.demo.api import Api, Phone, Refused, looks, together
from server.demo.errors import DemoStopped
from server.demo.outbox import Outbox, sign_in_code
from server.demo.progress import Progress


def api_that_answers(*answers: httpx2.Response, seen: list[httpx2.Request] | None = None) -> Api:
    left = list(answers)

    def answer(request: httpx2.Request) -> httpx2.Response:
        if seen is not None:
            seen.append(request)
        return left.pop(0)

    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), base_url="http://hallway.example")
    return Api(client, on_wait=lambda _: None)


def limited(seconds: int) -> httpx2.Response:
    return httpx2.Response(429, headers={"retry-after": str(seconds)}, json={})


async def test_who_is_told_to_come_back_later_does():
    api = api_that_answers(limited(0), limited(0), httpx2.Response(200, json={"said": "welcome"}))
    assert (await api.call("GET", "/v1/me")).json() == {"said": "welcome"}


async def test_nobody_waits_for_an_hour_with_somebody_looking_on():
    api = api_that_answers(limited(3_000))
    with pytest.raises(DemoStopped, match=r"wait 50 minutes before /v1/sign_in_codes.*--data"):
        await api.call("POST", "/v1/sign_in_codes")


async def test_a_refusal_names_the_call_and_the_problem():
    problem = {"code": "event_not_found", "detail": None, "errors": []}
    refusal = httpx2.Response(404, headers={"content-type": "application/problem+json"}, json=problem)
    with pytest.raises(Refused, match="GET /v1/events/1 was answered 404: event_not_found") as refused:
        await api_that_answers(refusal).call("GET", "/v1/events/1")
    assert refused.value.code == "event_not_found"


async def test_a_session_is_refreshed_before_it_ends():
    def tokens(name: str, minutes: float) -> dict[str, str]:
        ends_at = datetime.now(UTC) + timedelta(minutes=minutes)
        return {"access_token": name, "refresh_token": f"r-{name}", "access_expires_at": ends_at.isoformat()}

    seen: list[httpx2.Request] = []
    new = httpx2.Response(200, json=tokens("new", 10))
    api = api_that_answers(new, httpx2.Response(200, json={}), httpx2.Response(200, json={}), seen=seen)
    phone = Phone(api, "ada@example.org", tokens("old", 0.5))

    await phone.get("/v1/me")
    await phone.get("/v1/me")

    assert [request.url.path for request in seen] == ["/v1/sessions/refresh", "/v1/me", "/v1/me"]
    assert [request.headers.get("authorization") for request in seen] == [None, "Bearer new", "Bearer new"]


async def test_results_keep_the_order_and_the_first_failure_ends_all():
    ticks: list[None] = []

    async def double(number: int) -> int:
        if number < 0:
            raise DemoStopped(f"{number} is less than nothing")
        return 2 * number

    done = await together(range(50), double, done=lambda: ticks.append(None), at_once=7)
    assert (done, len(ticks)) == ([2 * number for number in range(50)], 50)
    with pytest.raises(DemoStopped, match="-1 is less"):
        await together([1, -1, 2], double, done=lambda: None, at_once=2)


async def test_looking_ends_with_a_reason():
    with pytest.raises(DemoStopped, match="Nothing came"):
        async for _ in looks(timedelta(0), "Nothing came."):
            pass


def test_the_outbox_holds_new_mail_only(tmp_path: Path):
    def post(name: str, subject: str) -> None:
        (tmp_path / name).write_bytes(f"To: ada@example.org\r\nSubject: {subject}\r\n\r\nHello\r\n".encode())

    post("1.eml", "111111 is your Hallway code")
    outbox = Outbox(tmp_path)
    post("2.eml", "271828 is your Hallway code")

    [(path, mail)] = outbox.new_mails()
    assert (path.name, sign_in_code(mail)) == ("2.eml", "271828")
    assert list(outbox.new_mails()) == []


def test_outside_a_terminal_each_stage_is_a_line(capsys: pytest.CaptureFixture[str]):
    progress = Progress(Console(force_terminal=False))
    with progress.stage("Badges are issued", 403) as done:
        done()
    assert capsys.readouterr().out.split() == ["Badges", "are", "issued", "403", "0.0", "s"]
    assert [(timing.stage, timing.count) for timing in progress.timings] == [("Badges are issued", 403)]

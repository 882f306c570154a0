"""Google's push service as far as it is written down, spoken for real: FCM HTTP v1 and its token endpoint."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs

import h11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

PROJECT, ROBOT, KEY_ID = "hallway-test", "push@hallway-test.example", "k1"
FCM_ERROR = "type.googleapis.com/google.firebase.fcm.v1.FcmError"
BAD_REQUEST = "type.googleapis.com/google.rpc.BadRequest"


@dataclass(frozen=True)
class Say:
    """An answer other than the plain one. `taken` is whether the push arrives all the same; `cut`, whether the
    connection breaks instead of it."""

    status: int = 200
    body: dict[str, Any] | bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)
    taken: bool = False
    cut: bool = False


def refuse(status: int, code: str, fcm: str | None = None, **more: Any) -> Say:
    """Google's error, with FCM's own code where it has one."""
    details = [{"@type": FCM_ERROR, "errorCode": fcm}] if fcm else []
    return Say(
        status, {"error": {"code": status, "message": "…", "status": code, "details": details}}, **more
    )


BAD_TOKEN = Say(
    400,
    {
        "error": {
            "code": 400,
            "message": "The registration token is not a valid FCM registration token",
            "status": "INVALID_ARGUMENT",
            "details": [
                {"@type": FCM_ERROR, "errorCode": "INVALID_ARGUMENT"},
                {
                    "@type": BAD_REQUEST,
                    "fieldViolations": [
                        {"field": "message.token", "description": "Invalid registration token"}
                    ],
                },
            ],
        }
    },
)


@dataclass
class Google:
    """`answers` are given to pushes in turn, and `to_token_requests` to those; then everything sound is taken.
    `before_answer` is called with each push taken."""

    clock: Callable[[], datetime]
    answers: deque[Say] = field(default_factory=deque)
    to_token_requests: deque[Say] = field(default_factory=deque)
    taken: list[dict[str, Any]] = field(default_factory=list)
    asked: int = 0
    access_tokens: list[str] = field(default_factory=list)
    good: set[str] = field(default_factory=set)
    gone: set[str] = field(default_factory=set)
    key: rsa.RSAPrivateKey = field(default_factory=lambda: rsa.generate_private_key(65537, 2048))
    before_answer: Callable[[dict[str, Any], int], None] = lambda taken, port: None  # noqa: ARG005

    def credentials(self, address: str) -> dict[str, str]:
        """The file of a service account."""
        key = self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        return {
            "type": "service_account",
            "project_id": PROJECT,
            "client_email": ROBOT,
            "private_key_id": KEY_ID,
            "private_key": key.decode(),
            "token_uri": f"{address}/token",
        }

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The address under which it listens."""
        server = await asyncio.start_server(self.talk, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    async def talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionResetError):  # who asked was killed
            await self.listen(reader, writer)

    async def listen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        line = h11.Connection(h11.SERVER)
        port = writer.get_extra_info("sockname")[1]
        request, body = None, b""
        while True:
            event = line.next_event()
            if event is h11.NEED_DATA:
                line.receive_data(await reader.read(65536))
            elif isinstance(event, h11.Request):
                request, body = event, b""
            elif isinstance(event, h11.Data):
                body += bytes(event.data)
            elif isinstance(event, h11.EndOfMessage):
                said = self.judge(request, body, port)
                if said.cut:
                    writer.transport.abort()
                    return
                answer = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
                headers = {
                    "content-type": "application/json",
                    "content-length": str(len(answer)),
                    **said.headers,
                }
                writer.write(line.send(h11.Response(status_code=said.status, headers=list(headers.items()))))
                writer.write(line.send(h11.Data(answer)) + line.send(h11.EndOfMessage()))
                line.start_next_cycle()
            else:
                writer.close()
                return

    def judge(self, request: h11.Request, body: bytes, port: int) -> Say:
        path = request.target.decode()
        if path == "/token":
            return self.give_access(parse_qs(body.decode()), port)
        self.asked += 1
        headers = {name.decode(): value.decode() for name, value in request.headers}
        said = self.answers.popleft() if self.answers else self.look_at(path, headers, json.loads(body))
        if said.status == 200 or said.taken:
            taken = json.loads(body)["message"]
            self.taken.append(taken)
            self.before_answer(taken, port)
        return said

    def look_at(self, path: str, headers: dict[str, str], body: dict[str, Any]) -> Say:
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.good:
            return refuse(401, "UNAUTHENTICATED")
        if path != f"/v1/projects/{PROJECT}/messages:send":
            return refuse(404, "NOT_FOUND")
        if body["message"]["token"] in self.gone:
            return refuse(404, "NOT_FOUND", "UNREGISTERED")
        return Say(body={"name": f"projects/{PROJECT}/messages/{self.asked}"})

    def give_access(self, form: dict[str, list[str]], port: int) -> Say:
        if self.to_token_requests:
            return self.to_token_requests.popleft()
        assert form["grant_type"] == ["urn:ietf:params:oauth:grant-type:jwt-bearer"]
        try:
            found = jwt.decode(form["assertion"][0], RSAKey.import_key(self.key), algorithms=["RS256"])
        except (JoseError, ValueError):
            return Say(400, {"error": "invalid_grant", "error_description": "Invalid JWT Signature."})
        claims = found.claims
        if abs(claims["iat"] - self.clock().timestamp()) > 300 or claims["exp"] - claims["iat"] != 3600:
            return Say(400, {"error": "invalid_grant", "error_description": "Invalid JWT: clock."})
        assert claims["iss"] == ROBOT
        assert claims["aud"] == f"http://127.0.0.1:{port}/token"
        assert claims["scope"] == "https://www.googleapis.com/auth/firebase.messaging"
        token = f"access-{len(self.access_tokens)}"
        self.access_tokens.append(token)
        self.good.add(token)
        return Say(body={"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

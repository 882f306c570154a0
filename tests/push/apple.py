"""Apple's push service as far as it is written down, spoken for real: HTTP/2 over TLS, on this machine."""

import asyncio
import json
import ssl
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import ConnectionTerminated, DataReceived, RequestReceived, StreamEnded
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

KEY_ID, TEAM_ID, TOPIC = "ABC123DEFG", "ABCDE12345", "org.example.hallway"
OLDEST_TOKEN = timedelta(hours=1)


@dataclass(frozen=True)
class Taken:
    """A push that Apple took."""

    device: str
    collapse_id: str
    payload: dict[str, Any]
    headers: dict[str, str]


@dataclass(frozen=True)
class Say:
    """An answer other than the plain one. `taken` is whether the push arrives all the same."""

    status: int = 200
    body: dict[str, Any] | bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    taken: bool = False
    cut: bool = False
    """The connection breaks instead of an answer."""
    goaway: int | None = None
    """The connection ends by GOAWAY instead: this is the last stream that was dealt with."""


def refuse(status: int, reason: str, **more: Any) -> Say:
    return Say(status, {"reason": reason, **more.pop("body", {})}, **more)


@dataclass
class Apple:
    """`answers` are given in turn, then every sound push is taken. `before_answer` is called with each push taken."""

    certificate: tuple[Path, Path]
    clock: Callable[[], datetime]
    answers: deque[Say] = field(default_factory=deque)
    taken: list[Taken] = field(default_factory=list)
    asked: int = 0
    tokens: list[str] = field(default_factory=list)
    connections: int = 0
    gone: dict[str, datetime] = field(default_factory=dict)
    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    before_answer: Callable[[Taken, int], None] = lambda taken, port: None  # noqa: ARG005

    @property
    def key_pem(self) -> str:
        return self.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ).decode()

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[str]:
        """The address under which it listens."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.certificate)
        context.set_alpn_protocols(["h2"])
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: Line(self), "127.0.0.1", 0, ssl=context)
        async with server:
            yield f"https://127.0.0.1:{server.sockets[0].getsockname()[1]}"

    def judge(self, path: str, headers: dict[str, str], body: bytes, port: int) -> Say:
        self.asked += 1
        said = self.answers.popleft() if self.answers else self.look_at(path, headers, body)
        if said.status == 200 or said.taken:
            device = path.removeprefix("/3/device/")
            taken = Taken(device, headers.get("apns-collapse-id", ""), json.loads(body), headers)
            self.taken.append(taken)
            self.before_answer(taken, port)
        return said

    def look_at(self, path: str, headers: dict[str, str], body: bytes) -> Say:
        """What Apple looks at, in its words."""
        scheme, _, token = headers.get("authorization", "").partition(" ")
        if not path.startswith("/3/device/"):
            return refuse(404, "BadPath")
        if scheme.lower() != "bearer":
            return refuse(403, "MissingProviderToken")
        self.tokens.append(token)
        if wrong := self.wrong_with(token):
            return refuse(403, wrong)
        if headers.get("apns-topic") != TOPIC:
            return refuse(400, "TopicDisallowed")
        device = path.removeprefix("/3/device/")
        if len(device) != 64 or set(device) - set("0123456789abcdef") or device == "0" * 64:
            return refuse(400, "BadDeviceToken")
        if len(headers.get("apns-collapse-id", "").encode()) > 64:
            return refuse(400, "BadCollapseId")
        if len(body) > 4096:
            return refuse(413, "PayloadTooLarge")
        if since := self.gone.get(device):
            return refuse(410, "Unregistered", body={"timestamp": int(since.timestamp() * 1000)})
        return Say()

    def wrong_with(self, token: str) -> str:
        try:
            found = jwt.decode(token, ECKey.import_key(self.key_pem), algorithms=["ES256"])
        except (JoseError, ValueError):
            return "InvalidProviderToken"
        if (found.header.get("kid"), found.claims.get("iss")) != (KEY_ID, TEAM_ID):
            return "InvalidProviderToken"
        issued = datetime.fromtimestamp(found.claims["iat"], UTC)
        return "ExpiredProviderToken" if abs(self.clock() - issued) > OLDEST_TOKEN else ""


class Line(asyncio.Protocol):
    """One connection of somebody who pushes."""

    def __init__(self, apple: Apple) -> None:
        self.apple = apple
        self.h2 = H2Connection(H2Configuration(client_side=False, header_encoding="utf-8"))
        self.headers: dict[int, dict[str, str]] = {}
        self.bodies: dict[int, bytes] = {}

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.apple.connections += 1
        self.h2.initiate_connection()
        transport.write(self.h2.data_to_send())

    def data_received(self, data: bytes) -> None:
        for event in self.h2.receive_data(data):
            if isinstance(event, RequestReceived):
                self.headers[event.stream_id], self.bodies[event.stream_id] = dict(event.headers), b""
            elif isinstance(event, DataReceived):
                self.bodies[event.stream_id] += event.data
                self.h2.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, StreamEnded):
                self.answer(event.stream_id)
            elif isinstance(event, ConnectionTerminated):
                self.transport.close()
        if not self.transport.is_closing():
            self.transport.write(self.h2.data_to_send())

    def answer(self, stream: int) -> None:
        headers, body = self.headers.pop(stream), self.bodies.pop(stream)
        port = self.transport.get_extra_info("sockname")[1]
        said = self.apple.judge(headers[":path"], headers, body, port)
        if said.cut:
            self.transport.abort()
        elif said.goaway is not None:
            self.h2.close_connection(last_stream_id=said.goaway)
            self.transport.write(self.h2.data_to_send())
            self.transport.close()
        else:
            answer = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.h2.send_headers(
                stream, [(":status", str(said.status)), *said.headers.items()], end_stream=not answer
            )
            if answer:
                self.h2.send_data(stream, answer, end_stream=True)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate of 127.0.0.1 that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push service of a test")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, key_pem = folder / "certificate.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    key_pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return pem, key_pem

"""Google's service, FCM HTTP v1: an access token got for the service account's signed word, then one call a push.

https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages, for the answers .../v1/ErrorCode, and
https://developers.google.com/identity/protocols/oauth2/service-account (RFC 7523).
"""

import asyncio
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from server.push.messages import Answer, Outcome, Push, body_of, broken, retry_after

SCOPE = "https://www.googleapis.com/auth/firebase.messaging"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SPARE = timedelta(minutes=5)  # before it ends, an access token is got anew
WAIT_UNLESS_SAID = timedelta(minutes=1)  # what Google asks for where it names no time


class NoAccess(Exception):
    """No access token was to be had; says what to answer instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.detail)
        self.answer = answer


@dataclass(slots=True)
class Fcm:
    """One project's line to Google."""

    http: httpx2.AsyncClient
    project: str
    email: str
    key: RSAKey
    key_id: str
    token_url: str
    _token: str = field(default="", init=False)
    _good_until: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)
    _lock: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def send(self, push: Push, *, now: datetime) -> Answer:
        """Tried again at once with a new access token if Google does not take ours any more."""
        try:
            token = await self._access(now=now)
            answer = judge(await self._post(push, token, now=now), now=now)
            if answer.detail == "UNAUTHENTICATED":
                token = await self._access(now=now, instead_of=token)
                answer = judge(await self._post(push, token, now=now), now=now)
        except NoAccess as refused:
            return refused.answer
        except httpx2.TransportError as failed:
            return broken(failed)
        return answer

    async def check(self, *, now: datetime) -> str:
        try:
            await self._access(now=now)
        except NoAccess as refused:
            return refused.answer.detail
        return ""

    async def _post(self, push: Push, token: str, *, now: datetime) -> httpx2.Response:
        lasts = max(int((push.expires_at - now).total_seconds()), 0)
        message = {
            "token": push.token,
            "notification": {"title": push.title, "body": push.body},
            "data": dict(push.data),
            "android": {
                "collapse_key": push.collapse_key,
                "ttl": f"{lasts}s",
                "notification": {"tag": push.collapse_key},
            },
            "webpush": {"headers": {"TTL": str(lasts)}, "notification": {"tag": push.collapse_key}},
        }
        return await self.http.post(
            f"/v1/projects/{self.project}/messages:send",
            json={"message": message},
            headers={"authorization": f"Bearer {token}"},
        )

    async def _access(self, *, now: datetime, instead_of: str = "") -> str:
        """The access token that is good now, fetched once for however many wait for it. Raises NoAccess."""
        async with self._lock:
            if self._good_until <= now or self._token == instead_of:
                await self._fetch(now=now)
            return self._token

    async def _fetch(self, *, now: datetime) -> None:
        issued = int(now.timestamp())
        claims = {
            "iss": self.email,
            "scope": SCOPE,
            "aud": self.token_url,
            "iat": issued,
            "exp": issued + 3600,
        }
        assertion = jwt.encode({"alg": "RS256", "kid": self.key_id}, claims, self.key)
        try:
            answer = await self.http.post(self.token_url, data={"grant_type": GRANT, "assertion": assertion})
        except httpx2.TransportError as failed:  # whatever broke, nothing was pushed
            raise NoAccess(Answer(Outcome.LATER, f"token: {type(failed).__name__}")) from failed
        said = body_of(answer)
        if not isinstance(said.get("access_token"), str) or not isinstance(said.get("expires_in"), int):
            detail = f"token: {said.get('error') or answer.status_code}"
            raise NoAccess(Answer(Outcome.LATER, detail, after=retry_after(answer, now=now)))
        self._token = said["access_token"]
        self._good_until = now + timedelta(seconds=said["expires_in"]) - SPARE


def judge(answer: httpx2.Response, *, now: datetime) -> Answer:
    if answer.status_code == httpx2.codes.OK:
        return Answer(Outcome.SENT)
    code, blamed = _said(answer)
    if code == "UNREGISTERED" or "message.token" in blamed:
        return Answer(Outcome.GONE, code)
    if answer.status_code == httpx2.codes.BAD_REQUEST:
        return Answer(Outcome.REFUSED, code)
    after = retry_after(answer, now=now)
    if after is None and answer.status_code == httpx2.codes.TOO_MANY_REQUESTS:
        after = WAIT_UNLESS_SAID
    return Answer(Outcome.LATER, code, after=after)


def _said(answer: httpx2.Response) -> tuple[str, set[str]]:
    """FCM's code for what is wrong, else Google's, else the status; and the fields that it blames."""
    error = body_of(answer).get("error")
    if not isinstance(error, dict):
        return str(answer.status_code), set()
    code, blamed = str(error.get("status") or answer.status_code), set()
    for detail in error.get("details") or ():
        code = str(detail.get("errorCode") or code)
        blamed |= {violation.get("field") for violation in detail.get("fieldViolations") or ()}
    return code, blamed

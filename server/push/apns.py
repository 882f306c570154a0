"""Apple's service: HTTP/2, with a token signed by the team's key (ES256).

https://developer.apple.com/documentation/usernotifications/sending-notification-requests-to-apns and, for the answers,
.../handling-notification-responses-from-apns.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx2
from joserfc import jwt
from joserfc.jwk import ECKey

from server.push.messages import Answer, Outcome, Push, body_of, broken, retry_after

# Apple takes a token for up to an hour, and a new one at most every 20 minutes.
TOKEN_LIFETIME = timedelta(minutes=40)
NEWEST_TOKEN = timedelta(minutes=20)

DEAD = {"BadDeviceToken", "Unregistered", "ExpiredToken"}
OURS_TO_MEND = {
    "BadCertificate",
    "BadCertificateEnvironment",
    "BadEnvironmentKeyIdInToken",
    "BadTopic",
    "DeviceTokenNotForTopic",  # of one app for all tokens, so it is the topic that is wrong
    "ExpiredProviderToken",
    "Forbidden",
    "InvalidProviderToken",
    "MissingProviderToken",
    "MissingTopic",
    "TopicDisallowed",
    "UnrelatedKeyIdInToken",
}


@dataclass(slots=True)
class Apns:
    """One app's line to Apple, over one connection. The token that signs us in is kept as long as it is good."""

    http: httpx2.AsyncClient
    key: ECKey
    key_id: str
    team_id: str
    topic: str
    _token: str = field(default="", init=False)
    _signed_at: datetime = field(default=datetime.min.replace(tzinfo=UTC), init=False)

    async def send(self, push: Push, *, now: datetime) -> Answer:
        """Tried again at once with a new token if ours was too old for Apple, as after a clock was set."""
        answer = await self._post(push, now=now)
        if answer.detail == "ExpiredProviderToken" and now - self._signed_at >= NEWEST_TOKEN:
            self._signed_at = datetime.min.replace(tzinfo=UTC)
            answer = await self._post(push, now=now)
        return answer

    async def check(self, *, now: datetime) -> str:
        """Apple says nothing of a key but with a push; one to a token that is none tells."""
        probe = Push("0" * 64, "", "", {}, "doctor", now)
        answer = await self.send(probe, now=now)
        return "" if answer.outcome is Outcome.GONE else answer.detail

    async def _post(self, push: Push, *, now: datetime) -> Answer:
        headers = {
            "authorization": f"bearer {self._signed(now)}",
            "apns-topic": self.topic,
            "apns-push-type": "alert",
            "apns-priority": "10",
            "apns-expiration": str(int(push.expires_at.timestamp())),
            "apns-collapse-id": push.collapse_key,
        }
        alert = {"alert": {"title": push.title, "body": push.body}, "sound": "default"}
        try:
            answer = await self.http.post(
                f"/3/device/{quote(push.token, safe='')}", json={**push.data, "aps": alert}, headers=headers
            )
        except httpx2.TransportError as failed:
            return broken(failed)
        return judge(answer, now=now)

    def _signed(self, now: datetime) -> str:
        if now - self._signed_at >= TOKEN_LIFETIME:
            claims = {"iss": self.team_id, "iat": int(now.timestamp())}
            self._token = jwt.encode({"alg": "ES256", "kid": self.key_id}, claims, self.key)
            self._signed_at = now
        return self._token


def judge(answer: httpx2.Response, *, now: datetime) -> Answer:
    if answer.status_code == httpx2.codes.OK:
        return Answer(Outcome.SENT)
    said = body_of(answer)
    reason = str(said.get("reason") or answer.status_code)
    if reason in DEAD or answer.status_code == httpx2.codes.GONE:
        return Answer(Outcome.GONE, reason, gone_since=_moment(said.get("timestamp")))
    if (
        reason in OURS_TO_MEND
        or answer.status_code == httpx2.codes.TOO_MANY_REQUESTS
        or answer.is_server_error
    ):
        return Answer(Outcome.LATER, reason, after=retry_after(answer, now=now))
    return Answer(Outcome.REFUSED, reason)


def _moment(milliseconds: object) -> datetime | None:
    return datetime.fromtimestamp(milliseconds / 1000, UTC) if isinstance(milliseconds, int) else None

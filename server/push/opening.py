"""Which services are set up? From the settings, with their keys read; what is half set is refused in words."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import httpx2
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, RSAKey

from server.push.apns import Apns
from server.push.fcm import Fcm
from server.push.messages import LIMITS, TIMEOUT, PushSender
from server.settings import Settings, SettingsWrong


@asynccontextmanager
async def push_senders(settings: Settings) -> AsyncIterator[Mapping[str, PushSender]]:
    """Who pushes to which platform, for as long as it lasts. Raises SettingsWrong."""
    settings.require_whole()
    senders: dict[str, PushSender] = {}
    async with AsyncExitStack() as lines:
        if settings.pushes_to_apple:
            # Apple speaks HTTP/2 alone.
            http = httpx2.AsyncClient(
                base_url=settings.apns_url, http1=False, http2=True, timeout=TIMEOUT, limits=LIMITS
            )
            senders["ios"] = open_apns(settings, await lines.enter_async_context(http))
        if settings.fcm_credentials is not None:
            http = httpx2.AsyncClient(base_url=settings.fcm_url, http2=True, timeout=TIMEOUT, limits=LIMITS)
            fcm = open_fcm(settings.fcm_credentials, await lines.enter_async_context(http))
            senders["android"] = senders["web"] = fcm
        yield senders


def open_apns(settings: Settings, http: httpx2.AsyncClient) -> Apns:
    key_file, key_id = settings.apns_key, settings.apns_key_id
    team_id, topic = settings.apns_team_id, settings.apns_topic
    if key_file is None or key_id is None or team_id is None or topic is None:
        raise SettingsWrong("APNs is not set up.")
    try:
        key = ECKey.import_key(key_file.read_text())
    except (OSError, ValueError, JoseError) as wrong:
        raise SettingsWrong(
            f"HALLWAY_APNS_KEY: {key_file} is no .p8 key ({type(wrong).__name__})."
        ) from wrong
    if key.curve_name != "P-256":
        raise SettingsWrong(f"HALLWAY_APNS_KEY: {key_file} is no key for ES256.")
    return Apns(http, key, key_id=key_id, team_id=team_id, topic=topic)


def open_fcm(credentials: Path, http: httpx2.AsyncClient) -> Fcm:
    try:
        account: dict[str, Any] = json.loads(credentials.read_text())
        return Fcm(
            http,
            project=account["project_id"],
            email=account["client_email"],
            key=RSAKey.import_key(account["private_key"]),
            key_id=account["private_key_id"],
            token_url=account["token_uri"],
        )
    except (OSError, ValueError, KeyError, TypeError, JoseError) as wrong:
        raise SettingsWrong(
            f"HALLWAY_FCM_CREDENTIALS: {credentials} is no service account's key ({type(wrong).__name__})."
        ) from wrong

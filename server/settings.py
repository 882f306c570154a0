"""What an operator can set. The only file that reads the environment; `.env.example` says what each means."""

from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasChoices, BaseModel, ConfigDict, Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

SECRETS = ("session_secret", "code_secret", "ticket_secret", "limit_secret")
WEAKEST_SECRET = 32  # characters
FEWEST_DIFFERENT = 10  # of them; hexadecimal has 16
PLACEHOLDERS = ("change", "example", "password", "secret")
MAKE_ONE = 'Make one with: python3 -c "import secrets; print(secrets.token_urlsafe(32))"'
APNS = ("apns_key", "apns_key_id", "apns_team_id", "apns_topic")


class SettingsWrong(ValueError):
    """The settings contradict each other or lack something; the message says what to set."""


def weakness_of(secret: str) -> str | None:
    """Why somebody could guess it; None for what a generator made."""
    if len(secret) < WEAKEST_SECRET:
        return f"under {WEAKEST_SECRET} characters"
    if len(set(secret)) < FEWEST_DIFFERENT:
        return "few different characters"
    if any(word in secret.lower() for word in PLACEHOLDERS):
        return "a placeholder"
    return None


class AndroidApp(BaseModel):
    """An app that may open badges, and the SHA-256 fingerprints of the certificates that sign it."""

    model_config = ConfigDict(frozen=True)

    package: Annotated[str, Field(pattern=r"^[A-Za-z]\w*(\.[A-Za-z]\w*)+$")]
    fingerprints: tuple[Annotated[str, Field(pattern=r"^[0-9A-F]{2}(:[0-9A-F]{2}){31}$")], ...]


AppleAppId = Annotated[str, Field(pattern=r"^[A-Z0-9]{10}\.[A-Za-z0-9.-]+$")]
ServiceUrl = Annotated[str, Field(pattern=r"^https?://[^\s/]+$")]
StoreUrl = Annotated[str | None, Field(pattern=r"^https://[^\s\"'<>]+$")]


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="HALLWAY_", env_file=".env", extra="ignore", frozen=True)

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 8000
    public_url: str = "http://127.0.0.1:8000"

    data: Path = Path("data")
    database_url: Annotated[
        str | None, Field(validation_alias=AliasChoices("database_url", "DATABASE_URL"))
    ] = None
    database_url_direct: str | None = None
    database_url_reads: str | None = None
    pool_size: Annotated[int, Field(ge=2, le=200)] = 16
    statement_cache: bool = True
    requests_at_once: Annotated[int | None, Field(ge=2, le=2000)] = None
    shutdown_notice: Annotated[float, Field(ge=0, le=60)] = 5

    session_secret: SecretStr | None = None
    code_secret: SecretStr | None = None
    ticket_secret: SecretStr | None = None
    limit_secret: SecretStr | None = None

    erasures: Path | None = None

    mail_url: str | None = None
    mail_from: str = "Hallway <hallway@localhost.localdomain>"
    mail_bounces: Annotated[str | None, Field(pattern=r"^[^@\s+]+@[^@\s]+$")] = None

    fcm_credentials: Path | None = None
    fcm_url: ServiceUrl = "https://fcm.googleapis.com"
    apns_key: Path | None = None
    apns_key_id: Annotated[str | None, Field(pattern=r"^[A-Z0-9]{10}$")] = None
    apns_team_id: Annotated[str | None, Field(pattern=r"^[A-Z0-9]{10}$")] = None
    apns_topic: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9.-]+$")] = None
    apns_url: ServiceUrl = "https://api.push.apple.com"

    apple_app_ids: Annotated[tuple[AppleAppId, ...], NoDecode] = ()
    android_apps: Annotated[tuple[AndroidApp, ...], NoDecode] = ()
    app_store_url: StoreUrl = None
    play_store_url: StoreUrl = None

    trusted_proxies: Annotated[tuple[IPv4Network | IPv6Network, ...], NoDecode] = ()
    cors_origins: Annotated[tuple[str, ...], NoDecode] = ()
    minimum_client_versions: Annotated[tuple[str, ...], NoDecode] = ()

    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int | None, Field(ge=0, le=65535)] = None

    log_level: Literal["debug", "info", "warning", "error"] = "info"
    log_format: Literal["json", "text"] = "json"

    @model_validator(mode="before")
    @classmethod
    def split_lists(cls, values: dict[str, object]) -> dict[str, object]:
        for name in (
            "trusted_proxies",
            "cors_origins",
            "minimum_client_versions",
            "apple_app_ids",
            "android_apps",
        ):
            written = values.get(name)
            if isinstance(written, str):
                values[name] = tuple(part.strip() for part in written.split(",") if part.strip())
        apps = values.get("android_apps", ())
        if isinstance(apps, tuple):
            words = [app.split() if isinstance(app, str) else app for app in apps]
            values["android_apps"] = tuple(
                {"package": app[0], "fingerprints": app[1:]} if isinstance(app, list) else app
                for app in words
            )
        return values

    @property
    def embedded(self) -> bool:
        """Whether the PostgreSQL that starts by itself is ours to start: only when no other is named."""
        return self.database_url is None

    def complete(self, *, database_url: str, secrets: dict[str, str]) -> Self:
        """These settings with what the embedded default generated: a database and the secrets left unset."""
        found = {
            name: SecretStr(secrets[f"HALLWAY_{name.upper()}"])
            for name in SECRETS
            if getattr(self, name) is None
        }
        return self.model_copy(update={"database_url": database_url, **found})

    def require_secrets(self) -> None:
        """Refuse to start with a secret missing or guessable: none of them has a default."""
        missing = [f"HALLWAY_{name.upper()}" for name in SECRETS if getattr(self, name) is None]
        if missing:
            raise SettingsWrong(
                f"DATABASE_URL is set, so these must be set too: {', '.join(missing)}. {MAKE_ONE}"
            )
        chosen = {f"HALLWAY_{name.upper()}": getattr(self, name).get_secret_value() for name in SECRETS}
        if weak := [f"{name} ({why})" for name, value in chosen.items() if (why := weakness_of(value))]:
            raise SettingsWrong(f"No secret: {', '.join(weak)}. {MAKE_ONE}")
        twice = [name for name, value in chosen.items() if list(chosen.values()).count(value) > 1]
        if twice:
            raise SettingsWrong(
                f"Each secret is for one purpose, and these are the same: {', '.join(twice)}."
            )

    def secret(self, name: Literal["session", "code", "ticket", "limit"]) -> bytes:
        value: SecretStr | None = getattr(self, f"{name}_secret")
        if value is None:
            raise SettingsWrong(f"HALLWAY_{name.upper()}_SECRET is not set.")
        return value.get_secret_value().encode()

    @property
    def pushes_to_apple(self) -> bool:
        return all(getattr(self, name) is not None for name in APNS)

    def require_whole(self) -> None:
        """Refuse what is half set up."""
        missing = [f"HALLWAY_{name.upper()}" for name in APNS if getattr(self, name) is None]
        if missing and len(missing) < len(APNS):
            raise SettingsWrong(f"APNs is half set up; set these too, or none of them: {', '.join(missing)}.")

    @property
    def most_requests_at_once(self) -> int:
        """How many requests work at a time: as many as can hold a connection, and as many again that read, pack or
        compute meanwhile (decision 0038)."""
        return self.requests_at_once or 2 * self.pool_size

    @property
    def erasure_ledger(self) -> Path:
        """Where erasures are written down, besides the database."""
        return self.erasures or self.data / "erasures.jsonl"

    @property
    def mail(self) -> str:
        """Where mail goes: `smtp://`, `smtps://` or `folder://`; a folder of files unless said otherwise."""
        return self.mail_url or f"folder://{self.data.absolute() / 'outbox'}"

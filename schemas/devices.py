"""A person's devices, as clients register and see them."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.wire import In, MomentOut, Name, Out, Zone

EXAMPLE_DEVICE = "0d0c4b1e-6f0e-4d0b-8f25-0f0e0d0c0b0a"

PushToken = Annotated[str, Field(max_length=2_000, pattern=r"^[!-~]+$")]


class Platform(StrEnum):
    """What a device runs."""

    IOS = "ios"
    ANDROID = "android"
    WEB = "web"
    OTHER = "other"


class DeviceIn(In):
    """All that is known of a device: what is left out is cleared."""

    label: Name = Field(description="A name for this device in my list.", examples=["Ada's phone"])
    platform: Platform = Field(description="What it runs.", examples=["ios"])
    push_token: PushToken | None = Field(
        None,
        description="Where pushes reach this installation; absent when they are not wanted. Another device that had "
        "the same loses it.",
        examples=["c1f0a8e2b7"],
    )
    zone: Zone = Field(
        description="The time zone the device is in (IANA); say it again when it changes.",
        examples=["Europe/Paris"],
    )


class DeviceOut(Out):
    id: UUID = Field(description="Chosen by the device with its installation.", examples=[EXAMPLE_DEVICE])
    label: str = Field(description="What it called itself.", examples=["Ada's phone"])
    platform: str = Field(description="`ios`, `android`, `web` or `other`.", examples=["ios"])
    gets_pushes: bool = Field(description="Whether it has a push token.", examples=[True])
    zone: str = Field(description="Where it last said it was.", examples=["Europe/Paris"])
    registered_at: MomentOut = Field(
        description="When it first registered.", examples=["2026-06-04T09:05:00Z"]
    )
    reported_at: MomentOut = Field(
        description="When it last said all this.", examples=["2026-06-05T08:00:00Z"]
    )
    seen_at: MomentOut = Field(
        description="When its token was last used, to the minute.", examples=["2026-06-05T08:00:00Z"]
    )
    revoked_at: MomentOut | None = Field(description="Since when its token does not count.", examples=[None])


class RegisteredDeviceOut(DeviceOut):
    device_token: str = Field(
        description="Send as `Authorization: Bearer` to `record_scan`, `sync_scans`, `undo_scan` and "
        "`get_sync_state`; it does nothing else. It outlives the session and ends at `revoke_device`.",
        examples=["hwd_AZgdTjwAcACAAAAAAAAAAQ0MSx5vDk0LjyUPDg0MCwo"],
    )


class DevicePage(Out):
    items: list[DeviceOut] = Field(description="My devices, in the order of their ids.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

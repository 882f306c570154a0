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
    """A phone of mine that delivers scans."""

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
    """A phone of mine, with the token by which it delivers."""

    device_token: str = Field(
        description="Send as `Authorization: Bearer` to `record_scan`, `sync_scans`, `check_in`, `undo_scan` and "
        "`get_sync_state`; it does nothing else. It outlives the session and ends at `revoke_device`.",
        examples=["hwd_AZgdTjwAcACAAAAAAAAAAQ0MSx5vDk0LjyUPDg0MCwo"],
    )


class DevicePage(Out):
    items: list[DeviceOut] = Field(description="My devices, in the order of their ids.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class DevicePurpose(StrEnum):
    """What a device that a supervisor invites is for."""

    DOOR = "door"


class InviteDeviceIn(In):
    """A device that will stand at an event's doors."""

    id: UUID = Field(description="Chosen by you.", examples=[EXAMPLE_DEVICE])
    station: Name = Field(description="Where it will stand.", examples=["North door"])
    purpose: DevicePurpose = Field(description="What it is for.", examples=["door"])


class EventDeviceOut(Out):
    """A device at an event's doors."""

    id: UUID = Field(description="The device.", examples=[EXAMPLE_DEVICE])
    station: str = Field(description="Where it stands.", examples=["North door"])
    purpose: str = Field(description="What it is for: `door` or `exhibitor`.", examples=["door"])
    exhibitor_id: UUID | None = Field(description="Whose it is, for an exhibitor's.", examples=[None])
    label: str | None = Field(
        description="What it called itself; null until provisioned.", examples=["Tablet 3"]
    )
    platform: str | None = Field(
        description="`ios`, `android`, `web` or `other`; null until provisioned.", examples=["ios"]
    )
    invited_at: MomentOut = Field(description="When its code was made.", examples=["2026-06-04T07:00:00Z"])
    provisioned_at: MomentOut | None = Field(
        description="When its code was used.", examples=["2026-06-04T07:01:00Z"]
    )
    seen_at: MomentOut | None = Field(
        description="When its token was last used, to the minute.", examples=["2026-06-04T09:05:00Z"]
    )
    revoked_at: MomentOut | None = Field(description="Since when its token does not count.", examples=[None])


class InvitedDeviceOut(EventDeviceOut):
    """A device that may be provisioned by its code."""

    code: str | None = Field(
        description="For `provision_device`, once; null when it is used up, expired or revoked.",
        examples=["hwc_AZgdTjwAcACAAAAAAAAAAQ0MSx5vDk0LjyUPDg0MCwo"],
    )
    code_expires_at: MomentOut = Field(
        description="Until when the code works.", examples=["2026-06-04T07:10:00Z"]
    )


class ProvisionIn(In):
    """The code that makes a device one of an event's."""

    code: str = Field(
        min_length=1,
        max_length=200,
        description="From `invite_device`, as it was read.",
        examples=["hwc_AZgdTjwAcACAAAAAAAAAAQ0MSx5vDk0LjyUPDg0MCwo"],
    )
    label: Name = Field(description="A name for this device.", examples=["Tablet 3"])
    platform: Platform = Field(description="What it runs.", examples=["ios"])


class StationOut(Out):
    """What a device of an event is for."""

    event_id: UUID = Field(description="The event.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    device_id: UUID = Field(description="This device.", examples=[EXAMPLE_DEVICE])
    event_name: str = Field(description="Its name.", examples=["PyCon"])
    station: str = Field(description="Where it stands.", examples=["North door"])
    purpose: str = Field(description="What it is for: `door` or `exhibitor`.", examples=["door"])
    exhibitor_id: UUID | None = Field(description="Whose it is, for an exhibitor's.", examples=[None])
    ends_at: MomentOut = Field(
        description="When the doors close and its token ends.", examples=["2026-06-05T18:00:00Z"]
    )


class ProvisionedDeviceOut(StationOut):
    """A device that is one of an event's from now on."""

    device_token: str = Field(
        description="Send as `Authorization: Bearer`. It does what this device is for, and nothing else.",
        examples=["hws_AZgdTjwAcACAAAAAAAAAAQ0MSx5vDk0LjyUPDg0MCwo"],
    )

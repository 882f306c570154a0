"""An event while it happens, as its organizers watch it."""

from pydantic import Field

from schemas.wire import MomentOut, Out


class WatchedDeviceOut(Out):
    """A device of the event, as the board shows it."""

    station: str = Field(description="Where the device stands.", examples=["North door"])
    backlog: int | None = Field(
        description="How many scans it counted that have not arrived; null until it says.", examples=[3]
    )
    seen_at: MomentOut = Field(
        description="When its token was last used, to the minute.", examples=["2026-06-04T09:05:00Z"]
    )


class BoardOut(Out):
    """Data of the event `board`: the headline figures of `get_connection_stats`. Counters move in steps of five, so
    that no step tells what one person did; null is what the stats suppress too."""

    attendees: int = Field(description="Places that are not cancelled or left.", examples=[400])
    claimed: int | None = Field(description="Of these, claimed by an account.", examples=[310])
    checked_in: int = Field(description="Of these, came through a door.", examples=[285])
    met: int | None = Field(description="Attendees who met somebody.", examples=[240])
    scanned: int | None = Field(description="Attendees who scanned somebody.", examples=[200])
    scanned_by: int | None = Field(description="Attendees whom somebody scanned.", examples=[225])
    encounters: int | None = Field(description="Pairs of attendees who met.", examples=[1200])
    mutual: int | None = Field(description="Of these, pairs who scanned each other.", examples=[380])
    across_organisations: int | None = Field(
        description="Of these, pairs of two organisations.", examples=[1050]
    )
    scans: int | None = Field(description="Scans of attendees by attendees that stand.", examples=[1650])
    parked: int = Field(description="Scans that wait for a missing fact.", examples=[5])
    zone: str = Field(description="The event's IANA zone, to show times in.", examples=["Europe/Paris"])
    devices: list[WatchedDeviceOut] = Field(description="The event's devices, the first 100 by station.")

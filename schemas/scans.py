"""Scans, as phones deliver them and read them back."""

from enum import StrEnum
from typing import Annotated, Any, Literal, TypeVar
from uuid import UUID

from pydantic import Field, field_validator
from pydantic_core import PydanticCustomError

from schemas.consents import ShownVersion
from schemas.wire import Format, In, Line, Moment, MomentOut, Out, Short, Whole, YesNo, several_lines

MOST_ITEMS = 500
EXAMPLE_SCAN = "5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"
EXAMPLE_DEVICE = "0d0c4b1e-6f0e-4d0b-8f25-0f0e0d0c0b0a"
EXAMPLE_CODE = "https://hallway.example/b/HEAQEAYAAEBAGBAFAYDQQCI"

Tag = Annotated[Line, Field(min_length=1, max_length=40)]
Tags = Annotated[list[Tag], Field(max_length=20)]
Note = Annotated[str, Field(max_length=4_000), several_lines]
Item = TypeVar("Item")
AtMost = Annotated[list[Item], Field(max_length=MOST_ITEMS)]
Rating = Annotated[Whole, Field(ge=1, le=5)]
Count = Annotated[Whole, Field(ge=1, lt=2**53)]
CountOut = Annotated[int, Format("int64")]


class ScanPurpose(StrEnum):
    """What a code is read for: `meet` by attendees, `entry` and `exit` by the door, `lead` by exhibitors."""

    MEET = "meet"
    ENTRY = "entry"
    EXIT = "exit"
    LEAD = "lead"


class Signal(StrEnum):
    """A private tap: whether I want to talk again."""

    NONE = "none"
    YES = "yes"
    NOT_NOW = "not_now"
    NEVER = "never"


class ScanIn(In):
    """A fact (`code`, `purpose`, `captured_at`, `given_at_stand`, `text_version`), compared under its `id`, and
    annotations, which may be delivered again changed: those with the latest `annotated_at` win."""

    id: UUID = Field(description="Chosen by the phone, once for each scan.", examples=[EXAMPLE_SCAN])
    sequence: Count | None = Field(
        None, description="Counts this device's scans from 1, without gaps.", examples=[17]
    )
    code: str = Field(
        min_length=1,
        max_length=4_000,
        description="What was read, as it was read: a badge's URL or code, a typed manual code, a ticket, any other "
        "code.",
        examples=[EXAMPLE_CODE],
    )
    purpose: ScanPurpose = Field(ScanPurpose.MEET, description="What it was read for.", examples=["meet"])
    captured_at: Moment = Field(
        description="When it was read, by the device's clock.", examples=["2026-06-04T09:05:00Z"]
    )
    given_at_stand: YesNo = Field(
        False,
        description="Of a lead: the visitor agreed before whoever read the badge. They are told, and may take it back.",
        examples=[False],
    )
    text_version: ShownVersion = Field(
        None,
        validate_default=True,
        description="With `given_at_stand`: by which version of its words they were asked (`list_consent_texts`).",
        examples=[None],
    )
    staff_id: UUID | None = Field(
        None,
        description="Of a lead read on an exhibitor's shared device: who was on shift (`list_shift_names`). A person's "
        "own phone need not say it. What the first delivery says stays.",
        examples=[None],
    )
    label: Short = Field("", description="My own word for this scan.", examples=["coffee queue"])
    note: Note = Field("", description="What I want to remember; mine alone.", examples=["Builds looms"])
    tags: Tags = Field(default_factory=list, description="Mine alone.", examples=[["weaving"]])
    signal: Signal | None = Field(
        None, description="A private tap; absent says nothing new.", examples=["yes"]
    )
    rating: Rating | None = Field(None, description="Of a lead, 1 to 5; absent says nothing.", examples=[4])
    annotated_at: Moment | None = Field(
        None,
        description="When label, note, tags, signal or rating were last changed, by the device's clock; "
        "absent means when it was read.",
        examples=["2026-06-04T09:06:00Z"],
    )


class ScanDeliveryIn(ScanIn):
    """One scan. With `device_time`, the clock of the device is corrected."""

    device_id: UUID | None = Field(
        None,
        description="Which device counts `sequence`; new with each installation. A device token says it already, and "
        "wins.",
        examples=[EXAMPLE_DEVICE],
    )
    device_time: Moment | None = Field(
        None, description="The device's clock, now.", examples=["2026-06-04T09:05:02Z"]
    )


class LeadDeliveryIn(ScanDeliveryIn):
    """One scan of a visitor's badge, for an exhibitor."""

    purpose: Literal[ScanPurpose.LEAD] = Field(
        ScanPurpose.LEAD, description="What it was read for.", examples=["lead"]
    )


class ScanUndoIn(In):
    """Accepted for a scan never seen: they may arrive in any order."""

    undone_at: Moment = Field(
        description="When it was undone, by the device's clock; counts within 60 seconds of `captured_at`.",
        examples=["2026-06-04T09:05:20Z"],
    )


class ScanUndoItemIn(ScanUndoIn):
    """A scan taken back, in a batch."""

    id: UUID = Field(description="The scan's id.", examples=[EXAMPLE_SCAN])


class ScanBatchIn(In, extra="ignore"):
    """Up to 500 scans and undos of one device, in any order. Each is judged alone: fields that are not known are
    ignored, and an item with a wrong field is answered as `refused`, `malformed`."""

    device_id: UUID | None = Field(
        None,
        description="Which device counts `sequence`; new with each installation. A device token says it already, and "
        "wins.",
        examples=[EXAMPLE_DEVICE],
    )
    device_time: Moment = Field(description="The device's clock, now.", examples=["2026-06-04T09:05:02Z"])
    last_sequence: Count | None = Field(
        None,
        description="The highest number that the device gave to a scan, delivered or not: so the event sees what it "
        "still waits for.",
        examples=[17],
    )
    items: list[ScanIn] = Field(description="The scans.")
    undos: list[ScanUndoItemIn] = Field(default_factory=list, description="Scans taken back.")

    # What is inside is read item by item: a wrong item must not cost the others. Only its length is looked at here.
    @field_validator("items", mode="plain", json_schema_input_type=AtMost[ScanIn])
    @classmethod
    def keep_items(cls, items: Any) -> Any:
        return _at_most(items)

    @field_validator("undos", mode="plain", json_schema_input_type=AtMost[ScanUndoItemIn])
    @classmethod
    def keep_undos(cls, undos: Any) -> Any:
        return _at_most(undos)


def _at_most(items: Any) -> list[Any]:
    if not isinstance(items, list):
        raise PydanticCustomError("list_type", "Input should be a valid list")
    if len(items) > MOST_ITEMS:
        raise PydanticCustomError("too_long", "At most 500 at once.")
    return items


class ScanOutcomeOut(Out):
    """What became of one scan. Final: the phone may delete it, whatever the outcome."""

    index: int = Field(description="Its place in `items`.", examples=[0])
    id: UUID | None = Field(
        description="Its id; null when it had none that could be read.", examples=[EXAMPLE_SCAN]
    )
    outcome: str = Field(
        description="`recorded`, `repeated` (delivered before), `parked` (kept, judged again when what is missing "
        "arrives) or `refused` (nothing that arrives later can change it).",
        examples=["recorded"],
    )
    state: str = Field(
        description="How it stands now: `recorded`, `parked` or `refused`.", examples=["recorded"]
    )
    code: str | None = Field(
        description="Why it is parked (`no_badge_yet`, `not_claimed_yet`, `not_checked_in_yet`, `not_on_team_yet`, "
        "`not_staff_yet`, `device_revoked`) or refused ("
        "`malformed`, `id_reused`, `own_badge`, `other_event`, `badge_revoked`, `outside_event`, "
        "`ticket_not_badge`, `badge_not_ticket`, `ticket_forged`, `ticket_replaced`, `ticket_key_compromised`, "
        "`place_cancelled`, `no_consent`, `consent_text_unknown`, `purpose_not_allowed`, `event_archived`, "
        "`device_revoked`, `discarded`); null when recorded.",
        examples=[None],
    )
    pointer: str | None = Field(
        description="The field at fault, for `malformed`: a JSON pointer into the body.", examples=[None]
    )
    person_id: UUID | None = Field(
        description="Who was read, when recorded and not undone: see `get_connection`.",
        examples=["01981d4e-3c00-7000-8000-000000000002"],
    )


class ScanUndoOutcomeOut(Out):
    """What became of one undo."""

    index: int = Field(description="Its place in `undos`; 0 for a single one.", examples=[0])
    id: UUID | None = Field(
        description="The scan's id; null when none could be read.", examples=[EXAMPLE_SCAN]
    )
    outcome: str = Field(
        description="`undone`; `waiting` (the scan is not here yet: judged when it comes); `too_late` (more than "
        "60 seconds after it was captured: it stands); `malformed`.",
        examples=["undone"],
    )
    pointer: str | None = Field(
        description="The field at fault, for `malformed`: a JSON pointer into the body.", examples=[None]
    )


class ScanBatchOut(Out):
    """One outcome for each item. What is absent was not judged: keep it, and send it again later."""

    items: list[ScanOutcomeOut] = Field(description="In the order of `items`.")
    undos: list[ScanUndoOutcomeOut] = Field(description="In the order of `undos`.")


class ScanOut(Out):
    """A scan of mine, as the server keeps it."""

    id: UUID = Field(description="Its id.", examples=[EXAMPLE_SCAN])
    device_id: UUID | None = Field(description="The device that counted it.", examples=[EXAMPLE_DEVICE])
    sequence: CountOut | None = Field(description="That device's count.", examples=[17])
    code: str = Field(description="What was read.", examples=["HEAQEAYAAEBAGBAFAYDQQCI"])
    purpose: str = Field(description="What it was read for.", examples=["meet"])
    captured_at: MomentOut = Field(
        description="When it was read, the device's clock corrected.", examples=["2026-06-04T09:05:02Z"]
    )
    received_at: MomentOut = Field(description="When it first arrived.", examples=["2026-06-04T09:05:03Z"])
    time_doubtful: bool = Field(
        description="Whether the device's clock was off by more than a day.", examples=[False]
    )
    state: str = Field(description="`recorded`, `parked` or `refused`.", examples=["recorded"])
    reason: str | None = Field(description="Why it is parked or refused.", examples=[None])
    undone: bool = Field(description="Whether it was taken back in time.", examples=[False])
    label: str = Field(description="My own word for it.", examples=["coffee queue"])
    note: str = Field(description="What I noted.", examples=["Builds looms"])
    tags: list[str] = Field(description="Mine alone.", examples=[["weaving"]])
    signal: str | None = Field(description="What I tapped at it.", examples=["yes"])


class ScanPage(Out):
    items: list[ScanOut] = Field(description="My scans, in the order of their ids.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class SequenceRangeOut(Out):
    """Numbers that are missing, both ends included."""

    first: CountOut = Field(description="The first that is missing.", examples=[3])
    last: CountOut = Field(description="The last that is missing.", examples=[5])


class RefusedScanOut(Out):
    """A scan that will never count, and why."""

    id: UUID = Field(description="The scan.", examples=[EXAMPLE_SCAN])
    code: str = Field(description="Why it was refused.", examples=["own_badge"])


class SyncStateOut(Out):
    """What the server has of one device's scans."""

    generation: str = Field(
        description="Changes when the database was restored or another server took over: then send again all "
        "scans of the last 48 hours.",
        examples=["6f1d4e2a90b3c7d8"],
    )
    received_through: CountOut = Field(
        description="Every sequence number up to this one has an outcome.", examples=[17]
    )
    missing: list[SequenceRangeOut] = Field(
        description="The first 100 ranges of `1..last_sequence` without an outcome."
    )
    parked: int = Field(description="How many of my scans at this event are parked.", examples=[0])
    refused: list[RefusedScanOut] = Field(description="The newest 100 of my refused scans at this event.")
    reused_sequences: list[CountOut] = Field(
        description="The first 100 numbers that this device gave to more than one scan. All of these scans are kept; "
        "an installation that counts so was copied: register it under a new device id.",
        examples=[[]],
    )
    safe_to_wipe: bool = Field(
        description="Whether each of `1..last_sequence` has an outcome.", examples=[True]
    )


class ParkedDecision(StrEnum):
    """What becomes of what a revoked device brought."""

    RELEASE = "release"
    DISCARD = "discard"


class ResolveParkedIn(In):
    """What becomes of what a revoked device brought."""

    event_id: UUID = Field(
        description="The event they were captured at.", examples=["01981d4e-3c00-7000-8000-0000000000e1"]
    )
    decision: ParkedDecision = Field(
        description="`release`: I captured them, judge them as any others. `discard`: somebody else did.",
        examples=["release"],
    )


class ResolvedParkedOut(Out):
    """What became of it."""

    resolved: int = Field(description="How many were released or discarded just now.", examples=[3])
    left: int = Field(
        description="How many of this device are still parked there: above 0, ask again.", examples=[0]
    )

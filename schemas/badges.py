"""Badges and tickets, as clients see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, Moment, MomentOut, Out, Whole


class BadgeOut(Out):
    """A code worn in public. It says nothing about its wearer."""

    id: UUID = Field(description="The badge.", examples=["01981d4e-3c00-7000-8000-0000000000b1"])
    attendance_id: UUID = Field(description="Whose.", examples=["01981d4e-3c00-7000-8000-0000000000a1"])
    code: str = Field(
        description="What the QR code holds after the address.", examples=["HEBAGAYDQMBQGAYDAMBQGAY"]
    )
    manual_code: str = Field(description="Printed under it, for typing.", examples=["7K3M-Q2WX-9"])
    url: str = Field(
        description="The whole content of the QR code.",
        examples=["https://hallway.example/b/HEBAGAYDQMBQGAYDAMBQGAY"],
    )
    issued_at: MomentOut = Field(description="Since when it stands.", examples=["2026-06-04T07:00:00Z"])
    revoked_at: MomentOut | None = Field(
        description="From when on it counts no more; null while it stands.", examples=[None]
    )
    revoked_because: str | None = Field(
        description="`lost`, `stolen`, `damaged`, `withdrawn` or `leaked`; null while it stands.",
        examples=[None],
    )


class BadgesIssuedOut(Out):
    """How many badges there are now."""

    issued: int = Field(description="How many were issued just now.", examples=[398])
    standing: int = Field(description="How many expected attendees have one now.", examples=[403])


class ReplacementIn(In):
    """Why a badge gets a new code."""

    reason: Literal["lost", "stolen", "damaged"] = Field(
        description="What happened to the old one.", examples=["lost"]
    )


class RevocationIn(In):
    """Why a badge counts no more."""

    reason: Literal["lost", "stolen", "damaged", "withdrawn"] = Field(
        description="Why it shall count no more.", examples=["withdrawn"]
    )


class BadgesReplacementIn(In):
    """For when a list of badges came into wrong hands."""

    issued_before: Moment = Field(
        description="Every badge issued before then is replaced; not later than now (RFC 3339). The same time again "
        "replaces nothing more.",
        examples=["2026-06-02T18:00:00Z"],
    )


class BadgesReplacedOut(Out):
    """How many badges were replaced."""

    replaced: int = Field(description="How many were revoked just now.", examples=[403])
    standing: int = Field(description="How many expected attendees have one now.", examples=[403])


class TicketOut(Out):
    """Private: whoever shows it is let in. Never worn, never posted."""

    token: str = Field(
        description="What the ticket's QR code holds: signed, base32.", examples=["TEAQDGA4NZXXG5DB"]
    )
    event_id: UUID = Field(description="Where it lets in.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    attendance_id: UUID = Field(description="Whom.", examples=["01981d4e-3c00-7000-8000-0000000000a1"])
    serial: int = Field(description="Rises when a ticket is replaced; the highest is valid.", examples=[1])
    key_version: int = Field(description="Which of the event's keys signed it.", examples=[1])


class TicketReplacementIn(In):
    """A new ticket, in place of those before it."""

    serial: Annotated[Whole, Field(ge=1)] = Field(
        description="Which ticket is replaced, as in the attendee's `ticket_serial`: where that is higher already, "
        "nothing happens.",
        examples=[1],
    )


class TicketReplacedOut(Out):
    """Whose ticket was replaced. The new one is theirs to read; `send_tickets` mails it."""

    attendance_id: UUID = Field(description="Whose.", examples=["01981d4e-3c00-7000-8000-0000000000a1"])
    ticket_serial: int = Field(description="The serial that is valid now.", examples=[2])
    replaced_at: MomentOut | None = Field(
        description="When the last one was replaced.", examples=["2026-06-04T07:00:00Z"]
    )


class TicketKeyOut(Out):
    """A public key with which a door decides offline."""

    version: int = Field(description="As in a ticket's second byte.", examples=[1])
    algorithm: str = Field(description="Always `Ed25519` so far (RFC 8032).", examples=["Ed25519"])
    public_key: str = Field(
        description="32 bytes, base64url without padding.",
        examples=["11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"],
    )
    created_at: MomentOut = Field(description="Since when it signs.", examples=["2026-05-01T08:00:00Z"])
    compromised_from: MomentOut | None = Field(
        description="Whoever shows a ticket of this key from then on shows no proof; null while it is trusted.",
        examples=[None],
    )


class TicketKeyList(Out):
    """The keys by which a door tells this event's tickets."""

    items: list[TicketKeyOut] = Field(description="The event's keys, the oldest first.")


class KeyRotationIn(In):
    """A new key for an event's tickets."""

    newest_version: Annotated[Whole, Field(ge=1)] = Field(
        description="The newest version you know of: where a newer one is there already, nothing happens.",
        examples=[1],
    )


class KeyReportIn(In):
    """A key that somebody else may have."""

    compromised_from: Moment = Field(
        description="When somebody else may have had the key; not later than now (RFC 3339). An earlier report "
        "stands; a later one changes nothing.",
        examples=["2026-06-04T07:00:00Z"],
    )


class RevocationOut(Out):
    """How a ticket or a badge stands now, for a door that decides alone. It replaces what you had of the same
    `kind` and attendee, or digest."""

    kind: str = Field(description="`ticket` or `badge`.", examples=["ticket"])
    attendance_id: UUID = Field(description="Whose.", examples=["01981d4e-3c00-7000-8000-0000000000a1"])
    lowest_serial: int | None = Field(
        description="For `ticket`: those with a lower serial count no more; null: none counts, the place was "
        "cancelled. Null for `badge`.",
        examples=[2],
    )
    badge_digest: str | None = Field(
        description="For `badge`: the first 8 bytes of SHA-256 of the 23 characters of its code, in hex; it counts no "
        "more. Null for `ticket`.",
        examples=[None],
    )


class RevocationPage(Out):
    items: list[RevocationOut] = Field(description="In the order of change; the same may come twice.")
    next_cursor: str = Field(
        description="Keep it: it brings what changes from now on, and nothing is left out.",
        examples=["WyI1MTYzZjU4YyIsMCwwLDAsIjAwMCJd"],
    )
    has_more: bool = Field(description="Whether more is there already: ask again at once.", examples=[False])


Recipients = Literal["all", "unclaimed", "chosen"]


class TicketMailingIn(In):
    """An order to mail tickets."""

    id: UUID = Field(
        description="Chosen by the client; the same again mails nobody twice.",
        examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"],
    )
    recipients: Recipients = Field(
        description="`all` expected attendees, the `unclaimed` among them, or those `chosen`.",
        examples=["unclaimed"],
    )
    attendance_ids: Annotated[list[UUID], Field(max_length=1000)] = Field(
        [], description="For `chosen` only: who.", examples=[[]]
    )


class TicketMailingOut(Out):
    """An order to mail tickets. The mails leave one after the other."""

    id: UUID = Field(
        description="As chosen by the client.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"]
    )
    recipients: str = Field(description="As ordered.", examples=["unclaimed"])
    promised: int = Field(description="How many tickets will be mailed.", examples=[398])
    left_out: int = Field(
        description="How many of those meant have no address or are not expected any more.", examples=[5]
    )
    bounced: int = Field(
        description="How many of them came back so far. Whose: `list_attendees`, `email_bounced_at`.",
        examples=[2],
    )
    requested_at: MomentOut = Field(description="When it was ordered.", examples=["2026-05-28T08:00:00Z"])


BadgeLayout = Literal["a6", "card"]
SheetPage = Literal["a4", "letter", "single"]


class BadgePrintIn(In):
    """An order of printed badges."""

    id: UUID = Field(
        description="Chosen by the client; the same again makes no second file.",
        examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"],
    )
    who: Literal["all", "not_printed", "one"] = Field(
        description="`all` expected attendees, those whose present badge was `not_printed` yet, or `one`.",
        examples=["not_printed"],
    )
    attendance_id: UUID | None = Field(
        None, description="For `one` only: whose.", examples=["01981d4e-3c00-7000-8000-0000000000a1"]
    )
    layout: BadgeLayout = Field("a6", description="`a6`: 105 x 148 mm. `card`: 86 x 54 mm.", examples=["a6"])
    page: SheetPage = Field(
        "a4", description="Several on an `a4` or `letter` sheet with cut marks, or `single`.", examples=["a4"]
    )
    double_sided: bool = Field(
        False,
        description="Also print the backs, each behind its front when turned over the long edge.",
        examples=[False],
    )
    order: Literal["name", "organisation"] = Field(
        "name", description="How they lie in the box.", examples=["name"]
    )


class BadgePrintOut(Out):
    """A print of badges: an order, how far it is, and the log of it."""

    id: UUID = Field(description="The print.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"])
    event_id: UUID = Field(description="Of which event.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    who: str = Field(description="`all`, `not_printed` or `one`.", examples=["not_printed"])
    attendance_id: UUID | None = Field(description="For `one`: whose.", examples=[None])
    layout: str = Field(description="`a6` or `card`.", examples=["a6"])
    page: str = Field(description="`a4`, `letter` or `single`.", examples=["a4"])
    double_sided: bool = Field(description="Whether backs are printed too.", examples=[False])
    order: str = Field(description="`name` or `organisation`.", examples=["name"])
    state: str = Field(description="`waiting`, `ready`, `failed` or `expired`.", examples=["ready"])
    total: int = Field(description="How many badges.", examples=[403])
    done: int = Field(description="How many of them are drawn.", examples=[403])
    pages: int | None = Field(description="Pages of the file, once ready.", examples=[101])
    size: int | None = Field(description="Bytes, once ready.", examples=[384120])
    incomplete: list[UUID] = Field(
        description="Whose badges to look at: a text was cut, or has characters no typeface here has. At most 100.",
        examples=[[]],
    )
    requested_at: MomentOut = Field(description="When it was ordered.", examples=["2026-06-03T18:00:00Z"])
    ready_at: MomentOut | None = Field(description="Since when.", examples=["2026-06-03T18:00:04Z"])
    expires_at: MomentOut = Field(
        description="Until when the file can be downloaded.", examples=["2026-06-06T18:00:04Z"]
    )


class BadgePrintPage(Out):
    items: list[BadgePrintOut] = Field(description="The newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

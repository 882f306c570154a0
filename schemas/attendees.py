"""Who comes to an event: the organizer's list, its import, one's own place, and the directory."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field
from typing_extensions import TypeAliasType

from schemas.consents import AgreedWordsOut, ShownVersion
from schemas.wire import Email, In, MomentOut, Out, Patch, YesNo, one_line

AttendeeType = TypeAliasType(
    "AttendeeType",
    Annotated[
        Literal["attendee", "speaker", "staff", "sponsor", "exhibitor", "press", "organizer"],
        Field(description="As what somebody comes to an event."),
    ],
)

# As long as an import takes them.
PrintedName = Annotated[str, Field(min_length=1, max_length=200), one_line]
Printed = Annotated[str, Field(max_length=200), one_line]
Pronouns = Annotated[str, Field(max_length=40), one_line]
ExternalId = Annotated[str, Field(max_length=100), one_line]
ExternalCode = Annotated[str, Field(max_length=512), one_line]
GivenId = Annotated[str, Field(min_length=1, max_length=100), one_line]
GivenCode = Annotated[str, Field(min_length=1, max_length=512), one_line]

ATTENDANCE = "01981d4e-3c00-7000-8000-0000000000d1"
TYPES = "`attendee`, `speaker`, `staff`, `sponsor`, `exhibitor`, `press` or `organizer`."
STATUSES = "`expected`, `cancelled` or `left`."


class AttendeeIn(In):
    """Somebody put on the list by hand."""

    id: UUID = Field(
        description="Chosen by you, becomes the `attendance_id`: the same call again changes nothing.",
        examples=[ATTENDANCE],
    )
    name: PrintedName = Field(description="As printed on the badge.", examples=["Grace Hopper"])
    email: Email | None = Field(
        None, description="Who proves it can claim the place.", examples=["grace@example.org"]
    )
    external_id: GivenId | None = Field(
        None, description="The id in your own list; unique within the event.", examples=["ABC12-1"]
    )
    external_code: GivenCode | None = Field(
        None, description="What is on a ticket of another system; unique within the event.", examples=[None]
    )
    pronouns: Pronouns = Field("", description="As printed.", examples=["she/her"])
    organisation: Printed = Field("", description="As printed.", examples=["US Navy"])
    role: Printed = Field("", description="As printed.", examples=["Rear admiral"])
    type: AttendeeType = Field("attendee", description="As what they come.", examples=["speaker"])


class AttendeePatch(Patch):
    """Absent or null keeps, empty clears. A changed address never moves a claimed place."""

    name: PrintedName | None = Field(None, description="As printed on the badge.", examples=["Grace Hopper"])
    email: Email | Literal[""] | None = Field(
        None, description="Who proves it can claim the place.", examples=["grace@example.org"]
    )
    external_id: ExternalId | None = Field(None, description="The id in your own list.", examples=["ABC12-1"])
    external_code: ExternalCode | None = Field(
        None, description="What is on a ticket of another system.", examples=["8237591"]
    )
    pronouns: Pronouns | None = Field(None, description="As printed.", examples=["she/her"])
    organisation: Printed | None = Field(None, description="As printed.", examples=["US Navy"])
    role: Printed | None = Field(None, description="As printed.", examples=["Rear admiral"])
    type: AttendeeType | None = Field(None, description="As what they come.", examples=["speaker"])
    status: Literal["expected"] | None = Field(
        None, description="Takes a cancellation back.", examples=["expected"]
    )


class AttendeeOut(Out):
    """A place on the organizer's list: what was imported, and whether it is claimed, no more."""

    attendance_id: UUID = Field(description="The place.", examples=[ATTENDANCE])
    name: str = Field(description="As printed on the badge.", examples=["Grace Hopper"])
    email: str | None = Field(
        description="Who proves it can claim the place.", examples=["grace@example.org"]
    )
    external_id: str | None = Field(description="The id in your own list.", examples=["ABC12-1"])
    external_code: str | None = Field(description="What is on a ticket of another system.", examples=[None])
    pronouns: str = Field(description="As printed.", examples=["she/her"])
    organisation: str = Field(description="As printed.", examples=["US Navy"])
    role: str = Field(description="As printed.", examples=["Rear admiral"])
    type: str = Field(description=TYPES, examples=["speaker"])
    status: str = Field(
        description="`expected`, `cancelled`, `left` or `joined`: one person holds this place and another, and is "
        "expected once.",
        examples=["expected"],
    )
    joined_into: UUID | None = Field(
        description="For `joined`: the place that stands for both.", examples=[None]
    )
    claimed: bool = Field(description="Whether somebody claimed the place.", examples=[True])
    checked_in_at: MomentOut | None = Field(
        description="When they came through the door.", examples=["2026-06-04T06:40:00Z"]
    )
    email_bounced_at: MomentOut | None = Field(
        description="When mail to this address last came back; null if it did not.", examples=[None]
    )
    ticket_serial: int = Field(description="Which ticket of theirs is valid: `replace_ticket`.", examples=[1])
    version: int = Field(description="For `If-Match`.", examples=[1])


class AttendeePage(Out):
    items: list[AttendeeOut] = Field(description="By name.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class ImportProblemOut(Out):
    """A row that cannot be used, and why."""

    line: int | None = Field(
        description="The line of the file, from 1, on which the row starts.", examples=[7]
    )
    column: str | None = Field(description="The header of the cell, as you wrote it.", examples=["E-mail"])
    code: str = Field(description="What is wrong, stable.", examples=["email_invalid"])
    message: str = Field(description="The same for people.", examples=["Not an e-mail address."])


class ImportNoteOut(Out):
    """How the file was understood."""

    code: str = Field(description="What was taken in a certain way, stable.", examples=["delimiter"])
    message: str = Field(description="The same for people.", examples=["Cells are separated by semicolons."])


class MissingOut(Out):
    """A place that earlier lists had and this one has not."""

    attendance_id: UUID = Field(description="The place.", examples=[ATTENDANCE])
    name: str = Field(description="As printed on the badge.", examples=["Grace Hopper"])
    email: str | None = Field(description="Their address.", examples=["grace@example.org"])
    external_id: str | None = Field(description="The id in your own list.", examples=["ABC12-1"])


class ImportOut(Out):
    """What an import did or, in a dry run, would do."""

    dry_run: bool = Field(description="Whether nothing was changed.", examples=[False])
    rows: int = Field(description="The rows of the file, without header and blank lines.", examples=[403])
    created: int = Field(description="New places.", examples=[400])
    updated: int = Field(description="Places that changed, apart from the next two.", examples=[2])
    cancelled: int = Field(
        description="Places that were expected and are cancelled now: by the list, or missing from it.",
        examples=[0],
    )
    reinstated: int = Field(description="Places that were cancelled and are expected again.", examples=[0])
    unchanged: int = Field(description="Rows that say what is known.", examples=[0])
    skipped: int = Field(
        description="Rows that are not used; each has a problem, or a note counts it.", examples=[1]
    )
    missing: int = Field(
        description="Places that an earlier list had, that are expected, and that this one does not have.",
        examples=[1],
    )
    missing_attendees: list[MissingOut] = Field(description="The first 200 of them.")
    problems: list[ImportProblemOut] = Field(description="The first 200 problems, by line.")
    more_problems: int = Field(description="How many more there are.", examples=[0])
    notes: list[ImportNoteOut] = Field(description="What was taken in a way you may want to know of.")


class AttendancePatch(Patch):
    """My own consents, each off until I choose it. Absent or null keeps."""

    listed: YesNo | None = Field(None, description="In the directory of attendees.", examples=[True])
    exhibitors_may_scan: YesNo | None = Field(
        None, description="Exhibitors who scan me get my card for exhibitors.", examples=[False]
    )
    named_in_exports: YesNo | None = Field(
        None, description="My name may stand in the organizer's exports.", examples=[False]
    )
    paused: YesNo | None = Field(
        None, description="Hidden for now: not listed, not suggested.", examples=[False]
    )
    text_version: ShownVersion = Field(
        None,
        validate_default=True,
        description="Which version of the words I saw (`list_consent_texts`): needed wherever one of `listed`, "
        "`exhibitors_may_scan`, `named_in_exports` is true; an older one counts as what it is.",
        examples=[1],
    )


class AttendanceOut(Out):
    """My place at an event: what is printed, and what I agreed to."""

    attendance_id: UUID = Field(description="My place.", examples=[ATTENDANCE])
    event_id: UUID = Field(description="Where.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    person_id: UUID = Field(description="Me.", examples=["01981d4e-3c00-7000-8000-000000000001"])
    name: str = Field(description="As printed on my badge.", examples=["Grace Hopper"])
    pronouns: str = Field(description="As printed.", examples=["she/her"])
    organisation: str = Field(description="As printed.", examples=["US Navy"])
    role: str = Field(description="As printed.", examples=["Rear admiral"])
    type: str = Field(description=TYPES, examples=["speaker"])
    status: str = Field(description=STATUSES, examples=["expected"])
    listed: bool = Field(description="In the directory of attendees.", examples=[True])
    exhibitors_may_scan: bool = Field(
        description="Exhibitors who scan me get my card for exhibitors.", examples=[False]
    )
    named_in_exports: bool = Field(
        description="My name may stand in the organizer's exports.", examples=[False]
    )
    paused: bool = Field(description="Hidden for now: not listed, not suggested.", examples=[False])
    agreed_words: AgreedWordsOut = Field(description="Which words I agreed to.")
    claimed_at: MomentOut | None = Field(description="When I claimed it.", examples=["2026-06-01T18:00:00Z"])
    checked_in_at: MomentOut | None = Field(
        description="When I came through the door.", examples=["2026-06-04T06:40:00Z"]
    )
    version: int = Field(description="For `If-Match`.", examples=[3])


class ListedPersonOut(Out):
    """Somebody who wants to be seen by the other attendees. No e-mail, no phone: those flow by card."""

    person_id: UUID = Field(description="Who.", examples=["01981d4e-3c00-7000-8000-000000000002"])
    type: str = Field(description=TYPES, examples=["speaker"])
    name: str = Field(description="As they want to be called, else as printed.", examples=["Grace Hopper"])
    pronouns: str = Field(description="Their own.", examples=["she/her"])
    headline: str = Field(description="One line about them.", examples=["I find bugs"])
    role: str = Field(description="What they do.", examples=["Rear admiral"])
    organisation: str = Field(description="Where they do it.", examples=["US Navy"])
    links: list[str] = Field(description="Professional profiles.", examples=[["https://grace.example.org"]])
    photo: str | None = Field(
        description="Names their photo, and changes when it does; null without one. Read it with `get_photo`.",
        examples=["9f86d081884c7d65"],
    )
    asks: list[str] = Field(description="What would help them.", examples=[["Compilers"]])
    offers: list[str] = Field(description="What they can give.", examples=[["Nanoseconds"]])
    open_to_talk: bool = Field(description="Whether they take talks.", examples=[True])
    talk_topics: list[str] = Field(description="About what; empty unless they do.", examples=[["COBOL"]])
    badge_digest: str | None = Field(
        description="The first 8 bytes of SHA-256 of the code on the badge they wear (the last segment of what a "
        "camera reads, in upper case), in hexadecimal: by it a phone without signal names who was just scanned. "
        "Null without a badge; a replaced badge has none.",
        examples=["9f86d081884c7d65"],
    )


class PeoplePage(Out):
    items: list[ListedPersonOut] = Field(description="By name.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

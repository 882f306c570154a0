"""What has changed, for a phone that keeps what is its owner's."""

from uuid import UUID

from pydantic import Field

from schemas.attendees import AttendanceOut, ListedPersonOut
from schemas.connections import EXAMPLE_EVENT, EXAMPLE_PERSON, ConnectionOut
from schemas.interviews import InterviewOut
from schemas.nudges import NudgeOut
from schemas.suggestions import SuggestionOut
from schemas.wire import Out


class DirectoryEntryOut(Out):
    """Somebody listed at an event where I have a place, as `list_people` answers them."""

    event_id: UUID = Field(description="Where.", examples=[EXAMPLE_EVENT])
    person: ListedPersonOut = Field(description="Who.")


class RemovedOut(Out):
    """Something that is not there for me any more, for whatever reason."""

    kind: str = Field(
        description="`attendance`, `connection`, `directory` (the whole of an event's, which I left), "
        "`directory_entry`, `interview`, `nudge` or `suggestion`; more may come.",
        examples=["connection"],
    )
    id: UUID = Field(
        description="Its id: of a connection or directory entry the person's, of a directory the event's.",
        examples=["01981d4e-3c00-7000-8000-0000000000a9"],
    )
    event_id: UUID | None = Field(description="Of a directory entry, the event; else null.", examples=[None])
    merged_into: UUID | None = Field(
        description="Who this person is now, having claimed their place: carry over what refers to them. Else null.",
        examples=[EXAMPLE_PERSON],
    )


class ChangesOut(Out):
    """What is new or different, each in no particular order."""

    attendances: list[AttendanceOut] = Field(description="My places at events, as `get_my_attendance`.")
    connections: list[ConnectionOut] = Field(
        description="Whom I met, as `list_connections`: with my notes, and what they let me see today."
    )
    directory: list[DirectoryEntryOut] = Field(description="Who is listed where I have a place.")
    interviews: list[InterviewOut] = Field(
        description="My talks, as `list_interviews`; from `expires_at` on an unanswered one has expired."
    )
    nudges: list[NudgeOut] = Field(
        description="What I am reminded of, as `list_nudges`; drop each at its `useful_until`."
    )
    suggestions: list[SuggestionOut] = Field(
        description="Whom to talk to again, as `list_suggestions`, and those put off: show them from "
        "`snoozed_until` on. Syncing is not looking: call `list_suggestions` when they are shown."
    )
    removed: list[RemovedOut] = Field(description="What is not there any more; take it away first.")
    next_cursor: str = Field(
        description="Keep it for the next call.",
        examples=["WyIxZjNlNGI1YzZkN2U4ZjkwIiwiMDE5ODFkNGUtM2MwMC03MDAwLTgwMDAtMDAwMDAwMDAwMDAxIl0"],
    )
    has_more: bool = Field(description="Whether to call again at once.", examples=[False])

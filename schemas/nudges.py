"""Nudges, as clients see them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from schemas.wire import In, Moment, MomentOut, Out, Patch, Whole, YesNo, several_lines

NudgeText = Annotated[str, Field(max_length=4000), several_lines]


class NudgeActIn(In):
    """What became of a nudge, or what to do at once."""

    outcome: Literal[
        "done", "dismissed", "snoozed", "person_stopped", "accepted", "declined", "thanked", "noted", "held",
        "not_held", "contacted",
    ] = Field(
        description=(
            "One of its `outcomes`. I did it elsewhere (`done`), do not want to (`dismissed`), later (`snoozed`, with "
            "`until`), never again about this person (`person_stopped`); or do it now: `accepted`, `declined` answer "
            "the request, `thanked` and `held` say that the talk was held, `not_held` that it was not, `noted` adds "
            "`text` to my note of the person, `contacted` says that we were in touch."
        ),
        examples=["done"],
    )  # fmt: skip
    until: Moment | None = Field(
        None,
        description="For `snoozed`: before the nudge's `useful_until`.",
        examples=["2026-06-08T09:00:00Z"],
    )
    text: NudgeText | None = Field(
        None,
        description="For `noted` the note, for `held` my debrief, for `declined` what I say to them.",
        examples=["They look for a compiler engineer."],
    )
    starts_at: Moment | None = Field(
        None,
        description="For `accepted`: which of the times proposed; absent: the first still free.",
        examples=[None],
    )
    person_id: UUID | None = Field(
        None, description="For `noted`: whom I write about; absent: the one it names.", examples=[None]
    )


class NudgeActionOut(Out):
    """The one thing to do."""

    operation: str = Field(
        description="The operation that does it or leads there.", examples=["list_suggestions"]
    )
    text: str = Field(description="What the button says.", examples=["See your suggestions"])
    event_id: UUID | None = Field(
        description="For which event, where it is about one.",
        examples=["01981d4e-3c00-7000-8000-0000000000e1"],
    )
    release_id: UUID | None = Field(description="Which release, for `withdraw_release`.", examples=[None])
    interview_id: UUID | None = Field(
        description="Which request or talk, where it is about one.", examples=[None]
    )
    proposal: int | None = Field(
        description="The number of the proposal to be answered, for `accept_interview`.", examples=[None]
    )
    introduction_id: UUID | None = Field(
        description="Which introduction, where it is about one.", examples=[None]
    )
    person_id: UUID | None = Field(
        description="Whom it is about, where it is about somebody: `with_person_id` of `find_common_slots`.",
        examples=[None],
    )


class NudgeOut(Out):
    """A reminder from Hallway, or a notice of what somebody did, with one reason and one action."""

    id: UUID = Field(description="The nudge.", examples=["01981d4e-3c00-7000-8000-0000000000f1"])
    kind: str = Field(
        description=(
            "`weekly`, `request_expiring`, `thank`, `digest`, `note`, `request_waiting`, `debrief`, `reminder`, "
            "`in_touch`, or a notice: `talk_asked`, `talk_near`, `both_want_to_talk`, `introduction_asked`, "
            "`introduction_offered`, `introduced`, `given_at_stand`, `paper_badge` (mailed to whoever has not "
            "claimed their place, and never listed); more may come."
        ),
        examples=["digest"],
    )
    title: str = Field(
        description="One line, in the first of my languages that we have.",
        examples=["The morning after PyCon"],
    )
    reason: str = Field(
        description="Why now.", examples=["You remember them best now: whom to talk to again, and why."]
    )
    action: NudgeActionOut = Field(description="What to do.")
    outcomes: list[str] = Field(
        description="What `act_on_nudge` takes for it.", examples=[["done", "dismissed", "snoozed"]]
    )
    state: str = Field(
        description="`open`, `done`, `dismissed`, `snoozed` or `over` (it went by itself); more may come.",
        examples=["open"],
    )
    snoozed_until: MomentOut | None = Field(
        description="Put off until then; it comes again as a new nudge, if it is still of use.",
        examples=[None],
    )
    created_at: MomentOut = Field(description="When it came.", examples=["2026-06-06T06:00:00Z"])
    useful_until: MomentOut = Field(description="When it goes by itself.", examples=["2026-06-13T06:00:00Z"])


class NudgePage(Out):
    items: list[NudgeOut] = Field(description="Those of use now, the newest first.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


KIND = Literal[
    "weekly", "request_expiring", "thank", "digest", "note", "request_waiting", "debrief", "reminder", "in_touch",
    "talk_asked", "talk_near", "both_want_to_talk", "introduction_asked", "introduction_offered", "introduced",
    "given_at_stand", "paper_badge",
]  # fmt: skip
EMAIL = "`always`: also beside a push; `instead_of_push`: only where no push can reach me; `never`."
TimeOfDay = Annotated[
    str,
    Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="A time of day by my own clock, `HH:MM`."),
]


class KindChoiceIn(In):
    """What I choose for one kind; absent or null keeps."""

    kind: KIND = Field(description="The kind.", examples=["digest"])
    wanted: YesNo | None = Field(
        None, description="Whether it comes at all. A notice is listed in any case.", examples=[True]
    )
    push: YesNo | None = Field(None, description="Whether it comes to my phone.", examples=[True])
    email: Literal["always", "instead_of_push", "never"] | None = Field(
        None, description=EMAIL, examples=["instead_of_push"]
    )


class NudgePreferencesPatch(Patch):
    """Absent or null keeps."""

    quiet_from: TimeOfDay | None = Field(
        None, description="Nothing is sent from then on, by my own clock (`HH:MM`).", examples=["21:00"]
    )
    quiet_until: TimeOfDay | None = Field(
        None,
        description="Until then, mostly the next morning. At least four hours of a day are not quiet.",
        examples=["08:00"],
    )
    rhythm: Literal["daily", "weekly"] | None = Field(
        None,
        description="`daily`: a reminder when it is due, one a day at most. `weekly`: one message a week; the rest is "
        "found in the app.",
        examples=["daily"],
    )
    pause_weeks: Annotated[Whole, Field(ge=0, le=52)] | None = Field(
        None, description="No reminders for so many weeks from now; 0 ends a pause.", examples=[2]
    )
    stopped: YesNo | None = Field(
        None,
        description="No reminders at all, until I say otherwise. Notices are still listed.",
        examples=[False],
    )
    mails_stopped: YesNo | None = Field(
        None, description="No nudges by mail; codes and invitations still come.", examples=[False]
    )
    details_in_push: YesNo | None = Field(
        None, description="A push may say more than a name and an action.", examples=[False]
    )
    kinds: list[KindChoiceIn] | None = Field(
        None, description="Kinds to change, each once; the others stay.", max_length=40
    )
    stopped_people: list[UUID] | None = Field(
        None,
        description="Everybody I want no reminders about, instead of those before.",
        max_length=1000,
        examples=[[]],
    )


class KindChoiceOut(Out):
    """What holds for one kind."""

    kind: str = Field(description="The kind; more may come.", examples=["digest"])
    label: str = Field(
        description="Its name, in the first of my languages that we have.",
        examples=["your suggestions, the morning after an event"],
    )
    notice: bool = Field(
        description="Whether it tells of what somebody did, rather than reminds me.", examples=[False]
    )
    wanted: bool = Field(description="Whether it comes at all.", examples=[True])
    push: bool = Field(description="Whether it comes to my phone.", examples=[True])
    email: str = Field(description=EMAIL, examples=["instead_of_push"])


class NudgePreferencesOut(Out):
    """When and how I am reminded."""

    quiet_from: str = Field(
        description="Nothing is sent from then on, by my own clock (`HH:MM`).", examples=["21:00"]
    )
    quiet_until: str = Field(description="Until then.", examples=["08:00"])
    zone: str = Field(
        description="By whose clock: the zone my phone reported last, else my profile's, else that of the event I "
        "last came to.",
        examples=["Europe/Paris"],
    )
    unknown_zones: list[str] = Field(
        description="Zones that would come first but are not in the tz database (any more): choose another.",
        examples=[[]],
    )
    rhythm: str = Field(description="`daily` or `weekly`.", examples=["daily"])
    paused_until: MomentOut | None = Field(description="No reminders until then.", examples=[None])
    stopped: bool = Field(description="No reminders at all.", examples=[False])
    mails_stopped: bool = Field(description="No nudges by mail.", examples=[False])
    details_in_push: bool = Field(
        description="A push may say more than a name and an action.", examples=[False]
    )
    kinds: list[KindChoiceOut] = Field(description="Every kind there is.")
    stopped_people: list[UUID] = Field(description="Nobody reminds me of these.", examples=[[]])
    version: int = Field(description="Also the `ETag`.", examples=[1])

"""Suggestions, as clients see them."""

from uuid import UUID

from pydantic import Field

from schemas.wire import In, Moment, MomentOut, Out


class SnoozeIn(In):
    """Until when a suggestion stays away."""

    until: Moment = Field(
        description="When it comes back: within the next 90 days.", examples=["2026-06-12T08:00:00Z"]
    )


class EvidenceOut(Out):
    """What a reason rests on, for clients that draw it themselves. What a reason does not need is null."""

    mine: str | None = Field(
        description="What I said: my ask, offer or target.", examples=["Advice on event sourcing"]
    )
    theirs: str | None = Field(
        description="What they say: their offer, ask, role, industry or skill.",
        examples=["Event sourcing in production"],
    )
    count: int | None = Field(description="How many times.", examples=[None])


class ReasonOut(Out):
    """One reason for a suggestion."""

    code: str = Field(
        description="Which reason: `both_want_to_talk`, `you_want_to_talk`, `they_offer_what_you_ask`, "
        "`you_offer_what_they_ask`, `fits_your_target_role`, `fits_your_target_industry`, "
        "`fits_your_target_skill`, `met_n_times`, `same_event`, `common_contacts`, `same_industry`, "
        "`open_to_talk`; more may come.",
        examples=["they_offer_what_you_ask"],
    )
    text: str = Field(
        description="The same as a sentence, in the first of my languages that we have.",
        examples=["You ask for “Advice on event sourcing”, they offer “Event sourcing in production”."],
    )
    evidence: EvidenceOut = Field(description="What it rests on.")


class SuggestedActionOut(Out):
    """The one thing to do now."""

    code: str = Field(
        description="`book_talk`, `offer_help`, `ask_for_talk`, `share_card`, `answer_signal`, `write_note` or "
        "`find_them`; more may come.",
        examples=["ask_for_talk"],
    )
    text: str = Field(description="The same as a sentence.", examples=["Ask for a short talk."])
    operation: str = Field(description="The operation that does it.", examples=["request_interview"])


class SuggestedPersonOut(Out):
    """Somebody I met, as I may see them today."""

    person_id: UUID = Field(description="Who.", examples=["01981d4e-3c00-7000-8000-000000000002"])
    name: str = Field(description="As they want to be called.", examples=["Grace Hopper"])
    headline: str = Field(description="One line about them.", examples=["I find bugs"])
    role: str = Field(description="What they do.", examples=["Rear admiral"])
    organisation: str = Field(description="Where.", examples=["Navy"])


class SuggestionOut(Out):
    """A person I met, why to go on, and one thing to do."""

    id: UUID = Field(description="The suggestion.", examples=["01981d4e-3c00-7000-8000-0000000000d1"])
    event_id: UUID = Field(description="Where we met.", examples=["01981d4e-3c00-7000-8000-0000000000e1"])
    event_name: str = Field(description="Its name.", examples=["PyCon"])
    person: SuggestedPersonOut = Field(description="Whom I met.")
    reasons: list[ReasonOut] = Field(description="Why, the strongest first; never empty.")
    for_me: ReasonOut = Field(description="What is in it for me.")
    for_them: ReasonOut = Field(description="What is in it for them.")
    action: SuggestedActionOut = Field(description="What to do.")
    rank: int = Field(description="1 first, within the event.", examples=[1])
    state: str = Field(
        description="`open`, `snoozed`, `dismissed` or `acted`; more may come.", examples=["open"]
    )
    snoozed_until: MomentOut | None = Field(
        description="When it comes back, while it is put off.", examples=[None]
    )
    created_at: MomentOut = Field(description="When it was made.", examples=["2026-06-05T20:10:00Z"])


class HelpfulOut(Out):
    """One of my connections whom I can help, or who can help me."""

    person: SuggestedPersonOut = Field(description="Who.")
    reasons: list[ReasonOut] = Field(
        description="What for: what I can give first, then what I can get; never empty."
    )
    action: SuggestedActionOut = Field(description="What to do.")


class HelpfulPage(Out):
    items: list[HelpfulOut] = Field(description="Whom I can help, the best first; then who can help me.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])


class SuggestionPage(Out):
    items: list[SuggestionOut] = Field(description="Of the event that closed last first, then by rank.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

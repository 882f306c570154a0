"""People to meet at an event, as clients see them."""

from pydantic import Field

from schemas.attendees import ListedPersonOut
from schemas.suggestions import ReasonOut, SuggestedActionOut
from schemas.wire import Out


class PersonToMeetOut(Out):
    """Somebody at the event whom I have not met, and why I should."""

    person: ListedPersonOut = Field(description="Who, as in the directory.")
    reasons: list[ReasonOut] = Field(description="Why, the strongest first; never empty.")
    for_me: ReasonOut = Field(description="What is in it for me.")
    for_them: ReasonOut = Field(description="What is in it for them.")
    action: SuggestedActionOut = Field(description="What to do.")
    rank: int = Field(description="1 first.", examples=[1])


class PeopleToMeetPage(Out):
    items: list[PersonToMeetOut] = Field(description="By rank.")
    next_cursor: str | None = Field(description="For the next page; null at the end.", examples=[None])

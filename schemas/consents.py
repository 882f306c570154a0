"""The words by which consents are asked for, and which of them somebody saw."""

from typing import Annotated

from pydantic import AfterValidator, Field, ValidationInfo
from pydantic_core import PydanticCustomError

from schemas.wire import Out, Whole

GIVES = ("listed", "exhibitors_may_scan", "named_in_exports", "given_at_stand")
TextVersion = Annotated[Whole, Field(ge=1, lt=2**31)]


def _named_where_given(version: int | None, info: ValidationInfo) -> int | None:
    if version is None and any(info.data.get(consent) for consent in GIVES):
        raise PydanticCustomError(
            "text_version_missing", "Who gives a consent has seen words: say which version of them."
        )
    return version


# Stands behind the consents that it belongs to, with `validate_default`.
ShownVersion = Annotated[TextVersion | None, AfterValidator(_named_where_given)]


class ConsentTextOut(Out):
    """What is said before one consent is given."""

    purpose: str = Field(
        description="`listed`, `exhibitors_may_scan`, `named_in_exports`, `paused`: the words beside that switch; "
        "`given_at_stand`: what an exhibitor's staff asks a visitor. There may be more in time.",
        examples=["listed"],
    )
    words: str = Field(
        description="Show them as they are.",
        examples=["Other attendees of this event find me in its directory."],
    )
    since_version: int = Field(description="Since which version these are the words.", examples=[1])


class ConsentTextsOut(Out):
    """All words of one version."""

    version: int = Field(
        description="Send it as `text_version` with what was given after these words.", examples=[1]
    )
    current: bool = Field(description="Whether it is what is to be shown now.", examples=[True])
    language: str = Field(description="A BCP 47 tag: the language of the words.", examples=["en"])
    items: list[ConsentTextOut] = Field(description="One for each purpose.")


class AgreedWordsOut(Out):
    """Under which version of the words each consent that stands was given; null for what is off."""

    listed: int | None = Field(description="Of the directory.", examples=[1])
    exhibitors_may_scan: int | None = Field(description="Of exhibitors' scans.", examples=[None])
    named_in_exports: int | None = Field(description="Of the organizer's files.", examples=[None])

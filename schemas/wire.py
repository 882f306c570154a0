"""The habits of every body: what inputs forbid, how text and times look."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import available_timezones

from email_validator import EmailNotValidError, validate_email
from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    PlainSerializer,
    Strict,
)
from pydantic_core import CoreSchema, PydanticCustomError

ZONES = frozenset(available_timezones())


# Validators are built when first used (`defer_build`): most of them no process ever needs, and all of them take time at
# its start.
class In(BaseModel):
    """What a client sends: unknown fields are refused, so that a typo is never silently ignored."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, str_strip_whitespace=True, hide_input_in_errors=True, defer_build=True
    )


class Patch(In):
    """An edit: absent or null keeps, `""` or `[]` clears."""

    def changes(self) -> dict[str, Any]:
        """The fields to change, by name."""
        return {
            name: getattr(self, name) for name in self.model_fields_set if getattr(self, name) is not None
        }


class Out(BaseModel):
    """What a client gets: every property is always present."""

    model_config = ConfigDict(from_attributes=True, frozen=True, defer_build=True)


def _clean(text: str) -> str:
    if any(ord(char) < 0x20 and char not in "\n\t\r" for char in text):
        raise PydanticCustomError("control_characters", "Control characters are not text.")
    return text


def _one_line(text: str) -> str:
    if any(ord(char) < 0x20 or ord(char) == 0x7F for char in text):
        raise PydanticCustomError("control_characters", "One line of text, without control characters.")
    return text


def _zone(name: str) -> str:
    if name not in ZONES:
        raise PydanticCustomError("zone_unknown", "Not an IANA time zone, such as Europe/Paris.")
    return name


def _email(address: str) -> str:
    try:
        return validate_email(address, check_deliverability=False).normalized.lower()
    except EmailNotValidError as wrong:
        raise PydanticCustomError("email_invalid", "Not an e-mail address.") from wrong


def _link(url: str) -> str:
    if not url.lower().startswith(("https://", "http://")) or any(char.isspace() for char in url):
        raise PydanticCustomError("link_invalid", "A web address beginning with https:// or http://.")
    return url


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(UTC)
    except OverflowError as wrong:
        raise PydanticCustomError("time_out_of_range", "A time between the years 1 and 9999.") from wrong


def _in_era(moment: datetime) -> datetime:
    # Before 1970 and after 2200 are typos; PostgreSQL and calendars would choke on the extremes.
    if not datetime(1970, 1, 1, tzinfo=UTC) <= moment < datetime(2200, 1, 1, tzinfo=UTC):
        raise PydanticCustomError("time_out_of_range", "A time between the years 1970 and 2200.")
    return moment


def _with_offset(value: Any) -> Any:
    # Numbers, also as text, would pass for seconds since 1970.
    if isinstance(value, (int, float)) or (isinstance(value, str) and ":" not in value):
        raise PydanticCustomError(
            "time_invalid", "A time as text with an offset, such as 2026-06-04T09:00:00Z."
        )
    return value


def _whole_seconds(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, slots=True)
class Format:
    """The `format` of a type in the contract (pydantic would share a `json_schema_extra` among all its fields)."""

    name: str

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {**handler(schema), "format": self.name}


# Limits stand before the checks of our own, so that pydantic names them as what they are (`string_too_long`).
one_line = AfterValidator(_one_line)
several_lines = AfterValidator(_clean)
Line = Annotated[str, one_line]
Name = Annotated[str, Field(min_length=1, max_length=120), one_line]
Short = Annotated[str, Field(max_length=120), one_line]
Topic = Annotated[str, Field(min_length=2, max_length=80), one_line]
Whole = Annotated[int, Strict()]  # not true, not "7", not 7.0
YesNo = Annotated[bool, Strict()]  # not 1, not "yes"
Zone = Annotated[str, Field(max_length=64), AfterValidator(_zone)]
Email = Annotated[str, Field(max_length=254), AfterValidator(_email), Format("email")]
Link = Annotated[str, Field(max_length=300), one_line, AfterValidator(_link)]


def prose(longest: int, *, shortest: int = 0) -> Any:
    """Text of several lines, up to `longest` characters."""
    return Annotated[str, Field(min_length=shortest, max_length=longest), several_lines]


Moment = Annotated[
    AwareDatetime,
    Field(description="A time with any offset (RFC 3339)."),
    BeforeValidator(_with_offset),
    AfterValidator(_in_era),
    AfterValidator(_in_utc),
]
MomentOut = Annotated[
    datetime,
    PlainSerializer(_whole_seconds, return_type=str),
    Format("date-time"),
]


class WrongField(Out):
    """One wrong field."""

    pointer: str = Field(
        description="JSON pointer into the body (RFC 6901), or `query/…`, `header/…`, `path/…`.",
        examples=["/email"],
    )
    code: str = Field(description="What is wrong with it, stable.", examples=["email_invalid"])
    message: str = Field(description="The same for people.", examples=["Not an e-mail address."])


class Problem(Out):
    """A failure (RFC 9457). `code` is what a program decides by."""

    type: str = Field(description="A URI reference for this code.", examples=["/problems#invalid_request"])
    title: str = Field(description="What the code means.", examples=["The request is malformed."])
    status: int = Field(description="The HTTP status, again.", examples=[400])
    code: str = Field(description="Stable name of the failure.", examples=["invalid_request"])
    detail: str | None = Field(description="More about this one time.", examples=[None])
    request_id: str = Field(description="Quote it when you ask for help.", examples=["01JZ9K3V7T"])
    errors: list[WrongField] = Field(description="The fields at fault, for `invalid_request`.")

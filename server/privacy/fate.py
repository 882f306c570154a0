"""What may become of a row that names a person or holds their words, and how such a row is found. Pure: `fates.py` is
the table of them, `erasing.py` and `purging.py` carry it out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Until(StrEnum):
    """For how long something stays."""

    PURGE = "until the event's data is purged"
    THEY_LEAVE = "until whoever it belongs to leaves"
    EXPIRES = "until it expires by itself, within weeks"
    SETTLED = "until a year after it was settled"
    ERASURE = "until they leave"
    ALWAYS = "for good: it says nothing of anybody"


@dataclass(frozen=True, slots=True)
class Delete:
    """The row goes."""


@dataclass(frozen=True, slots=True)
class Stub:
    """The row stays, with these columns set to these values (SQL; `:now` is the time)."""

    emptied: Mapping[str, str]
    because: str
    until: Until


@dataclass(frozen=True, slots=True)
class Keep:
    """The row stays as it is."""

    because: str
    until: Until


Fate = Delete | Stub | Keep
DELETE = Delete()


@dataclass(frozen=True, slots=True)
class Named:
    """Rows that name a person by `column`, where `condition` (SQL) holds of them, and their fate at erasure.

    `:people` are the ids of the person and of whoever was merged into them, `:addresses` their e-mail addresses.
    """

    column: str
    condition: str
    fate: Fate


def person(column: str, fate: Fate, *, where: str = "true") -> Named:
    return Named(column, f"{column} = any(:people) and {where}", fate)


def account(column: str, fate: Fate) -> Named:
    accounts = "select id from accounts where person_id = any(:people)"
    return Named(column, f"{column} in ({accounts})", fate)


def address(column: str, fate: Fate) -> Named:
    return Named(column, f"{column} = any(:addresses)", fate)


def place(column: str, fate: Fate, *, where: str = "true") -> Named:
    """By a place at an event."""
    places = "select event_id, id from attendances where person_id = any(:people)"
    return Named(column, f"(event_id, {column}) in ({places}) and {where}", fate)


ABOUT = "facts ->> 'person_id' = any(cast(:people as text[]))"


def about(column: str, fate: Fate) -> Named:
    """By whom the facts of a nudge are about."""
    return Named(column, ABOUT, fate)


def nudge(column: str, fate: Fate) -> Named:
    """By what they were reminded of, or told, and by what others were of them."""
    nudges = f"select id from nudges where person_id = any(:people) or {ABOUT}"  # noqa: S608 - of constants
    return Named(column, f"{column} in ({nudges})", fate)


def lead(column: str, fate: Fate) -> Named:
    """By what an exhibitor has of a place."""
    leads = (
        "select leads.event_id, leads.id from leads"
        " join attendances on attendances.event_id = leads.event_id and attendances.id = attendance_id"
        " where person_id = any(:people)"
    )
    return Named(column, f"(event_id, {column}) in ({leads})", fate)


class Kind(StrEnum):
    """Kinds of an event's data, each of which is purged at a time of its own."""

    UNCLAIMED = "unclaimed"
    EXPORTS = "exports"
    SCANS = "scans"
    ENCOUNTERS = "encounters"
    LEADS = "leads"
    ATTENDEES = "attendees"


@dataclass(frozen=True, slots=True)
class Purged:
    """With which kind of an event's data it goes, and how. `where` (SQL) may leave rows out."""

    kind: Kind
    fate: Delete | Stub = DELETE
    where: str = "true"


@dataclass(frozen=True, slots=True)
class Table:
    """The fates of one table. `words` are the columns in which somebody may be recognised: names, addresses, free text,
    and files. `purged` says what becomes of an event's rows; it is None for a table that belongs to no event."""

    name: str
    named: Sequence[Named] = ()
    words: Sequence[str] = ()
    purged: Purged | Keep | None = None

"""What is true of leads: who may capture them, what visitors agreed to, what is given, and whose word counts."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

PRINTED = ("name", "organisation", "role")  # all that somebody gives who has claimed nothing yet
ALWAYS = ("name", "pronouns")  # on every card


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody on an exhibitor's staff, from when until when."""

    staff_id: UUID
    exhibitor_id: UUID
    added_at: datetime
    removed_at: datetime | None = None

    def there(self, at: datetime) -> bool:
        return self.added_at <= at and not self.left(at)

    def left(self, at: datetime) -> bool:
        return self.removed_at is not None and at >= self.removed_at


@dataclass(frozen=True, slots=True)
class ConsentChange:
    given: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """What of a place at the event decides whether it becomes a lead of one exhibitor: every change of its consent
    to exhibitors, the earliest first, and when its person took back what this exhibitor got, or left the event."""

    consents: Sequence[ConsentChange] = ()
    taken_back_at: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What decides about one scanner's leads. A shared device has its exhibitor and everybody who was ever on its
    staff; a person has their own memberships, the one that counts first."""

    exhibitor_id: UUID | None = None
    members: Sequence[Member] = ()
    visitors: Mapping[UUID, Visitor]

    def captures_for(self, at: datetime) -> UUID | None:
        """The exhibitor that gets what was captured then; None for somebody who works for none yet. Whoever is
        invited later captured for them already, so that it does not matter what arrives first."""
        if self.exhibitor_id is not None:
            return self.exhibitor_id
        mine = self.membership(at)
        return mine and mine.exhibitor_id

    def membership(self, at: datetime) -> Member | None:
        return next((member for member in self.members if not member.left(at)), None)

    def who(self, staff_id: UUID | None, at: datetime) -> UUID | None:
        """Who of the staff captured: the owner of the phone, or the name that was picked on a shared device, if it
        was on the list then."""
        if self.exhibitor_id is None:
            mine = self.membership(at)
            return mine and mine.staff_id
        return next((m.staff_id for m in self.members if m.staff_id == staff_id and m.there(at)), None)


def agreed(visitor: Visitor, *, at: datetime, given_at_stand: bool, staff_id: UUID | None) -> bool:
    """Whether a visitor agreed, as it stood when the badge was read: on their own phone, or before somebody of the
    staff whose name is known.

    Whoever took something back from this exhibitor agrees again on their own phone only, by giving the consent anew.
    Nothing that arrives later changes the answer: all that was said until then is there already.
    """
    taken_back_at = max((moment for moment in visitor.taken_back_at if moment <= at), default=None)
    before = [change for change in visitor.consents if change.changed_at <= at]
    if before and before[-1].given:
        return taken_back_at is None or before[-1].changed_at > taken_back_at
    return taken_back_at is None and given_at_stand and staff_id is not None


@dataclass(frozen=True, slots=True)
class Capture:
    """A scan that stands. `text_version` is of the words that it rests on: those said at the stand, or those beside the
    visitor's own switch as it stood then. `blocked` if the visitor and whoever captured it keep away from each
    other."""

    captured_at: datetime
    given_at_stand: bool
    text_version: int | None
    blocked: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A lead as it is: its scans that stand, the fields of the release that stands, and when its visitor last took
    something back or left the event. `card` is the fields of the visitor's card for exhibitors, None for somebody
    unclaimed."""

    captures: Sequence[Capture]
    released: Sequence[str] | None
    taken_back_at: datetime | None
    card: Sequence[str] | None


@dataclass(frozen=True, slots=True)
class Due:
    """What of a visitor is due to an exhibitor; `fields` is None for nothing. `text_version` is of the words that it
    rests on."""

    fields: list[str] | None
    source: str
    text_version: int | None


def due(lead: Standing) -> Due:
    """What was taken back stays so, whatever is captured before: what was captured after was agreed to anew."""
    counted = [c for c in lead.captures if lead.taken_back_at is None or c.captured_at > lead.taken_back_at]
    if not counted:
        return Due(None, "scan", None)
    card = PRINTED if lead.card is None else (*ALWAYS, *lead.card)
    before = lead.released or ()
    by_switch = [capture for capture in counted if not capture.given_at_stand]
    latest = max(by_switch or counted, key=lambda capture: capture.captured_at)
    return Due(
        [*before, *(field for field in card if field not in before)],
        "scan" if by_switch else "given_at_stand",
        latest.text_version,
    )


def visible(given: Mapping[str, Any], card: Sequence[str] | None) -> dict[str, Any]:
    """What is shown: what was released and is still on today's card."""
    today = PRINTED if card is None else (*ALWAYS, *card)
    return {field: value for field, value in given.items() if field in today}


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What was said of a lead at one time; None says nothing of that field, empty clears it."""

    said_at: datetime
    id: UUID
    rating: int | None = None
    label: str | None = None
    note: str | None = None
    tags: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remarks:
    rating: int
    label: str
    note: str
    tags: tuple[str, ...]


def merged(remarks: Iterable[Remark]) -> Remarks:
    """Field by field the latest word, whatever order they arrived in and whichever device said it."""
    ordered = sorted(remarks, key=lambda remark: (remark.said_at, remark.id))

    def last(field: str, nothing: Any) -> Any:
        said = [value for remark in ordered if (value := getattr(remark, field)) is not None]
        return said[-1] if said else nothing

    return Remarks(
        rating=last("rating", 0), label=last("label", ""), note=last("note", ""), tags=last("tags", ())
    )


STEP = 5


def told(count: int) -> int:
    """A count of people as organizers are told it: in steps of five, so that nobody is seen to come or go."""
    return count // STEP * STEP

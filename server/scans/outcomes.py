"""What is said of each item of a delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from server.failures import Failure
from server.scans.deliveries import Delivery
from server.scans.keeping import same_fact
from server.scans.models import Scan
from server.scans.rules import Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one item; `pointer` names what could not be read."""

    index: int
    id: UUID | None
    outcome: str
    state: str = "refused"
    code: str | None = None
    pointer: str | None = None
    person_id: UUID | None = None


@dataclass(slots=True)
class Outcomes:
    """Of one delivery. `held_back` says why some scans have none: the phone keeps those."""

    scans: list[Outcome] = field(default_factory=list)
    undos: list[Outcome] = field(default_factory=list)
    held_back: Failure | None = None


def scan_outcomes(
    delivery: Delivery,
    stored: Mapping[UUID, Scan],
    first: Mapping[UUID, int],
    shown: Mapping[UUID, UUID],
) -> list[Outcome]:
    outcomes = [
        Outcome(index=item.index, id=None, outcome="refused", code=Reason.MALFORMED, pointer=item.pointer)
        for item in delivery.unreadable
    ]
    for capture in delivery.captures:
        scan = stored.get(capture.id)
        if scan is None:
            continue  # held back: absent means keep
        if not same_fact(scan, capture):
            code = Reason.ID_REUSED if capture.pointer is None else Reason.MALFORMED
            outcomes.append(
                Outcome(
                    index=capture.index, id=capture.id, outcome="refused", code=code, pointer=capture.pointer
                )
            )
            continue
        is_new = first.get(scan.id) == capture.index
        outcomes.append(
            Outcome(
                index=capture.index,
                id=scan.id,
                outcome=scan.state if is_new else "repeated",
                state=scan.state,
                code=scan.reason,
                pointer=capture.pointer,
                person_id=shown.get(scan.id),
            )
        )
    return sorted(outcomes, key=lambda outcome: outcome.index)


def undo_outcomes(delivery: Delivery, stored: Mapping[UUID, Scan]) -> list[Outcome]:
    outcomes = [
        Outcome(index=item.index, id=item.id, outcome="malformed", pointer=item.pointer)
        for item in delivery.unreadable_undos
    ]
    for undo_ in delivery.undos:
        scan = stored.get(undo_.id)
        said = "waiting" if scan is None else "undone" if scan.undone_at else "too_late"
        outcomes.append(Outcome(index=undo_.index, id=undo_.id, outcome=said))
    return sorted(outcomes, key=lambda outcome: outcome.index)

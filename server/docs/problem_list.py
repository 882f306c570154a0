"""Every failure in one list: its code, its status, when it happens, and what a client does then."""

from collections.abc import Iterator
from dataclasses import dataclass

from litestar import Litestar

from server import failures
from server.docs.document import handlers
from server.docs.scan_codes import WORDS
from server.failures import Failure
from server.problems import status_of

# Answered before a route is found.
WITHOUT_ROUTE: tuple[type[Failure], ...] = (failures.RouteNotFound, failures.MethodNotAllowed)

INTRODUCTION = """# What can go wrong

Made from the code by `make openapi`; do not edit.

Every failure is a problem document (RFC 9457), `application/problem+json`. A program decides by `code`; codes are
never renamed and never change their meaning. `title` says it to developers, `detail` more about this one time,
`errors` names each field at fault, and `request_id` is what to quote when asking for help. A code that an app does
not know is handled by its status.
"""
SCANS = """## Codes of single scans

`sync_scans` answers 200 and judges each item alone; `record_scan` and `list_my_scans` say the same words. With
`recorded`, `repeated`, `parked` and `refused` the phone is done: it deletes the item. An item that is absent from
the answer, and every item of a request that failed, stays in the queue.

| code | outcome | when | what to do |
|---|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Known:
    """A failure, and the operations that answer it."""

    failure: type[Failure]
    operations: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.failure.code

    @property
    def status(self) -> int:
        return int(status_of(self.failure))


def known_failures(app: Litestar) -> list[Known]:
    """By status, then by code."""
    operations: dict[type[Failure], list[str]] = {failure: [] for failure in WITHOUT_ROUTE}
    for handler in handlers(app):
        for failure in handler.opt["failures"]:
            operations.setdefault(failure, []).append(str(handler.operation_id))
    known = [Known(failure, tuple(sorted(raised_by))) for failure, raised_by in operations.items()]
    return sorted(known, key=lambda one: (one.status, one.code))


def problems_markdown(app: Litestar) -> str:
    every = len(list(handlers(app)))
    return "\n".join(
        [INTRODUCTION, *_by_status(known_failures(app), every), SCANS + "\n".join(_scan_rows()), ""]
    )


def _by_status(known: list[Known], every: int) -> Iterator[str]:
    status = 0
    for one in known:
        if one.status != status:
            status = one.status
            yield f"## {status}\n"
        yield f'### <a id="{one.code}"></a>`{one.code}`\n'
        yield f"{one.failure.title} **Do:** {one.failure.advice}\n"
        yield f"{_raised_by(one.operations, every)}\n"


def _raised_by(operations: tuple[str, ...], every: int) -> str:
    if not operations:
        return "Before any operation is found."
    if len(operations) > every / 2:
        return "Any operation." if len(operations) == every else "Most operations."
    return f"In {', '.join(f'`{operation}`' for operation in operations)}."


def _scan_rows() -> list[str]:
    return [f"| `{code}` | {said.outcome} | {said.when} | {said.then} |" for code, said in WORDS.items()]

"""How a route says what it is: its operation id, summary and every failure it can answer."""

from http import HTTPStatus
from typing import Any

from litestar.openapi import ResponseSpec

from schemas.wire import Out, Problem
from server import failures
from server.client_versions import ClientTooOld
from server.failures import Failure
from server.problems import status_of

VERSION = "0.1.0"  # of the contract; `openapi/CHANGELOG.md` says when it rises
ALWAYS: tuple[type[Failure], ...] = (failures.Busy, failures.Broken)
WITH_INPUT: tuple[type[Failure], ...] = (failures.InvalidRequest, failures.BodyTooLarge)


def operation(
    operation_id: str,
    summary: str,
    *raises: type[Failure],
    public: bool = False,
    by_device: bool = False,
    by_station: bool = False,
    or_station: bool = False,
    tag: str | None = None,
    again: type[Out] | None = None,
    any_client: bool = False,
    while_leaving: bool = False,
    streams: type[Out] | None = None,
    parts: bool = False,
    recorded: bool | None = None,
    **more: Any,
) -> dict[str, Any]:
    """The keyword arguments of a route decorator.

    `raises` are the named failures beyond those of every operation; a house test holds answers against them.
    `public` marks a route that asks for no proof.
    `by_device` says that the token of a device, a person's or an event's, does as well as that of a session;
    `by_station` that only the token of an event's device does, `or_station` that it does as well as that of a session.
    `any_client` serves apps of any age, as everything does that a device may ask: what was captured is always taken.
    `while_leaving` is also for who asked to delete their account; everything else of theirs rests until they took that
    back.
    `again` is what a creating call answers with 200 when the same is there already.
    `streams` is the data of the server-sent events that the operation answers with.
    `parts` says that it answers a range of a file's bytes too, with 206.
    `recorded`: whether an event's audit log says who of its team asked for this; unless said, for all but GET.
    """
    any_client = any_client or by_device or by_station or or_station
    declared: tuple[type[Failure], ...] = (*raises, *WITH_INPUT, *ALWAYS)
    if not any_client:
        declared = (*declared, ClientTooOld)
    if not public:
        declared = (failures.SignInRequired, *declared)
    if not public and not by_station and not while_leaving:
        declared = (*declared, failures.AccountLeaving)
    by_status: dict[int, list[type[Failure]]] = {}
    for failure in dict.fromkeys(declared):
        by_status.setdefault(status_of(failure), []).append(failure)
    return {
        "operation_id": operation_id,
        "summary": summary,
        "tags": [tag] if tag else None,
        "opt": {
            "public": public,
            "any_client": any_client,
            "while_leaving": while_leaving,
            "failures": dict.fromkeys(declared),
            "streams": streams,
            "recorded": recorded,
        },
        "security": _security(
            public=public, by_device=by_device, by_station=by_station, or_station=or_station
        ),
        "responses": _repeated(again)
        | _streamed(streams)
        | _in_parts(parts=parts)
        | {
            int(status): ResponseSpec(
                data_container=Problem,
                media_type="application/problem+json",
                description=" ".join(f"`{failure.code}`: {failure.title}" for failure in named),
                generate_examples=False,
            )
            for status, named in by_status.items()
        },
        **more,
    }


def _security(
    *, public: bool, by_device: bool, by_station: bool, or_station: bool
) -> list[dict[str, list[str]]]:
    if public:
        return []
    if by_station:
        return [{"station": []}]
    if or_station:
        return [{"session": []}, {"station": []}]
    return [{"session": []}, {"device": []}, {"station": []}] if by_device else [{"session": []}]


def _repeated(model: type[Out] | None) -> dict[int, ResponseSpec]:
    if model is None:
        return {}
    return {
        HTTPStatus.OK.value: ResponseSpec(
            data_container=model, description="It was there already.", generate_examples=False
        )
    }


def _streamed(model: type[Out] | None) -> dict[int, ResponseSpec]:
    if model is None:
        return {}
    return {
        HTTPStatus.OK.value: ResponseSpec(
            data_container=model,
            media_type="text/event-stream",
            description="Server-sent events, each with this as its `data`, in JSON.",
            generate_examples=False,
        )
    }


def _in_parts(*, parts: bool) -> dict[int, ResponseSpec]:
    if not parts:
        return {}
    return {
        HTTPStatus.PARTIAL_CONTENT.value: ResponseSpec(
            data_container=bytes,
            media_type="application/octet-stream",
            description="The bytes asked for by `Range`.",
            generate_examples=False,
        )
    }

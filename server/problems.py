"""Failures as problem documents (RFC 9457): the one place where a failure meets an HTTP status."""

from http import HTTPStatus
from typing import Any

import asyncpg
import structlog
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from schemas.wire import Problem, WrongField
from server import failures
from server.database import UNDONE, sqlstate, will_pass
from server.direct import LOST
from server.failures import Failure, Fault

log = structlog.get_logger()

STATUSES: dict[type[Failure], HTTPStatus] = {
    failures.BodyTooLarge: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    failures.Invalid: HTTPStatus.BAD_REQUEST,
    failures.NotSignedIn: HTTPStatus.UNAUTHORIZED,
    failures.NotAllowed: HTTPStatus.FORBIDDEN,
    failures.NotThere: HTTPStatus.NOT_FOUND,
    failures.MethodNotAllowed: HTTPStatus.METHOD_NOT_ALLOWED,
    failures.Conflict: HTTPStatus.CONFLICT,
    failures.Gone: HTTPStatus.GONE,
    failures.Stale: HTTPStatus.PRECONDITION_FAILED,
    failures.OutOfRange: HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE,
    failures.VersionMissing: HTTPStatus.PRECONDITION_REQUIRED,
    failures.TooMany: HTTPStatus.TOO_MANY_REQUESTS,
    failures.Unavailable: HTTPStatus.SERVICE_UNAVAILABLE,
    failures.Broken: HTTPStatus.INTERNAL_SERVER_ERROR,
}
RETRY_AFTER_UNAVAILABLE = 2  # seconds


def status_of(failure: type[Failure]) -> HTTPStatus:
    """The status of a failure's nearest family."""
    for family in failure.__mro__:
        if family in STATUSES:
            return STATUSES[family]
    raise LookupError(f"{failure.__name__} belongs to no family")


def problem_response(request: Request[Any, Any, Any], failure: Failure) -> Response[Problem]:
    status = status_of(type(failure))
    headers = {"cache-control": "no-store"}
    if failure.retry_after is not None:
        headers["retry-after"] = str(max(1, round(failure.retry_after.total_seconds())))
    elif status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["retry-after"] = str(RETRY_AFTER_UNAVAILABLE)
    if isinstance(failure, failures.OutOfRange):
        headers["content-range"] = f"bytes */{failure.size}"
    if status == HTTPStatus.UNAUTHORIZED:
        headers["www-authenticate"] = "Bearer"
    request_id = request.scope.get("state", {}).get("request_id", "")
    return Response(
        problem_of(failure, request_id),
        status_code=status,
        media_type="application/problem+json",
        headers=headers,
    )


def problem_of(failure: Failure, request_id: str) -> Problem:
    return Problem(
        type=f"/problems#{failure.code}",
        title=failure.title,
        status=status_of(type(failure)),
        code=failure.code,
        detail=failure.detail,
        request_id=request_id,
        errors=[WrongField(pointer=f.pointer, code=f.code, message=f.message) for f in failure.faults],
    )


def on_failure(request: Request[Any, Any, Any], failure: Failure) -> Response[Problem]:
    return problem_response(request, failure)


def on_http_exception(request: Request[Any, Any, Any], raised: HTTPException) -> Response[Problem]:
    """What Litestar itself refuses, in our words."""
    match raised.status_code:
        case HTTPStatus.NOT_FOUND:
            return problem_response(request, failures.RouteNotFound())
        case HTTPStatus.METHOD_NOT_ALLOWED:
            response = problem_response(request, failures.MethodNotAllowed())
            response.headers.update(raised.headers or {})
            return response
        case HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            return problem_response(request, failures.BodyTooLarge())
        case code if code < HTTPStatus.INTERNAL_SERVER_ERROR:
            return problem_response(request, failures.InvalidRequest(faults=tuple(faults_of(raised))))
    return on_defect(request, raised)


def faults_of(raised: HTTPException) -> list[Fault]:
    """Every wrong field of a request that did not fit its types."""
    body_errors = getattr(raised.__cause__ or raised.__context__, "errors", None)
    faults: list[Fault] = []
    if isinstance(body_errors, list):
        faults += [
            Fault(pointer=pointer(error["loc"]), code=error["type"], message=error["msg"])
            for error in body_errors
        ]
    extra = raised.extra if isinstance(raised, ValidationException) and isinstance(raised.extra, list) else []
    for error in extra:
        source, key = error.get("source"), error.get("key", "")
        if source and getattr(source, "value", source) != "body":
            where = f"{getattr(source, 'value', source)}/{key}"
            faults.append(Fault(pointer=where, code="invalid", message=error["message"]))
    return faults or [
        Fault(pointer="", code="malformed", message="The body is not the JSON that was expected.")
    ]


def pointer(location: tuple[str | int, ...]) -> str:
    """A JSON pointer (RFC 6901) from the path that pydantic gives."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in location)


def on_database_error(
    request: Request[Any, Any, Any], raised: DBAPIError | asyncpg.PostgresError
) -> Response[Problem]:
    if will_pass(raised):
        request.scope["state"]["try_again"] = sqlstate(raised) in UNDONE
        log.warning("database_busy", sqlstate=sqlstate(raised))
        return problem_response(request, failures.Busy())
    return on_defect(request, raised)


def on_nesting(request: Request[Any, Any, Any], raised: RecursionError) -> Response[Problem]:
    """JSON nested deeper than any body of ours: the decoder gives up before anything of ours ran."""
    if not any("extractors.py" in frame for frame in where(raised)):
        return on_defect(request, raised)
    fault = Fault(pointer="", code="malformed", message="The body is nested too deeply.")
    return problem_response(request, failures.InvalidRequest(faults=(fault,)))


def on_busy(request: Request[Any, Any, Any], raised: Exception) -> Response[Problem]:
    log.warning("database_busy", error=type(raised).__name__)
    return problem_response(request, failures.Busy())


def on_defect(request: Request[Any, Any, Any], raised: Exception) -> Response[Problem]:
    """Anything nobody foresaw. Only the kind of error and where it arose is logged: its text may hold data."""
    log.error("defect", error=type(raised).__name__, sqlstate=sqlstate(raised), where=where(raised))
    return problem_response(request, failures.Broken())


def where(raised: BaseException) -> list[str]:
    frames = []
    trace = raised.__traceback__
    while trace is not None:
        code = trace.tb_frame.f_code
        frames.append(f"{code.co_filename.rsplit('/', 2)[-1]}:{trace.tb_lineno} {code.co_name}")
        trace = trace.tb_next
    return frames[-6:]


EXCEPTION_HANDLERS: dict[int | type[Exception], Any] = {
    Failure: on_failure,
    HTTPException: on_http_exception,
    DBAPIError: on_database_error,
    asyncpg.PostgresError: on_database_error,
    **dict.fromkeys((*LOST, PoolTimeout), on_busy),
    RecursionError: on_nesting,
    Exception: on_defect,
}

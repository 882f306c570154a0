"""What can go wrong, by name. A failure knows its code and its words; `problems.py` alone knows statuses.

Each feature's `errors.py` derives from one of the families below. `code` is part of the contract and never
changes; `title` is the sentence a developer reads; `detail`, given when raised, says more about this one time.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import ClassVar


@dataclass(frozen=True, slots=True)
class Fault:
    """One wrong field: a JSON pointer (RFC 6901) into the body, or `query/name`, `header/name`, `path/name`."""

    pointer: str
    code: str
    message: str


class Failure(Exception):
    """The root of all families. `commits` means that what was recorded on the way must stay (a wrong code,
    a reused token): the commit dependency commits, then lets the failure out."""

    code: ClassVar[str]
    title: ClassVar[str]
    commits: ClassVar[bool] = False

    def __init__(
        self,
        detail: str | None = None,
        *,
        faults: tuple[Fault, ...] = (),
        retry_after: timedelta | None = None,
    ) -> None:
        super().__init__(detail or self.title)
        self.detail = detail
        self.faults = faults
        self.retry_after = retry_after


class Invalid(Failure):
    """The request itself is at fault."""


class NotSignedIn(Failure):
    """Nobody can be told from this request."""


class NotAllowed(Failure):
    """Known, but not allowed: only where the asker may know that the thing exists."""


class NotThere(Failure):
    """Not there, or not yours: the same thing to whoever asks."""


class Conflict(Failure):
    """Right in itself, but not as things stand."""


class Gone(Failure):
    """Was there, and will not come back."""


class Stale(Failure):
    """An edit of something that has changed since it was read."""


class VersionMissing(Failure):
    """An edit that does not say what it edits."""


class TooMany(Failure):
    """Too often; says when to come back."""


class Unavailable(Failure):
    """Not now; says when to come back."""


class SignInRequired(NotSignedIn):
    code = "sign_in_required"
    title = "Send a valid access token; refresh it when it has expired."


class InvalidRequest(Invalid):
    code = "invalid_request"
    title = "The request is malformed; `errors` names each field at fault."


class BodyTooLarge(Invalid):
    code = "body_too_large"
    title = "The request body is larger than this operation takes."


class CursorInvalid(Invalid):
    code = "cursor_invalid"
    title = "This cursor was not made by this list."


class CursorExpired(Gone):
    code = "cursor_expired"
    title = "This cursor is of another time or database: begin again without one."


class IdReused(Conflict):
    code = "id_reused"
    title = "This id was used before, with other content."


class VersionStale(Stale):
    code = "version_stale"
    title = "This was edited since you read it: read it again, then edit."


class VersionRequired(VersionMissing):
    code = "version_required"
    title = "Say in If-Match which version you are editing."


class Busy(Unavailable):
    code = "busy"
    title = "Too much is happening at once; the request changed nothing."


class OutcomeUnknown(Unavailable):
    code = "outcome_unknown"
    title = "The connection to the database was lost while saving; ask again with the same id."


class RouteNotFound(NotThere):
    code = "route_not_found"
    title = "There is no such operation."


class MethodNotAllowed(Failure):
    """The path exists, with other methods."""

    code = "method_not_allowed"
    title = "This path does not take this method."


class Broken(Failure):
    """A defect of ours."""

    code = "internal_error"
    title = "Something broke on our side; the request changed nothing."

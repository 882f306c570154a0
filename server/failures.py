"""What can go wrong, by name. A failure knows its code and its words; `problems.py` alone knows statuses.

Each feature's `errors.py` derives from one of the families below. `code` is part of the contract and never
changes; `title` is the sentence a developer reads; `advice`, the family's or its own, says what a client does
then; `detail`, given when raised, says more about this one time.
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
    advice: ClassVar[str]
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

    advice = "Mend the request: sent again as it is, it fails again."


class NotSignedIn(Failure):
    """Nobody can be told from this request."""

    advice = "Sign in again."


class NotAllowed(Failure):
    """Known, but not allowed: only where the asker may know that the thing exists."""

    advice = "Do not offer this here; somebody with more rights can change that."


class NotThere(Failure):
    """Not there, or not yours: the same thing to whoever asks."""

    advice = "Treat it as not there: read the list it came from again."


class Conflict(Failure):
    """Right in itself, but not as things stand."""

    advice = "Read again how things stand, show that, and let the person decide anew."


class Gone(Failure):
    """Was there, and will not come back."""

    advice = "Forget it, and begin anew."


class Stale(Failure):
    """An edit of something that has changed since it was read."""

    advice = "Read it again, apply the edit to what is there now, and send that with the new `ETag`."


class OutOfRange(Failure):
    """A part of a file that it does not have; `size` is what it has, in bytes."""

    def __init__(self, *, size: int) -> None:
        super().__init__()
        self.size = size


class VersionMissing(Failure):
    """An edit that does not say what it edits."""

    advice = "Send `If-Match` with the `ETag` that was read."


class TooMany(Failure):
    """Too often; says when to come back."""

    advice = "Wait for `Retry-After`, then ask again."


class Unavailable(Failure):
    """Not now; says when to come back."""

    advice = "Wait for `Retry-After`, then ask again with the same `id`, waiting longer each time."


class SignInRequired(NotSignedIn):
    code = "sign_in_required"
    title = "Send a valid access token; refresh it when it has expired."
    advice = (
        "Call `refresh_session` once and ask again; if that fails too, let the person sign in. Keep what "
        "is queued."
    )


class AccountLeaving(NotAllowed):
    code = "account_leaving"
    title = "This account is being deleted: only that can be taken back."
    advice = (
        "Show until when (`get_me`), and offer `cancel_account_deletion`. Keep what is queued: it is taken again after"
        " that."
    )


class InvalidRequest(Invalid):
    code = "invalid_request"
    title = "The request is malformed; `errors` names each field at fault."
    advice = (
        "Show `errors` beside the fields they point to; where they point to nothing a person typed, it is"
        " a defect of the app."
    )


class BodyTooLarge(Invalid):
    code = "body_too_large"
    title = "The request body is larger than this operation takes."
    advice = "Send less at once: a batch in parts."


class CursorInvalid(Invalid):
    code = "cursor_invalid"
    title = "This cursor was not made by this list."
    advice = "Begin the list anew, without a cursor."


class CursorExpired(Gone):
    code = "cursor_expired"
    title = "This cursor is of another time or database: begin again without one."


class IdReused(Conflict):
    code = "id_reused"
    title = "This id was used before, with other content."
    advice = "Choose a new id if it is a new thing; if it is the same, it is there already: read it."


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
    advice = "Ask again with the same `id`: 200 says that it was done, 201 that it is now."


class RouteNotFound(NotThere):
    code = "route_not_found"
    title = "There is no such operation."
    advice = "A defect of the app, or an id that is none: treat it as not there."


class MethodNotAllowed(Failure):
    """The path exists, with other methods."""

    code = "method_not_allowed"
    title = "This path does not take this method."
    advice = "See `Allow` for what the path takes; it is a defect of the app."


class Broken(Failure):
    """A defect of ours."""

    code = "internal_error"
    title = "Something broke on our side; the request changed nothing."
    advice = "Ask again later; quote `request_id` when reporting it. What is queued stays queued."

"""What can go wrong with suggestions."""

from server.failures import Conflict, Invalid, NotThere


class SuggestionNotFound(NotThere):
    code = "suggestion_not_found"
    title = "You have no such suggestion."


class SuggestionDone(Conflict):
    code = "suggestion_done"
    title = "This suggestion is over: you have acted on it, or it has ended."
    advice = "Read the list again."


class SnoozeOutOfRange(Invalid):
    code = "snooze_out_of_range"
    title = "A suggestion can be put off until a moment within the next 90 days."

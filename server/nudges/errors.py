"""What can go wrong with nudges."""

from server.failures import NotThere


class NudgeNotFound(NotThere):
    code = "nudge_not_found"
    title = "You have no such nudge."

"""What can go wrong with the balance."""

from server.failures import NotThere


class ActivityNotFound(NotThere):
    code = "activity_not_found"
    title = "You logged no such activity."

"""What can go wrong with connections."""

from server.failures import NotThere


class ConnectionNotFound(NotThere):
    code = "connection_not_found"
    title = "You have not met this person."

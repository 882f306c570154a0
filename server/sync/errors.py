"""What can go wrong with syncing."""

from server.failures import Gone


class CursorExpired(Gone):
    code = "cursor_expired"
    title = (
        "This cursor is too old, another person's, or of a server restored since: begin again without one."
    )

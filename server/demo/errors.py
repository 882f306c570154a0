"""What can go wrong with the demo. Needs none of its libraries, so that the command can name it without them."""


class DemoStopped(Exception):
    """The demo cannot go on; the message says why and what to do."""

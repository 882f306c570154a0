"""What can go wrong with introductions."""

from server.failures import Conflict, NotThere


class IntroductionNotFound(NotThere):
    code = "introduction_not_found"
    title = "You have no such introduction."


class ConnectionPrivate(Conflict):
    code = "connection_private"
    title = "You keep this connection private, so nobody is introduced along it."
    advice = "Offer to change that with `update_connection`."


class AlreadyAsked(Conflict):
    code = "already_asked"
    title = "You asked this person to introduce you to somebody, and that is still open."
    advice = "Ask somebody else, or withdraw the other request."


class TooManyIntroductions(Conflict):
    code = "too_many_introductions"
    title = "Three of your requests are open: let one end, or withdraw one."
    advice = "Show the open ones, and offer to withdraw one."


class ConnectorFull(Conflict):
    code = "connector_full"
    title = "They take no more requests to introduce somebody for now; `errors` says who."
    advice = "Ask the others now, and this person some other week."


class IntroductionClosed(Conflict):
    code = "introduction_closed"
    title = "Answered, withdrawn or expired before; `detail` says how it stands."
    advice = "Read the introduction again and show how it stands."

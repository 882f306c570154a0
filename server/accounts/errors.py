"""What can go wrong with accounts."""

from server.failures import Conflict, Invalid, NotSignedIn, NotThere


class CodeWrong(NotSignedIn):
    code = "code_wrong"
    title = "That is not the code we mailed."
    advice = "Let the person type it again; after five tries ask for a new one."
    commits = True  # the try counts


class CodeExpired(NotSignedIn):
    code = "code_expired"
    title = "This code is used up or expired: request another."
    advice = "Offer to mail a new code."


class RefreshInvalid(NotSignedIn):
    code = "refresh_invalid"
    title = "This refresh token is not valid any more: sign in again."
    advice = "Sign in again. A registered device goes on delivering scans meanwhile."
    commits = True  # a reuse ends the session


class SessionNotFound(NotThere):
    code = "session_not_found"
    title = "You have no such session."


class EmailNotFound(NotThere):
    code = "email_not_found"
    title = "You have no such e-mail address."


class EmailTaken(Conflict):
    code = "email_taken"
    title = "This address signs in to another account."
    advice = "Say so; the address has to be removed from the other account first."


class LastEmail(Conflict):
    code = "last_email"
    title = "The last address cannot be removed: nobody could sign in."
    advice = "Let the person add another address first."


class TooManyEmails(Invalid):
    code = "too_many_emails"
    title = "An account has at most ten addresses."

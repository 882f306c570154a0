"""What can go wrong with accounts."""

from server.failures import Conflict, Invalid, NotSignedIn, NotThere


class CodeWrong(NotSignedIn):
    code = "code_wrong"
    title = "That is not the code we mailed."
    commits = True  # the try counts


class CodeExpired(NotSignedIn):
    code = "code_expired"
    title = "This code is used up or expired: request another."


class RefreshInvalid(NotSignedIn):
    code = "refresh_invalid"
    title = "This refresh token is not valid any more: sign in again."
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


class LastEmail(Conflict):
    code = "last_email"
    title = "The last address cannot be removed: nobody could sign in."


class TooManyEmails(Invalid):
    code = "too_many_emails"
    title = "An account has at most ten addresses."

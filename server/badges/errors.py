"""What can go wrong with badges and tickets."""

from server.failures import Conflict, Invalid, NotThere


class BadgeNotFound(NotThere):
    code = "badge_not_found"
    title = "There is no such badge at this event."


class AttendeeNotExpected(Conflict):
    code = "attendee_not_expected"
    title = "This attendee was cancelled or has left: nobody is there to wear a badge."


class RecipientsContradictory(Invalid):
    code = "recipients_contradictory"
    title = "Name `attendance_ids` with `chosen`, and with `chosen` only."

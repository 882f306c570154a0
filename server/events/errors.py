"""What can go wrong with events."""

from server.failures import NotAllowed, NotThere


class EventNotFound(NotThere):
    code = "event_not_found"
    title = "There is no such event, or you are not part of it."


class RoleRequired(NotAllowed):
    code = "role_required"
    title = "Your role in this event's team does not allow that."


class AttendeeNotFound(NotThere):
    code = "attendee_not_found"
    title = "There is no such attendee on this event's list."

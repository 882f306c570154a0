"""What can go wrong with events."""

from server.failures import Conflict, Invalid, NotAllowed, NotThere


class EventNotFound(NotThere):
    code = "event_not_found"
    title = "There is no such event, or you are not part of it."


class RoleRequired(NotAllowed):
    code = "role_required"
    title = "Your role in this event's team does not allow that."


class OrganizerNotAllowed(NotAllowed):
    code = "organizer_not_allowed"
    title = "The operator of this server has not allowed you to create events."


class EventCancelled(Conflict):
    code = "event_cancelled"
    title = "This event is cancelled."


class MemberNotFound(NotThere):
    code = "member_not_found"
    title = "There is no such member in this event's team."


class AlreadyOnTeam(Conflict):
    code = "already_on_team"
    title = "This address is on the team already: edit that member."


class LastOwner(Conflict):
    code = "last_owner"
    title = "Somebody who has used the role must stay owner: hand over first."


class AttendeeNotFound(NotThere):
    code = "attendee_not_found"
    title = "There is no such attendee on this event's list."


class AlreadyListed(Conflict):
    code = "already_listed"
    title = "This address is on the list already: another place under it needs an external id."


class ExternalIdTaken(Conflict):
    code = "external_id_taken"
    title = "Another attendee of this event has this external id."


class ExternalCodeTaken(Conflict):
    code = "external_code_taken"
    title = "Another attendee of this event has this external code."


class AttendeeLeft(Conflict):
    code = "attendee_left"
    title = "This person has left the event, and only they can come back."


class AttendeeJoined(Conflict):
    code = "attendee_joined"
    title = "This place was joined with another of the same person: change that one's status."


class ImportUnreadable(Invalid):
    code = "import_unreadable"
    title = "The file cannot be read as an attendee list; `errors` says where and why."


class ImportInvalid(Invalid):
    code = "import_invalid"
    title = "Rows of the file cannot be used; nothing was imported. `errors` names each with its line."


class ConsentTextUnknown(Invalid):
    code = "consent_text_unknown"
    title = "There is no such version of the words that consents are asked for by."
    advice = "Send the version that was shown, as `list_consent_texts` names it; read it again, show it, and ask anew."

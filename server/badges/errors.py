"""What can go wrong with badges and tickets."""

from server.failures import Conflict, Gone, Invalid, NotThere


class BadgeNotFound(NotThere):
    code = "badge_not_found"
    title = "There is no such badge at this event."


class AttendeeNotExpected(Conflict):
    code = "attendee_not_expected"
    title = "This attendee was cancelled or has left: nobody is there to wear a badge."


class TicketSerialUnknown(Conflict):
    code = "ticket_serial_unknown"
    title = "This attendee has no ticket of so high a serial."


class TicketKeyNotFound(NotThere):
    code = "ticket_key_not_found"
    title = "This event has no ticket key of that version."


class TicketKeysExhausted(Conflict):
    code = "ticket_keys_exhausted"
    title = "This event's ticket keys were rotated two hundred times; the last are kept for leaks."


class RecipientsContradictory(Invalid):
    code = "recipients_contradictory"
    title = "Name `attendance_ids` with `chosen`, and with `chosen` only."


class TicketMailingNotFound(NotThere):
    code = "ticket_mailing_not_found"
    title = "There is no such order of this event."


class PrintContradictory(Invalid):
    code = "print_contradictory"
    title = "Name an `attendance_id` with `one`, and with `one` only."


class NothingToPrint(Conflict):
    code = "nothing_to_print"
    title = "No badge is meant by this order: nobody is expected, or all were printed."


class PrintNotFound(NotThere):
    code = "badge_print_not_found"
    title = "There is no such print of this event."


class PrintNotReady(Conflict):
    code = "badge_print_not_ready"
    title = "This print is still being made: `get_badge_print` says how far it is."
    advice = "Ask `get_badge_print` again in some seconds."


class PrintFailed(Conflict):
    code = "badge_print_failed"
    title = "This print could not be made: order it again."
    advice = "Order it again, under a new id."


class PrintExpired(Gone):
    code = "badge_print_expired"
    title = "This file is not kept any more: print again, the codes are the same."
    advice = "Order it again, under a new id."

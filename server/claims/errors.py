"""What can go wrong with claims. Only whoever proved an address or holds a ticket learns anything."""

from server.failures import Conflict, Invalid, NotThere


class NothingToClaim(NotThere):
    code = "nothing_to_claim"
    title = "No place is kept for your addresses at this event; a ticket claims one too."
    advice = "Offer to claim by ticket, or to add the address that the ticket was sent to."


class TicketNeeded(Conflict):
    code = "ticket_needed"
    title = "Several places are kept under your addresses: claim yours by its ticket."
    advice = "Ask for the ticket's code."


class AlreadyClaimed(Conflict):
    code = "already_claimed"
    title = "This ticket's place belongs to another account."
    advice = "Say that somebody else uses this ticket, and refer to the organizer."


class TicketInvalid(Invalid):
    code = "ticket_invalid"
    title = "This is not a valid ticket of this event; it may have been replaced."
    advice = "Ask for the newest ticket mail."


class BadgeDoesNotClaim(Invalid):
    code = "badge_does_not_claim"
    title = "That is a badge, which anybody can read: send the ticket."
    advice = "Ask for the ticket's code, not the badge's."

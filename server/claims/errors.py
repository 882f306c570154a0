"""What can go wrong with claims. Only whoever proved an address or holds a ticket learns anything."""

from server.failures import Conflict, Invalid, NotThere


class NothingToClaim(NotThere):
    code = "nothing_to_claim"
    title = "No place is kept for your addresses at this event; a ticket claims one too."


class TicketNeeded(Conflict):
    code = "ticket_needed"
    title = "Several places are kept under your addresses: claim yours by its ticket."


class AlreadyClaimed(Conflict):
    code = "already_claimed"
    title = "This ticket's place belongs to another account."


class TicketInvalid(Invalid):
    code = "ticket_invalid"
    title = "This is not a valid ticket of this event; it may have been replaced."


class BadgeDoesNotClaim(Invalid):
    code = "badge_does_not_claim"
    title = "That is a badge, which anybody can read: send the ticket."

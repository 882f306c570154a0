"""What the codes of single scans mean, for people: `sync_scans` answers them item by item, failures or not."""

from typing import NamedTuple

from server.scans.rules import Reason

PARKED = "parked"
REFUSED = "refused"


class Words(NamedTuple):
    outcome: str
    when: str
    then: str


FORGET = "Nothing more."
WORDS = {
    Reason.NO_BADGE_YET: Words(
        PARKED, "Nobody wears this code yet.", "Nothing: it counts when somebody does."
    ),
    Reason.NOT_CLAIMED_YET: Words(
        PARKED,
        "The scanner has not claimed a place yet.",
        "Offer to claim it; then all that wait are judged.",
    ),
    Reason.NOT_CHECKED_IN_YET: Words(
        PARKED, "The scanner has not come through the door yet.", "Nothing: it counts when they have."
    ),
    Reason.NOT_ON_TEAM_YET: Words(
        PARKED, "The scanner is not on the event's team yet.", "Nothing: it counts when they are."
    ),
    Reason.NOT_STAFF_YET: Words(
        PARKED, "The scanner is not on an exhibitor's staff yet.", "Nothing: it counts when they are."
    ),
    Reason.NO_CONSENT: Words(
        REFUSED,
        "The visitor had not agreed to give exhibitors their card when it was read.",
        "Ask them to agree on their own phone, or note that they agreed at the stand; then read again.",
    ),
    Reason.CONSENT_TEXT_UNKNOWN: Words(
        REFUSED,
        "There is no such version of the words that the visitor is said to have agreed to.",
        "A defect of the app: send the `version` of `list_consent_texts` that was shown.",
    ),
    Reason.DEVICE_REVOKED: Words(
        "parked or refused",
        "The device was revoked: parked when captured before, refused when after.",
        "Offer `resolve_parked_scans` for what is parked.",
    ),
    Reason.MALFORMED: Words(
        REFUSED, "A field is missing or wrong; `pointer` names it.", "A defect of the app."
    ),
    Reason.ID_REUSED: Words(REFUSED, "The id was used before, for another scan.", "A defect of the app."),
    Reason.OWN_BADGE: Words(REFUSED, "The scanner read their own badge.", FORGET),
    Reason.OTHER_EVENT: Words(REFUSED, "The code belongs to another event.", "Say so; scan there."),
    Reason.BADGE_REVOKED: Words(REFUSED, "The badge counted no more when it was read.", "Say so."),
    Reason.OUTSIDE_EVENT: Words(REFUSED, "It was read before the doors opened or after they closed.", FORGET),
    Reason.TICKET_NOT_BADGE: Words(REFUSED, "It is a ticket, and a badge was meant.", "Say so."),
    Reason.BADGE_NOT_TICKET: Words(
        REFUSED, "It is a badge, and this door wants a ticket.", "Ask for the ticket."
    ),
    Reason.TICKET_FORGED: Words(
        REFUSED, "The ticket's signature is not the event's.", "Send them to the desk."
    ),
    Reason.TICKET_REPLACED: Words(REFUSED, "A newer ticket was sent since.", "Ask for the newest ticket."),
    Reason.TICKET_KEY_COMPROMISED: Words(
        REFUSED, "The key of this ticket is not trusted any more.", "Ask for the newest ticket."
    ),
    Reason.PLACE_CANCELLED: Words(REFUSED, "The place was cancelled.", "Send them to the desk."),
    Reason.PURPOSE_NOT_ALLOWED: Words(
        REFUSED, "The scanner may not read for this purpose.", "Do not offer this purpose."
    ),
    Reason.EVENT_ARCHIVED: Words(REFUSED, "The event closed more than 30 days ago.", FORGET),
    Reason.DISCARDED: Words(REFUSED, "Its owner discarded it with `resolve_parked_scans`.", FORGET),
}

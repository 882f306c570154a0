"""What can go wrong with interviews."""

from server.failures import Conflict, NotThere


class InterviewNotFound(NotThere):
    code = "interview_not_found"
    title = "You have no such interview."


class CalendarFeedNotFound(NotThere):
    code = "calendar_feed_not_found"
    title = "There is no calendar feed at this address; it may have been replaced."
    advice = "Read the address anew with `get_calendar_feed`."


class AlreadyRequested(Conflict):
    code = "already_requested"
    title = "A request between the two of you waits for an answer already."


class DeclinedRecently(Conflict):
    code = "declined_recently"
    title = "They declined lately; ask again 30 days after that."
    advice = "Do not offer to ask this person again before."


class TooManyPending(Conflict):
    code = "too_many_pending"
    title = "Ten of your requests wait for an answer: let one be answered, or withdraw one."
    advice = "Show the requests that wait, and offer to withdraw one."


class HostFull(Conflict):
    code = "host_full"
    title = "They take no more requests for now."
    advice = "Show `full_until` and `host_resource` of `find_common_slots`."


class NotJoined(Conflict):
    code = "not_joined"
    title = "They have not joined Hallway yet, so nobody could answer."


class NoLongerOpen(Conflict):
    code = "no_longer_open"
    title = "Answered, ended or expired before; `detail` says how it stands."
    advice = "Read the interview again and show how it stands."


class NotYourTurn(Conflict):
    code = "not_your_turn"
    title = "It is for the other one to do this."


class NotScheduled(Conflict):
    code = "not_scheduled"
    title = "This needs a booked talk, and there is none."


class NotStarted(Conflict):
    code = "not_started"
    title = "The talk has not begun: say afterwards what became of it."
    advice = "Offer it once `starts_at` has passed."


class ProposalChanged(Conflict):
    code = "proposal_changed"
    title = "Other times have been proposed since: read the interview again."
    advice = "Read the interview again and show the newer times."


class SlotNotProposed(Conflict):
    code = "slot_not_proposed"
    title = "This is not among the times proposed."


class SlotTaken(Conflict):
    code = "slot_taken"
    title = "One of you has a talk at this time by now, or it has passed."
    advice = "Read `find_common_slots` again and offer other times."


class NoSlotLeft(Conflict):
    code = "no_slot_left"
    title = "None of the times proposed is free any more: propose others."
    advice = "Propose others with `counter_interview`."

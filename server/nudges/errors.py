"""What can go wrong with nudges."""

from server.failures import Conflict, NotThere


class NudgeNotFound(NotThere):
    code = "nudge_not_found"
    title = "You have no such nudge."


class OutcomeNotOffered(Conflict):
    code = "outcome_not_offered"
    title = "This nudge does not take that; `outcomes` says what it takes."
    advice = "Offer what the nudge's `outcomes` name."


class SnoozeTooLong(Conflict):
    code = "snooze_too_long"
    title = "Put off until a time to come, before the nudge's `useful_until`."
    advice = "Offer times between now and `useful_until`."

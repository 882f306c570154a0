"""What can go wrong at doors."""

from server.failures import Conflict, NotThere


class ScanIssueNotFound(NotThere):
    code = "scan_issue_not_found"
    title = "This event has no such issue; it may have settled itself."


class DecisionNotPossible(Conflict):
    code = "decision_not_possible"
    title = "This issue cannot be settled so; `decisions` says how."


class AlreadySettled(Conflict):
    code = "already_settled"
    title = "Somebody settled this issue otherwise."

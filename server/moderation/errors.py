"""What can go wrong with reports."""

from server.failures import NotThere


class ReportNotFound(NotThere):
    code = "report_not_found"
    title = "There is no such report, or it is not yours to look into."

"""What can go wrong with exports."""

from server.failures import Conflict, Gone, NotThere


class ExportNotFound(NotThere):
    code = "export_not_found"
    title = "There is no such export of this event."


class ExportNotReady(Conflict):
    code = "export_not_ready"
    title = "This file is still being made: ask again in some seconds."
    advice = "Ask `get_export` again in some seconds."


class ExportFailed(Conflict):
    code = "export_failed"
    title = "This file could not be made; `get_export` says why."
    advice = "Show what `get_export` says, and order it again under a new id."


class ExportExpired(Gone):
    code = "export_expired"
    title = "This file is not kept any more: make another."
    advice = "Order it again, under a new id."


class EventNotClosed(Conflict):
    code = "event_not_closed"
    title = "Who met whom can be exported once the event's doors have closed."
    advice = "Offer it again once `doors_close_at` has passed."

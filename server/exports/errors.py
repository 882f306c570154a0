"""What can go wrong with exports."""

from server.failures import Conflict, Gone, Invalid, NotThere, OutOfRange


class ExportNotFound(NotThere):
    code = "export_not_found"
    title = "There is no such export of this event."


class ExportContradictory(Invalid):
    code = "export_contradictory"
    title = "There is no file of this kind in this format, cut or naming; `detail` says why."


class CutEmpty(Conflict):
    code = "cut_empty"
    title = "Nobody at this event is of this type: there would be nothing in the file."
    advice = "Offer the types that `get_connection_stats` lists in `by_type`."


class FormatUnavailable(Conflict):
    code = "format_unavailable"
    title = "This server makes no files of this format: it lacks a package."
    advice = "Offer another format; whoever operates the server can install the extra `parquet`."


class EventNotClosed(Conflict):
    code = "event_not_closed"
    title = "Rows about people can be exported once the event's doors have closed."
    advice = "Offer it again once `doors_close_at` has passed."


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


class ExportTakenBack(Gone):
    code = "export_taken_back"
    title = "Somebody whom this file names does not agree any more."
    advice = "Order it again, under a new id, and delete what was downloaded before."


class DownloadLinkExpired(Gone):
    code = "download_link_expired"
    title = "This address was good for ten minutes; a download goes on with a new one."
    advice = "Ask `get_export` for a new `download_url` and go on with `Range` and `If-Range`."


class RangeNotSatisfiable(OutOfRange):
    code = "range_not_satisfiable"
    title = "The file has no such bytes; `Content-Range` says how many it has."
    advice = "Begin the download anew."

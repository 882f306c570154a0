"""An exhibitor's leads: read, edited and taken away by those of its staff who may read them."""

from uuid import UUID

from litestar import Response, get, patch
from litestar.params import FromPath, JSONBody

from schemas.exhibitors import LeadOut, LeadPage, LeadPatch
from server.contract import operation
from server.database import Db
from server.events.errors import RoleRequired
from server.exhibitors import editing, errors, visitors
from server.exhibitors.access import READERS, ByExhibitorStaff, exhibitor_staff
from server.exhibitors.export import export_leads as write_export
from server.failures import CursorExpired, CursorInvalid, VersionRequired, VersionStale
from server.paging import Cursor, Limit
from server.requests import IfMatch, Now, etag

BY_READER = {"dependencies": {"exhibitor_staff": exhibitor_staff(READERS)}}


@get(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/leads",
    **BY_READER,
    **operation(
        "list_leads",
        "Read an exhibitor's leads",
        errors.ExhibitorNotFound,
        RoleRequired,
        CursorInvalid,
        CursorExpired,
    ),
)
async def list_leads(
    db: Db, exhibitor_staff: ByExhibitorStaff, cursor: Cursor = None, limit: Limit = 50
) -> LeadPage:
    """For admins and staff. Without a cursor all of them, else what changed since: ask again whenever the list is
    looked at. What a visitor takes back is gone at once, and `withdrawn` says so."""
    page = await visitors.list_leads(db, exhibitor_staff, cursor=cursor, limit=limit)
    return LeadPage(
        items=[LeadOut.model_validate(lead) for lead in page.items],
        next_cursor=page.next_cursor,
        has_more=page.has_more,
    )


@patch(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/leads/{lead_id:str}",
    **BY_READER,
    **operation(
        "update_lead",
        "Write down something about a lead",
        errors.ExhibitorNotFound,
        RoleRequired,
        errors.LeadNotFound,
        errors.LeadWithdrawn,
        VersionRequired,
        VersionStale,
    ),
)
async def update_lead(
    lead_id: FromPath[UUID],
    data: JSONBody[LeadPatch],
    db: Db,
    exhibitor_staff: ByExhibitorStaff,
    now: Now,
    if_match: IfMatch = None,
) -> Response[LeadOut]:
    """For admins and staff. Of each field the latest word counts, whether it was said here or with a scan."""
    lead = await editing.update_lead(db, exhibitor_staff, lead_id, data.changes(), if_match=if_match, now=now)
    return Response(LeadOut.model_validate(lead), headers=etag(lead.version))


@get(
    "/events/{event_id:str}/exhibitors/{exhibitor_id:str}/leads/export",
    media_type="text/csv",
    **BY_READER,
    **operation("export_leads", "Download an exhibitor's leads", errors.ExhibitorNotFound, RoleRequired),
)
async def export_leads(db: Db, exhibitor_staff: ByExhibitorStaff, now: Now) -> Response[bytes]:
    """For admins and staff; CSV. What was withdrawn is a row that says so and names nobody: forget them wherever you
    put an earlier file. Text that a spreadsheet would execute begins with an apostrophe."""
    return Response(
        await write_export(db, exhibitor_staff),
        media_type="text/csv",
        headers={
            "content-disposition": f'attachment; filename="leads-{now:%Y-%m-%d}.csv"',
            "cache-control": "no-store",
        },
    )


handlers = [list_leads, update_lead, export_leads]

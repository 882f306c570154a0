"""An exhibitor's leads as a file. Withdrawn ones are rows that say so, and nothing else."""

import asyncio
from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from server.csv_writer import Cell, write_rows
from server.exhibitors.access import ExhibitorStaff
from server.exhibitors.visitors import TEXTS, LeadView, all_leads

COLUMNS = (
    "lead_id",
    "state",
    *TEXTS,
    "links",
    "source",
    "text_version",
    "rating",
    "label",
    "note",
    "tags",
    "captured_by",
    "first_captured_at",
    "last_captured_at",
    "changed_at",
)


async def export_leads(db: AsyncSession, staff: ExhibitorStaff) -> bytes:
    """CSV that no spreadsheet executes, in UTF-8 with the mark that Excel looks for."""
    leads = await all_leads(db, staff)
    return await asyncio.to_thread(_file, leads)


def _file(leads: Sequence[LeadView]) -> bytes:
    return b"".join(write_rows(COLUMNS, map(_row, leads), byte_order_mark=True))


def _row(lead: LeadView) -> tuple[Cell, ...]:
    return (
        lead.id,
        "withdrawn" if lead.withdrawn else "standing",
        *(getattr(lead, name) for name in TEXTS),
        " ".join(lead.links),
        lead.source,
        lead.text_version,
        lead.rating,
        lead.label,
        lead.note,
        ", ".join(lead.tags),
        ", ".join(lead.captured_by),
        lead.first_captured_at,
        lead.last_captured_at,
        lead.changed_at,
    )

"""Whom could I introduce? Those of my own connections who fit, with reasons."""

import asyncio
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.access import SignedIn
from server.connections.queries import list_connections_with
from server.connections.views import View
from server.introductions.errors import IntroductionNotFound
from server.introductions.fitting import Fit, Known, fits
from server.introductions.queries import get_way, reachable_through
from server.introductions.states import Side


@dataclass(frozen=True, slots=True)
class Candidate:
    person: View
    fit: Fit


async def list_candidates(db: AsyncSession, me: SignedIn, introduction_id: UUID) -> list[Candidate]:
    """For the connector, the best first. Raises IntroductionNotFound."""
    way = await get_way(db, me, introduction_id)
    if way.side is not Side.CONNECTOR:
        raise IntroductionNotFound
    reachable = await reachable_through(db, me, without=way.introduction.asker_id)
    views = {view.person_id: view for view in await list_connections_with(db, me, reachable)}

    request = way.request
    best = await asyncio.to_thread(
        fits, request.seeks, request.what, [known(view) for view in views.values()]
    )

    return [Candidate(views[fit.person_id], fit) for fit in best]


def known(view: View) -> Known:
    noted = [label for scan in view.scan_notes for label in (scan.label, *scan.tags) if label]
    return Known(
        person_id=view.person_id,
        role=view.role,
        organisation=view.organisation,
        industry=view.industry,
        headline=view.headline,
        offers=view.offers,
        talk_topics=view.talk_topics,
        noted=[*view.tags, *noted],
        last_met_at=view.last_met_at,
    )

"""How do badges look in answers: as facts, as SVG, as PNG?"""

import asyncio
from typing import Annotated

from litestar import Response
from litestar.params import QueryParameter

from schemas.badges import BadgeOut
from server.badges.codes import badge_url_prefix
from server.badges.drawing import LARGEST_SCALE, png, qr_matrix, svg
from server.badges.manual_codes import ManualCode
from server.badges.models import Badge
from server.settings import Settings
from server.texts import say

Scale = Annotated[int, QueryParameter(description="Pixels a module.", ge=1, le=LARGEST_SCALE)]

UNKEPT = {"cache-control": "no-store"}


def badge_out(badge: Badge, settings: Settings) -> BadgeOut:
    return BadgeOut(
        id=badge.id,
        attendance_id=badge.attendance_id,
        code=badge.code,
        manual_code=ManualCode(badge.manual_code).text,
        url=badge_url_prefix(settings.public_url) + badge.code,
        issued_at=badge.issued_at,
        revoked_at=badge.revoked_at,
        revoked_because=badge.revoked_because,
    )


async def drawn_as_svg(badge: Badge, settings: Settings) -> Response[bytes]:
    matrix = await asyncio.to_thread(qr_matrix, badge_url_prefix(settings.public_url), badge.code)
    drawing = svg(matrix, title=say("Badge code")).encode()
    return Response(drawing, media_type="image/svg+xml", headers=UNKEPT)


async def drawn_as_png(badge: Badge, settings: Settings, scale: int) -> Response[bytes]:
    matrix = await asyncio.to_thread(qr_matrix, badge_url_prefix(settings.public_url), badge.code)
    drawing = await asyncio.to_thread(png, matrix, scale=scale)
    return Response(drawing, media_type="image/png", headers=UNKEPT)

"""What became of what was to leave, for the operator: how many of each end, and what still waits; nobody's data."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from server.devices.models import Device
from server.nudges.deliveries import Delivery
from server.queue import OVERDUE

TROUBLE = {"refused", "given_up", "unknown"}
"""Ends that say that something of ours is amiss, rather than somebody's phone or address gone."""


@dataclass(frozen=True, slots=True)
class Ended:
    """How many ended so since a moment, and when the newest did."""

    channel: str
    outcome: str
    detail: str
    how_many: int
    newest: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many are not settled and were put off for this; `tries` is the most of one."""

    channel: str
    detail: str
    how_many: int
    tries: int


@dataclass(frozen=True, slots=True)
class Overview:
    """`overdue` are those that should have been tried by now."""

    ended: Sequence[Ended]
    waiting: Sequence[Waiting]
    overdue: int

    @property
    def sent(self) -> int:
        return sum(one.how_many for one in self.ended if one.outcome == "sent")

    @property
    def troubled(self) -> int:
        return sum(one.how_many for one in self.ended if one.outcome in TROUBLE)


async def overview(connection: AsyncConnection, *, since: datetime, now: datetime) -> Overview:
    detail, how_many = func.coalesce(Delivery.detail, ""), func.count()
    ended = await connection.execute(
        select(Delivery.channel, Delivery.outcome, detail, how_many, func.max(Delivery.settled_at))
        .where(Delivery.settled_at >= since)
        .group_by(Delivery.channel, Delivery.outcome, detail)
        .order_by(Delivery.channel, how_many.desc(), Delivery.outcome, detail)
    )
    waiting = await connection.execute(
        select(Delivery.channel, detail, how_many, func.max(Delivery.tries))
        .where(Delivery.settled_at.is_(None))
        .group_by(Delivery.channel, detail)
        .order_by(Delivery.channel, how_many.desc(), detail)
    )
    overdue = await connection.scalar(
        select(how_many)
        .select_from(Delivery)
        .where(
            Delivery.settled_at.is_(None),
            func.greatest(Delivery.due_at, Delivery.leased_until) < now - 2 * OVERDUE,
        )
    )
    return Overview([Ended(*row) for row in ended], [Waiting(*row) for row in waiting], overdue or 0)


async def phones_by_platform(connection: AsyncConnection) -> dict[str, int]:
    """How many phones want pushes."""
    rows = await connection.execute(
        select(Device.platform, func.count()).where(Device.push_token.is_not(None)).group_by(Device.platform)
    )
    return {row[0]: row[1] for row in rows}

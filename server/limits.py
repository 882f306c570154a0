"""How often somebody may: counters shared by all replicas through one unlogged table.

A counter commits on its own, before the request's session is used, so that a failing request still counts.
Keys are HMACs: the table holds nobody's address.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, LargeBinary, delete
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant
from server.direct import Direct
from server.failures import TooMany


class RateLimited(TooMany):
    code = "rate_limited"
    title = "Too many requests; Retry-After says in how many seconds to come back."
    advice = "Wait for `Retry-After`, then ask again. What is queued stays queued."


class LimitCounter(Base):
    __tablename__ = "limit_counters"
    __table_args__ = {"prefixes": ["UNLOGGED"]}  # noqa: RUF012

    key: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    window: Mapped[datetime] = instant(primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` in each `per`, counted in fixed windows that begin at multiples of `per`."""

    name: str
    most: int
    per: timedelta

    def window(self, now: datetime) -> datetime:
        seconds = int(self.per.total_seconds())
        return datetime.fromtimestamp(int(now.timestamp()) // seconds * seconds, UTC)


@dataclass(frozen=True, slots=True)
class Limits:
    """Counts and refuses."""

    direct: Direct
    secret: bytes

    def key(self, limit: Limit, who: str) -> bytes:
        return hmac.digest(self.secret, f"{limit.name}\x00{who}".encode(), hashlib.sha256)[:16]

    async def take(self, limit: Limit, who: str, *, now: datetime, cost: int = 1) -> None:
        """Count one more, and raise RateLimited if that is too many."""
        ((count,),) = await self.direct.fetch(COUNT, *self.values(limit, who, now=now, cost=cost))
        self.judge(limit, count, now=now)

    def values(self, limit: Limit, who: str, *, now: datetime, cost: int = 1) -> tuple[bytes, datetime, int]:
        """What `COUNT` is told, and what else counts (`record_plain`, migration 0012)."""
        return self.key(limit, who), limit.window(now), cost

    def judge(self, limit: Limit, count: int, *, now: datetime) -> None:
        """Raise RateLimited if so many are too many."""
        if count > limit.most:
            raise RateLimited(retry_after=limit.window(now) + limit.per - now)

    async def check(self, limit: Limit, who: str, *, now: datetime) -> None:
        """Raise RateLimited if the limit is used up, without counting."""
        window = limit.window(now)
        rows = await self.direct.fetch(LOOK, self.key(limit, who), window)
        if sum(count for (count,) in rows) >= limit.most:
            raise RateLimited(retry_after=window + limit.per - now)


COUNT = """
    insert into limit_counters as kept (key, "window", count) values ($1, $2, $3)
    on conflict (key, "window") do update set count = kept.count + excluded.count
    returning count
"""
LOOK = 'select count from limit_counters where key = $1 and "window" = $2'


async def forget_old_windows(db: AsyncSession, *, now: datetime) -> None:
    await db.execute(delete(LimitCounter).where(LimitCounter.window < now - timedelta(days=2)))

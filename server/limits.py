"""How often somebody may: counters shared by all replicas through one unlogged table.

A counter commits on its own, before the request's session is used, so that a failing request still counts.
Keys are HMACs: the table holds nobody's address.
"""

import hashlib
import hmac
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import BigInteger, LargeBinary, bindparam, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant
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

    engine: AsyncEngine
    secret: bytes

    def key(self, limit: Limit, who: str) -> bytes:
        return hmac.digest(self.secret, f"{limit.name}\x00{who}".encode(), hashlib.sha256)[:16]

    async def take(self, limit: Limit, who: str, *, now: datetime, cost: int = 1) -> None:
        """Count one more, and raise RateLimited if that is too many."""
        window = limit.window(now)
        async with self.engine.connect() as connection:
            row = await connection.execute(
                COUNT, {"key": self.key(limit, who), "window": window, "cost": cost}
            )
        if row.scalar_one() > limit.most:
            raise RateLimited(retry_after=window + limit.per - now)

    async def check(self, limit: Limit, who: str, *, now: datetime) -> None:
        """Raise RateLimited if the limit is used up, without counting."""
        window = limit.window(now)
        async with self.engine.connect() as connection:
            row = await connection.execute(LOOK, {"key": self.key(limit, who), "window": window})
        if (row.scalar_one_or_none() or 0) >= limit.most:
            raise RateLimited(retry_after=window + limit.per - now)


_more = insert(LimitCounter).values(key=bindparam("key"), window=bindparam("window"), count=bindparam("cost"))
COUNT = _more.on_conflict_do_update(
    index_elements=[LimitCounter.key, LimitCounter.window],
    set_={"count": LimitCounter.count + _more.excluded.count},
).returning(LimitCounter.count)
LOOK = select(LimitCounter.count).where(
    LimitCounter.key == bindparam("key"), LimitCounter.window == bindparam("window")
)


async def forget_old_windows(db: AsyncSession, *, now: datetime) -> None:
    await db.execute(delete(LimitCounter).where(LimitCounter.window < now - timedelta(days=2)))

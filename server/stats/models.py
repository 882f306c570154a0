"""What is remembered of statistics."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class FinalStats(Base):
    """An event's figures, fixed when no scan can arrive any more: whoever leaves later moves none of them, so
    that nobody can be found by comparing two days' figures."""

    __tablename__ = "final_stats"

    event_id: Mapped[UUID] = mapped_column(ForeignKey("events.id"), primary_key=True)
    figures: Mapped[dict[str, Any]] = mapped_column(JSONB)
    computed_at: Mapped[datetime] = instant()

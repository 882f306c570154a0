"""What is remembered of photos."""

from uuid import UUID

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base


class Picture(Base):
    """A photo in one of its sizes. Which photo it is, `profiles.photo` says."""

    __tablename__ = "pictures"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    size: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    webp: Mapped[bytes] = mapped_column()

"""What is remembered of accounts."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from server.database import Base, instant


class Person(Base):
    """The only id by which people name each other: one per account, and one per unclaimed attendance.
    Only unclaimed persons are ever merged, into the person of the account that claimed them.

    Who is leaving is shown to nobody from `leaving_at` on, and nobody again once erased (`privacy/`). The person of an
    unclaimed place who has it opted out, until they claim the place."""

    __tablename__ = "persons"
    __table_args__ = (Index("ix_persons_leaving", "id", postgresql_where=text("leaving_at is not null")),)

    id: Mapped[UUID] = mapped_column(primary_key=True)
    merged_into: Mapped[UUID | None] = mapped_column(ForeignKey("persons.id"), index=True)
    leaving_at: Mapped[datetime | None] = instant()
    lead_xid: Mapped[int | None] = mapped_column(BigInteger)
    """The transaction that last changed `leaving_at`, stamped by a trigger: leads show nobody who is leaving."""
    created_at: Mapped[datetime] = instant()


class Account(Base):
    """Somebody who can sign in."""

    __tablename__ = "accounts"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), unique=True)
    created_at: Mapped[datetime] = instant()


class AccountEmail(Base):
    """A confirmed address; any of an account's addresses signs in. Mail goes to the one confirmed first.
    `bounced_at` is since when our reminders come back from it; whoever reads a code there shows that it works again."""

    __tablename__ = "account_emails"

    email: Mapped[str] = mapped_column(primary_key=True)
    id: Mapped[UUID] = mapped_column(unique=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    confirmed_at: Mapped[datetime] = instant()
    bounced_at: Mapped[datetime | None] = instant()


class AllowedOrganizer(Base):
    """An address that the operator allowed to create events, whether or not its account exists yet."""

    __tablename__ = "allowed_organizers"

    email: Mapped[str] = mapped_column(primary_key=True)
    allowed_at: Mapped[datetime] = instant()


class ErasedAddress(Base):
    """An HMAC of an address whose account was erased, or that opted out (`privacy/opting_out.py`): nothing that an
    organizer imports is mailed to it, until somebody signs in with it again."""

    __tablename__ = "erased_addresses"

    digest: Mapped[bytes] = mapped_column(primary_key=True)
    erased_at: Mapped[datetime] = instant()


class CodeRequest(Base):
    """A mailed code. The code itself is derived from the request under a secret, so that none is stored;
    tries belong to the request, so that nobody can burn another's code."""

    __tablename__ = "code_requests"
    __table_args__ = (
        CheckConstraint("tries_left >= 0", name="tries_left"),
        CheckConstraint("purpose in ('sign_in', 'confirm_email')", name="purpose"),
        CheckConstraint("(purpose = 'confirm_email') = (account_id is not null)", name="account"),
        Index("ix_code_requests_expires_at", "expires_at"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column()
    purpose: Mapped[str] = mapped_column()
    account_id: Mapped[UUID | None] = mapped_column(ForeignKey("accounts.id"))
    tries_left: Mapped[int] = mapped_column()
    created_at: Mapped[datetime] = instant()
    expires_at: Mapped[datetime] = instant()
    used_at: Mapped[datetime | None] = instant()


class Session(Base):
    """A signed-in phone. `counter` numbers the newest refresh token; the tokens themselves are derived, so that
    a repeat of the last one gives the same successor while that is unused: a lost answer signs nobody out."""

    __tablename__ = "sessions"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    account_id: Mapped[UUID] = mapped_column(ForeignKey("accounts.id"), index=True)
    label: Mapped[str] = mapped_column()
    counter: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = instant()
    refreshed_at: Mapped[datetime] = instant()
    refreshed_before_at: Mapped[datetime | None] = instant()
    ended_at: Mapped[datetime | None] = instant()
    ended_because: Mapped[str | None] = mapped_column()

"""Signing in, sessions and addresses, as clients see them."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from schemas.wire import Email, In, MomentOut, Name, Out, Short

Code = Annotated[
    str, Field(pattern=r"^[0-9]{6}$", description="The six digits from the mail.", examples=["271828"])
]


class CodeRequestIn(In):
    """An address that wants a code."""

    email: Email = Field(description="Where to mail a code.", examples=["ada@example.org"])


class CodeRequestOut(Out):
    """A code on its way by mail."""

    request_id: UUID = Field(
        description="Send it back with the code.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"]
    )
    expires_at: MomentOut = Field(description="Until when the code works.", examples=["2026-06-04T09:10:00Z"])


class SignInIn(In):
    """The code that was mailed."""

    request_id: UUID = Field(
        description="From `request_sign_in_code`.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"]
    )
    code: Code
    label: Name = Field(
        description="A name for this phone in the list of sessions.", examples=["Ada's phone"]
    )


class ConfirmEmailIn(In):
    """The code that was mailed to an address of mine."""

    request_id: UUID = Field(
        description="From `add_my_email`.", examples=["5f1d1c3e-7a0b-4f5e-9a51-0e8c4a3f2b10"]
    )
    code: Code


class RefreshIn(In):
    """A refresh token, to be traded for new tokens."""

    refresh_token: str = Field(
        min_length=1, max_length=200, description="The newest one received.", examples=["AZ3dA…"]
    )


class TokensOut(Out):
    """A session: what speaks for me, and what renews it."""

    access_token: str = Field(
        description="Send as `Authorization: Bearer`.", examples=["eyJhbGciOiJIUzI1NiJ9…"]
    )
    access_expires_at: MomentOut = Field(description="Refresh before.", examples=["2026-06-04T09:20:00Z"])
    refresh_token: str = Field(description="Keep it in the keychain; it rotates.", examples=["AZ3dA…"])
    person_id: UUID = Field(description="Me.", examples=["01981d4e-3c00-7000-8000-000000000001"])
    session_id: UUID = Field(description="This session.", examples=["0b4f1b3a-52b7-4a52-8f32-4f0a3e1c9d77"])


class SessionOut(Out):
    """One sign-in of mine, on one phone."""

    id: UUID = Field(description="The session.", examples=["0b4f1b3a-52b7-4a52-8f32-4f0a3e1c9d77"])
    label: Short = Field(description="What the phone called itself.", examples=["Ada's phone"])
    created_at: MomentOut = Field(description="When it signed in.", examples=["2026-06-04T09:05:00Z"])
    refreshed_at: MomentOut = Field(description="When it was last used.", examples=["2026-06-05T08:00:00Z"])
    current: bool = Field(description="Whether it is the one asking.", examples=[True])


class SessionList(Out):
    """Where I am signed in."""

    items: list[SessionOut] = Field(description="The one used last first.")


class MyEmail(Out):
    """An address that signs in to my account."""

    id: UUID = Field(
        description="The address, for `remove_my_email`.", examples=["9d6a1f66-7e0c-4c0f-8f0b-0c1d2e3f4a5b"]
    )
    email: str = Field(description="Confirmed; signs in.", examples=["ada@example.org"])
    confirmed_at: MomentOut = Field(description="Since when.", examples=["2026-06-04T09:05:00Z"])


class MeOut(Out):
    """My account."""

    person_id: UUID = Field(
        description="The only id by which others know me.", examples=["01981d4e-3c00-7000-8000-000000000001"]
    )
    may_organize: bool = Field(description="Whether I may create events.", examples=[False])
    emails: list[MyEmail] = Field(description="Mail goes to the first.")
    leaving_at: MomentOut | None = Field(
        description="When I asked to delete my account: until I take that back, everything else answers"
        " `account_leaving`. Null otherwise.",
        examples=[None],
    )

"""The mails of accounts."""

from sqlalchemy.ext.asyncio import AsyncSession

from server.accounts.models import CodeRequest
from server.accounts.tokens import sign_in_code
from server.mail import Composer, Letter, Mail
from server.texts import say


def compose_sign_in_code(secret: bytes) -> Composer:
    """The code is derived again from its request, so that it never lay anywhere."""

    async def compose(db: AsyncSession, mail: Mail) -> Letter | None:
        request = await db.get(CodeRequest, mail.subject_id)
        if request is None or request.used_at:
            return None
        code = sign_in_code(secret, request.id, request.email)
        return Letter(
            to=request.email,
            subject=say("%(code)s is your Hallway code", code=code),
            text=say(
                "Your code is %(code)s.\n\n"
                "Type it into the app within ten minutes. We will never ask you for it.\n"
                "If you did not ask for a code, ignore this mail: nobody can sign in without it.\n",
                code=code,
            ),
        )

    return compose

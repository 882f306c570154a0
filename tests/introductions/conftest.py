from collections.abc import Callable

import pytest

from server.accounts.tokens import read_access_token, write_access_token
from tests.interviews.people import sign_in_many
from tests.introductions.people import meet
from tests.phones import Phone


@pytest.fixture
async def trio(client, database, settings, clock) -> tuple[Phone, Phone, Phone]:
    """Ada, Charles and Grace: Charles met each of the others, who never met."""
    ada, charles, grace = await sign_in_many(
        client, database, settings, ("ada", "charles", "grace"), now=clock.now
    )
    for phone, name in ((ada, "Ada"), (charles, "Charles"), (grace, "Grace")):
        await phone.edit(
            "/v1/me/profile", {"name": name, "role": f"{name}'s role", "headline": f"I am {name}"}
        )
    await grace.edit("/v1/me/goals", {"offers": ["Compilers"]})
    await meet(database, charles, ada, now=clock.now)
    await meet(database, charles, grace, now=clock.now)
    return ada, charles, grace


@pytest.fixture
def later(settings, clock) -> Callable[..., None]:
    """Time passes for these phones, which refresh their sessions."""
    secret = settings.secret("session")

    def pass_time(*phones: Phone, **by: float) -> None:
        before, now = clock.now, clock.tick(**by)
        for phone in phones:
            token = read_access_token(secret, phone.tokens["access_token"], now=before)
            assert token is not None
            phone.tokens["access_token"] = write_access_token(secret, token, now=now)

    return pass_time

import pytest

from tests.scans.conference import Guest
from tests.scans.conftest import ada_there, conference, grace_there
from tests.sync.copies import Copy

__all__ = ["ada_there", "conference", "grace_there"]


@pytest.fixture
async def met(ada_there: Guest, grace_there: Guest, clock) -> None:
    """Ada and Grace have scanned each other, and said who they are."""
    await ada_there.phone.edit("/v1/me/profile", {"name": "Ada Lovelace", "headline": "Looms"})
    await ada_there.phone.edit(
        "/v1/me/cards/met", {"phone": "+44 20 7946 0018", "fields": ["headline", "phone"]}
    )
    await grace_there.phone.edit("/v1/me/profile", {"name": "Grace Hopper"})
    await grace_there.scan(ada_there, at=clock.now, note="Knows looms")
    await ada_there.scan(grace_there, at=clock.now, note="A secret of Ada's")


@pytest.fixture
async def copy(grace_there: Guest, met: None) -> Copy:
    """Grace's phone, up to date."""
    copy = Copy(grace_there.phone)
    await copy.sync()
    return copy

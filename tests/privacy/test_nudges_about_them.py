"""Nobody is reminded of whoever was erased, and nothing is left that says of whom they were."""

from sqlalchemy import select

from server.nudges.deliveries import EMAIL, Delivery
from server.nudges.models import Nudge
from tests.nudges.promising import make_nudge, promise_one
from tests.privacy.leavers import erased, leave


async def test_what_others_were_reminded_of_about_the_erased_goes_with_them(ada, grace, database, clock):
    about_ada = {"subject": ada.person_id, "facts": {"person_id": ada.person_id}}
    hers = await make_nudge(database, grace.person_id, now=clock(), kind="both_want_to_talk", **about_ada)
    theirs = await make_nudge(
        database, ada.person_id, now=clock(), kind="note", facts={"person_id": grace.person_id}
    )
    other = await make_nudge(database, grace.person_id, now=clock())
    for nudge in (hers, theirs, other):
        await promise_one(database, nudge, EMAIL)

    await leave(ada)
    await erased(database, clock)

    async with database.transaction() as db:
        assert (await db.scalars(select(Nudge.id))).all() == [other.id]
        assert (await db.scalars(select(Delivery.nudge_id))).all() == [other.id]

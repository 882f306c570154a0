"""What is to leave is promised once, with the work of sending it, and found again when the work was lost."""

import asyncio
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, text, update

from server.accounts.models import AccountEmail
from server.events.models import Attendance
from server.nudges.deliveries import (
    EMAIL,
    PUSH,
    Delivery,
    last_pushes,
    promise,
    reachable,
    wake_deliveries,
)
from server.queue import OVERDUE
from tests.builders import make_attendance, make_event
from tests.nudges.promising import make_nudge, message, promise_one
from tests.phones import sign_in


async def queued(database) -> list[tuple[str, UUID]]:
    async with database.engine.connect() as connection:
        rows = await connection.execute(text("select entrypoint, payload from pgqueuer order by id"))
        return [(row.entrypoint, UUID(bytes=row.payload)) for row in rows]


async def forget_the_queue(database) -> None:
    async with database.transaction() as db:
        await db.execute(text("delete from pgqueuer"))


async def register(phone, *, takes_pushes: bool = True) -> None:
    device = str(uuid4())
    facts = {"label": "Phone", "platform": "ios", "zone": "Europe/Paris"}
    answer = await phone.put(
        f"/v1/me/devices/{device}", json={**facts, "push_token": "c1f0"} if takes_pushes else facts
    )
    assert answer.status_code == 201, answer.text


async def test_each_channel_is_promised_once_with_a_job_of_its_own(ada, database, clock):
    await forget_the_queue(database)
    nudge = await make_nudge(database, ada.person_id, now=clock())
    both = [message(nudge, EMAIL), message(nudge, PUSH, not_before=clock() + timedelta(hours=9))]

    async def promise_both():
        async with database.transaction() as db:
            await promise(db, both, now=clock())

    await asyncio.gather(*(promise_both() for _ in range(4)))

    async with database.transaction() as db:
        found = (await db.scalars(select(Delivery).order_by(Delivery.channel))).all()
    assert [(one.channel, one.due_at, one.useful_until, one.outcome) for one in found] == [
        ("email", clock(), clock() + timedelta(days=7), None),
        ("push", clock() + timedelta(hours=9), clock() + timedelta(days=7), None),
    ]
    assert sorted(await queued(database)) == [("send_nudge_mail", found[0].id), ("send_push", found[1].id)]


async def test_what_the_queue_forgot_is_enqueued_again_once_it_is_overdue(ada, database, clock):
    nudge = await make_nudge(database, ada.person_id, now=clock())
    delivery = await promise_one(database, nudge, PUSH)
    await forget_the_queue(database)

    async def wake(**later) -> list[tuple[str, UUID]]:
        async with database.transaction() as db:
            await wake_deliveries(db, now=clock.tick(**later))
        return await queued(database)

    assert await wake(seconds=OVERDUE.total_seconds()) == []
    assert await wake(seconds=1) == [("send_push", delivery.id)]
    assert await wake(seconds=1) == [("send_push", delivery.id)], "once for as long as it is open"

    await forget_the_queue(database)
    async with database.transaction() as db:
        await db.execute(update(Delivery).values(leased_until=clock() + timedelta(minutes=1)))
    assert await wake(seconds=59) == [], "somebody has it at hand"
    assert await wake(seconds=2) == [("send_push", delivery.id)]

    await forget_the_queue(database)
    async with database.transaction() as db:
        await db.execute(update(Delivery).values(leased_until=None, settled_at=clock(), outcome="sent"))
    assert await wake(days=1) == []


async def test_who_can_be_reached_has_a_phone_that_takes_pushes_or_an_address_that_works(
    ada, grace, client, outbox, database, clock
):
    zoe = await sign_in(client, outbox, "zoe@example.org")
    await register(ada)
    await register(grace, takes_pushes=False)
    event = await make_event(database, now=clock())
    imported = await make_attendance(database, event, now=clock())
    returned = await make_attendance(database, event, now=clock(), email="gone@example.org")
    async with database.transaction() as db:
        await db.execute(
            update(AccountEmail).where(AccountEmail.email == zoe.email).values(bounced_at=clock())
        )
        await db.execute(
            update(Attendance)
            .where(Attendance.id == returned.id)
            .values(bounced_email="gone@example.org", bounced_at=clock())
        )

    them = [UUID(ada.person_id), UUID(grace.person_id), UUID(zoe.person_id)]
    them += [imported.person_id, returned.person_id]
    async with database.transaction() as db:
        found = await reachable(db, them)
    assert [found[person] for person in them] == [{"push", "email"}, {"email"}, set(), {"email"}, set()]


async def test_an_address_that_bounced_counts_again_once_a_code_was_read_there(
    ada, client, outbox, database, clock
):
    async with database.transaction() as db:
        await db.execute(update(AccountEmail).values(bounced_at=clock()))
    await sign_in(client, outbox, ada.email)
    async with database.transaction() as db:
        assert await reachable(db, [UUID(ada.person_id)]) == {UUID(ada.person_id): {"email"}}


async def test_the_last_push_is_what_left_or_may_have_and_now_while_one_is_on_its_way(
    ada, grace, database, clock
):
    began, her, him = clock(), UUID(ada.person_id), UUID(grace.person_id)
    for person, outcome in ((her, "sent"), (him, "too_late")):
        nudge = await make_nudge(database, person, now=clock())
        delivery = await promise_one(database, nudge, PUSH)
        async with database.transaction() as db:
            await db.execute(
                update(Delivery)
                .where(Delivery.id == delivery.id)
                .values(settled_at=clock.tick(hours=1), outcome=outcome)
            )
    await promise_one(database, await make_nudge(database, her, now=clock()), EMAIL)

    async with database.transaction() as db:
        assert await last_pushes(db, [her, him], now=clock()) == {her: began + timedelta(hours=1)}
    await promise_one(database, await make_nudge(database, him, now=clock()), PUSH)
    async with database.transaction() as db:
        assert await last_pushes(db, [him], now=clock.tick(days=1)) == {him: clock()}

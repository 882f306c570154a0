"""Facts are gathered for everybody at once, however many they are."""

from uuid import uuid4

from server.nudges.chosen import choices_of, hours_of
from server.nudges.deliveries import last_pushes, reachable
from server.nudges.gathering import _told

MORE_THAN_ARGUMENTS = 33_000  # a statement takes 32,767


async def test_more_people_than_a_statement_has_arguments_can_be_asked_for(database, clock):
    people = [uuid4() for _ in range(MORE_THAN_ARGUMENTS)]
    async with database.transaction() as db:
        choices = await choices_of(db, people)
        hours = await hours_of(db, people, choices, now=clock())
        assert len(choices) == len(hours) == MORE_THAN_ARGUMENTS
        assert set((await reachable(db, people)).values()) == {frozenset()}
        assert await last_pushes(db, people, now=clock()) == {}
        assert await _told(db, people, now=clock()) == {}

"""Weeks of real people's meetings and a model of what they do then: every nudge obeys every rule (`simulation.py`)."""

from tests.nudges.simulation import World, broken_histories


def test_weeks_of_people_break_no_rule():
    world = World(people=24, seed=1)
    assert [*world.live(16), *broken_histories(world)] == []
    assert {due.kind for me in world.people.values() for _, due in me.sent} >= {"note", "digest", "reminder"}

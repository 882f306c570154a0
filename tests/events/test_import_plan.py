"""Planning an import never leaves two places with one id or code, and a second run finds nothing to do."""

from dataclasses import replace
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from server.events.attendee_csv import read_attendees
from server.events.import_matches import Entry, Place
from server.events.import_plan import ImportPlan, plan_import

words = st.sampled_from(["", "", "1", "2", "3", "4"])
emails = st.sampled_from(["", "ada@example.org", "grace@example.org", "team@example.org", "nobody@"])
statuses = st.sampled_from(["", "paid", "cancelled", "?"])
rows = st.lists(st.tuples(st.sampled_from(["Ada", "Grace", ""]), emails, words, words, statuses), max_size=6)
columns = st.sampled_from([(0, 1), (0, 2), (0, 1, 2), (0, 1, 2, 3), (0, 2, 3, 4), (0, 1, 4), (0, 1, 2, 3, 4)])
HEADER = ("Name", "Email", "Id", "Barcode", "Status")


def table(records: list[tuple[str, ...]], chosen: tuple[int, ...]) -> bytes:
    lines = [HEADER, *records]
    return "".join(",".join(line[place] for place in chosen) + "\n" for line in lines).encode()


def after(places: list[Place], plan: ImportPlan) -> list[Place]:
    changed = {place.id: entry for place, entry in plan.changed}
    kept = [replace(place, entry=changed.get(place.id, place.entry)) for place in places]
    new = [
        Place(UUID(int=len(places) + number), entry, claimed=False, by_hand=False)
        for number, entry in enumerate(plan.created, start=1)
    ]
    return kept + new


@given(st.lists(st.tuples(rows, columns, st.booleans()), min_size=1, max_size=4))
def test_no_two_places_share_an_id_or_a_code_and_each_run_settles(lists):
    places: list[Place] = []
    for records, chosen, cancel_missing in lists:
        parsed = read_attendees(table(records, chosen))
        if not parsed.readable:
            continue
        plan = plan_import(parsed, places, cancel_missing=cancel_missing)
        cancelled_missing = plan.cancelled if cancel_missing else 0
        by_rows = len(plan.created) + len(plan.changed) - cancelled_missing + plan.unchanged + plan.skipped
        assert by_rows <= plan.rows <= by_rows + cancelled_missing
        assert len({place.id for place, _ in plan.changed}) == len(plan.changed)

        places = after(places, plan)
        for field in ("external_id", "external_code"):
            held = [getattr(place.entry, field) for place in places]
            assert len(set(held) - {None}) == len([value for value in held if value is not None])

        again = plan_import(parsed, places, cancel_missing=cancel_missing)
        if not again.problems:
            assert (again.created, again.changed) == ([], [])


def test_a_claimed_place_is_never_given_to_another_row_by_its_new_address():
    claimed = Place(
        UUID(int=1),
        Entry(name="Ada", email="ada@example.org", external_id="A-1"),
        claimed=True,
        by_hand=False,
    )
    parsed = read_attendees(b"Id,Name,Email\nA-1,Ada,new@example.org\nA-2,Eve,ada@example.org\n")
    plan = plan_import(parsed, [claimed], cancel_missing=False)
    assert [(place.id, entry.email) for place, entry in plan.changed] == [(UUID(int=1), "new@example.org")]
    assert [(entry.name, entry.email) for entry in plan.created] == [("Eve", "ada@example.org")]

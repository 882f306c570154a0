"""What an organizer reads of an event, counted again by other means."""

import asyncio
import statistics
from collections import Counter
from datetime import timedelta
from itertools import product
from uuid import UUID, uuid4

import networkx as nx
import pytest
from sqlalchemy import insert, update

from server.events.models import Attendance, Event, TeamMember
from server.ids import new_id
from server.interviews.models import Interview, OutcomeRow
from server.interviews.outcomes import Said, was_held
from server.scans.models import Encounter
from server.stats.actions import fix_final_stats
from server.stats.models import FinalStats
from server.stats.rules import FEWEST_PEOPLE
from server.suggestions.models import Suggestion
from tests.builders import make_event
from tests.interviews.people import sign_in_again
from tests.phones import sign_in
from tests.stats.crowds import Crowd, make_crowd

TYPES = {"attendee": 30, "speaker": 9, "staff": 6, "press": 2, "sponsor": 1}


def graph_of(crowd: Crowd) -> nx.Graph:
    graph = nx.Graph()
    graph.add_nodes_from(guest.id for guest in crowd.guests)
    graph.add_edges_from(crowd.met)
    return graph


async def stats_of(phone, crowd) -> dict:
    answer = await phone.get(f"/v1/events/{crowd.event.id}/stats")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.mark.parametrize("seed", range(6))
async def test_figures_are_those_that_networkx_counts(ada, database, clock, seed):
    crowd = await make_crowd(
        database, now=clock(), types=TYPES, encounters=[0, 3, 40, 90, 200, 400][seed], seed=seed
    )
    stats = await stats_of(ada, crowd)

    graph, met = graph_of(crowd), crowd.met
    degrees = [degree for _, degree in graph.degree()]
    together = [group for group in nx.connected_components(graph) if len(group) > 1]
    local = [value for node, value in nx.clustering(graph).items() if graph.degree(node) > 1]
    scanning = {pair[0] for pair, (low, _, _) in met.items() if low} | {
        pair[1] for pair, (_, high, _) in met.items() if high
    }
    scanned = {pair[1] for pair, (low, _, _) in met.items() if low} | {
        pair[0] for pair, (_, high, _) in met.items() if high
    }
    group = {g.id: g.type if TYPES[g.type] >= FEWEST_PEOPLE else g.type == "press" for g in crowd.guests}
    firm = {g.id: g.organisation.strip().lower() for g in crowd.guests}
    # press and sponsors are three together, so staff, the next smallest, joins them
    group = {guest: None if kind in {True, False, "staff"} else kind for guest, kind in group.items()}

    assert {name: stats[name] for name in ("attendees", "claimed", "met", "scanned", "scanned_by")} == {
        "attendees": 48,
        "claimed": 0,
        "met": sum(degree > 0 for degree in degrees),
        "scanned": len(scanning),
        "scanned_by": len(scanned),
    }
    assert {
        name: stats[name]
        for name in ("encounters", "mutual", "scans", "across_types", "across_organisations")
    } == {
        "encounters": len(met),
        "mutual": sum(bool(low and high) for low, high, _ in met.values()),
        "scans": sum(low + high for low, high, _ in met.values()),
        "across_types": sum(group[a] != group[b] for a, b in met),
        "across_organisations": sum(firm[a] != firm[b] and "" not in {firm[a], firm[b]} for a, b in met),
    }
    assert stats["per_person"] == {
        "mean": round(2 * len(met) / 48, 2),
        "median": statistics.median(degrees),
        "share_with_none": round(degrees.count(0) / 48, 4),
        "share_with_five_or_more": round(sum(degree >= 5 for degree in degrees) / 48, 4),
    }
    assert stats["network"] == {
        "components": len(together),
        "largest_component": max(map(len, together), default=0),
        "density": pytest.approx(nx.density(graph), abs=1e-6),
        "clustering": pytest.approx(statistics.fmean(local), abs=1e-4) if local else None,
    }
    assert (stats["live"], stats["final"]) == (False, False)

    by_type = {row["type"]: row for row in stats["by_type"]}
    assert {kind: row["people"] for kind, row in by_type.items()} == {"attendee": 30, "speaker": 9, None: 9}
    for kind, row in by_type.items():
        truth = sum(degree > 0 for guest, degree in graph.degree() if group[guest] == kind)
        assert row["met"] in {truth, None}
    hours = Counter(first.replace(minute=0, second=0) for _, _, first in met.values())
    shown_hours = {row["starts_at"]: row["encounters"] for row in stats["by_hour"]}
    for hour, encounters in hours.items():
        assert shown_hours.pop(hour.strftime("%Y-%m-%dT%H:%M:%SZ")) in {encounters, None}
    assert set(shown_hours.values()) <= {0, None}
    mixed = Counter(frozenset((group[a], group[b])) for a, b in met)
    for row in stats["mixing"]:
        assert row["encounters"] in {mixed[frozenset((row["type"], row["other_type"]))], None}


async def test_at_a_lively_event_most_cells_are_shown(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=400, seed=1)
    stats = await stats_of(ada, crowd)

    shown = [not row["suppressed"] for row in (*stats["by_hour"], *stats["mixing"])]
    assert sum(shown) >= 0.8 * len(shown)
    assert sum(row["encounters"] or 0 for row in stats["mixing"]) == 400


async def test_every_figure_has_its_definition(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=50, seed=1)
    stats = await stats_of(ada, crowd)

    figures = set(stats) - {"event_id", "computed_at", "live", "final", "definitions"}
    nested = {"per_person", "network", "funnel"}
    wanted = figures - nested | {f"{name}.{part}" for name in nested for part in stats[name]}
    assert {row["figure"] for row in stats["definitions"]} == wanted
    assert all(row["meaning"].endswith(".") for row in stats["definitions"])


async def test_hours_are_those_of_the_event(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=200, seed=1)
    async with database.transaction() as db:
        await db.execute(update(Event).where(Event.id == crowd.event.id).values(zone="Asia/Kolkata"))
    stats = await stats_of(ada, crowd)

    # 21:00 to 05:00 UTC with two hours of grace each side is 00:30 to 12:30 in India
    assert stats["by_hour"][0] == {
        "starts_at": "2026-06-02T18:30:00Z", "local": "2026-06-03 00:00", "encounters": 0, "suppressed": False,
    }  # fmt: skip
    assert stats["by_hour"][-1]["local"] == "2026-06-03 12:00"
    assert sum(row["encounters"] or 0 for row in stats["by_hour"]) == 200


async def test_only_expected_attendees_count_on_both_sides(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 40}, encounters=100, seed=2)
    gone = crowd.guests[0].id
    async with database.transaction() as db:
        await db.execute(update(Attendance).where(Attendance.id == gone).values(status="left"))
    stats = await stats_of(ada, crowd)

    assert stats["attendees"] == 39
    assert stats["encounters"] == sum(gone not in pair for pair in crowd.met)


async def test_live_figures_move_in_steps_of_five(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 43}, encounters=98, seed=3)
    async with database.transaction() as db:
        await db.execute(
            update(Event)
            .where(Event.id == crowd.event.id)
            .values(doors_close_at=clock() + timedelta(hours=1))
        )
    live = await stats_of(ada, crowd)
    pair = next(iter(crowd.met))
    async with database.transaction() as db:
        await db.execute(
            update(Encounter).where(Encounter.low_id == pair[0]).values(scans_by_low=1, scans_by_high=1)
        )
    later = await stats_of(ada, crowd)

    assert (live["live"], live["attendees"], live["encounters"]) == (True, 43, 95)
    assert live["per_person"]["mean"] == round(2 * 95 / 43, 2)
    assert (live["per_person"]["median"], live["network"]["clustering"]) == (None, None)
    counts = [live[name] for name in ("claimed", "met", "scanned", "scanned_by", "mutual", "scans")]
    counts += [row["encounters"] or 0 for row in (*live["by_hour"], *live["mixing"])]
    counts += [row["met"] or 0 for row in live["by_type"]]
    assert {count % 5 for count in counts} == {0}
    assert later["encounters"] == 95


async def test_a_small_event_shows_nothing_but_its_list(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 19}, encounters=60, seed=4)
    stats = await stats_of(ada, crowd)

    assert stats["attendees"] == 19
    assert stats["by_type"] == [{"type": "attendee", "people": 19, "met": None, "suppressed": True}]
    assert stats["mixing"] == [
        {"type": "attendee", "other_type": "attendee", "encounters": None, "suppressed": True}
    ]
    assert stats["by_hour"] == []
    rest = [
        stats[name]
        for name in (
            "claimed", "met", "scanned", "scanned_by", "encounters", "mutual", "scans", "across_types",
            "across_organisations",
        )
    ]  # fmt: skip
    rest += [value for name in ("per_person", "network", "funnel") for value in stats[name].values()]
    assert set(rest) == {None}


async def test_the_funnel_counts_pairs_who_met(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types={"attendee": 30}, encounters=60, seed=5)
    person = {guest.id: guest.person_id for guest in crowd.guests}
    pairs = [(person[low], person[high]) for low, high in crowd.met]
    strangers = next(
        (person[a.id], person[b.id])
        for a in crowd.guests
        for b in crowd.guests
        if a.id < b.id and (a.id, b.id) not in crowd.met
    )
    now = clock()

    def suggested(one: UUID, other: UUID) -> dict:
        return {
            "id": new_id(), "event_id": crowd.event.id, "person_id": one, "other_id": other, "rank": 1,
            "score": 0.5, "reasons": [], "for_reader": "met", "for_other": "met", "action": "ask_for_talk",
            "created_at": now, "updated_at": now,
        }  # fmt: skip

    def asked(one: UUID, other: UUID, state: str, **more) -> dict:
        return {
            "id": uuid4(), "event_id": crowd.event.id, "asker_id": one, "host_id": other, "purpose": "advice",
            "ask": "?", "content": "?",
            "minutes": 20, "slots": [now], "state": state, "proposed_by": one, "requested_at": now,
            "expires_at": now, "updated_at": now, "starts_at": None, **more,
        }  # fmt: skip

    both_ways = [suggested(*pairs[0]), suggested(*reversed(pairs[0]))]
    async with database.transaction() as db:
        await db.execute(
            insert(Suggestion),
            [*both_ways, *(suggested(*pair) for pair in pairs[1:9]), suggested(*strangers)],
        )
        await db.execute(
            insert(Interview),
            [
                asked(*pairs[0], "scheduled", starts_at=now),
                asked(*reversed(pairs[0]), "declined"),
                asked(*pairs[1], "cancelled", starts_at=now),
                asked(*pairs[2], "requested"),
                asked(*strangers, "scheduled", starts_at=now),
            ],
        )
    stats = await stats_of(ada, crowd)

    days = [(now - first) / timedelta(days=1) for _, _, first in crowd.met.values()]
    asked_people = {guest for pair in pairs[:3] for guest in pair}
    assert stats["funnel"] == {
        "met": 60, "suggested": 9, "requested": 3, "accepted": 2, "held": 0,
        "days_to_suggested": round(statistics.median(days[:9]), 1),
        "days_to_requested": round(statistics.median(days[:3]), 1) if len(asked_people) >= 5 else None,
        "days_to_accepted": None, "days_to_held": None,
    }  # fmt: skip


WORDS = [None, *((held, days) for held in (True, False) for days in (1, 7, 8, 20))]


async def test_talks_held_are_counted_by_the_rule_that_judges_single_ones(ada, database, clock):
    cases = list(product(WORDS, repeat=2))
    crowd = await make_crowd(database, now=clock(), types={"attendee": 30}, encounters=100, seed=8)
    person = {guest.id: guest.person_id for guest in crowd.guests}
    pairs = [(person[low], person[high]) for low, high in crowd.met]
    now, began = clock(), clock() - timedelta(days=21)
    talks, outcomes, held = [], [], 0
    for pair, words in zip(pairs, cases, strict=False):
        talk_id = uuid4()
        talks.append({
            "id": talk_id, "event_id": crowd.event.id, "asker_id": pair[0], "host_id": pair[1],
            "purpose": "advice", "ask": "?", "content": "?", "minutes": 20, "slots": [began],
            "state": "scheduled", "starts_at": began, "proposed_by": pair[0], "requested_at": began,
            "expires_at": began, "updated_at": began,
        })  # fmt: skip
        said = [word and Said(word[0], now - timedelta(days=word[1])) for word in words]
        held += was_held(*said, now=now)
        outcomes += [
            {
                "interview_id": talk_id, "person_id": who, "outcome": "held" if one.held else "i_missed_it",
                "since": one.since, "starts_at": began, "debrief": "", "updated_at": now,
            }
            for who, one in zip(pair, said, strict=True)
            if one
        ]  # fmt: skip
    async with database.transaction() as db:
        await db.execute(insert(Interview), talks)
        await db.execute(insert(OutcomeRow), outcomes)

    stats = await stats_of(ada, crowd)
    assert 0 < held < len(cases)
    assert (stats["funnel"]["accepted"], stats["funnel"]["held"]) == (len(cases), held)


async def test_figures_fixed_before_talks_held_were_counted_are_still_read(ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=90, seed=9)
    clock.tick(days=31)
    await fix_final_stats(database, now=clock())
    async with database.transaction() as db:
        fixed = await db.get_one(FinalStats, crowd.event.id)
        fixed.figures = {
            **fixed.figures,
            "funnel": {k: n for k, n in fixed.figures["funnel"].items() if k != "held"},
        }
    stats = await stats_of(await sign_in_again(ada), crowd)
    assert (stats["funnel"]["met"], stats["funnel"]["held"]) == (90, None)


async def test_final_figures_never_move_again(ada, outbox, client, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=200, seed=6)
    before = await stats_of(ada, crowd)
    clock.tick(days=31)
    await fix_final_stats(database, now=clock())
    fixed_at = clock().strftime("%Y-%m-%dT%H:%M:%SZ")
    async with database.transaction() as db:
        await db.execute(update(Attendance).where(Attendance.id == crowd.guests[0].id).values(status="left"))
    clock.tick(days=1)
    again = await sign_in(client, outbox, ada.email)

    assert await stats_of(again, crowd) == {**before, "final": True, "computed_at": fixed_at}


async def test_final_figures_are_fixed_once_however_many_ask(client, outbox, ada, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=90, seed=7)
    clock.tick(days=31)
    again = await sign_in(client, outbox, ada.email)
    answers = await asyncio.gather(*(stats_of(again, crowd) for _ in range(6)))

    assert all(answer == answers[0] and answer["final"] for answer in answers)


async def test_figures_are_for_analysts_and_managers_only(ada, grace, client, outbox, database, clock):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=50, seed=8)
    path = f"/v1/events/{crowd.event.id}/stats"
    stranger = await grace.get(path)
    answers = {}
    for role in ("door", "supervisor", "analyst", "manager"):
        email = f"{role}@example.org"
        async with database.transaction() as db:
            db.add(TeamMember(event_id=crowd.event.id, id=new_id(), email=email, role=role, added_at=clock()))
        answers[role] = (await (await sign_in(client, outbox, email)).get(path)).status_code

    assert (stranger.status_code, stranger.json()["code"]) == (404, "event_not_found")
    assert answers == {"door": 403, "supervisor": 403, "analyst": 200, "manager": 200}
    assert (await client.get(path)).json()["code"] == "sign_in_required"


async def test_an_empty_event_has_figures_too(ada, database, clock):
    event = await make_event(database, now=clock(), owner=ada.email)
    stats = (await ada.get(f"/v1/events/{event.id}/stats")).json()

    assert (stats["attendees"], stats["by_type"], stats["mixing"]) == (0, [], [])
    assert (await ada.get(f"/v1/events/{uuid4()}/stats")).status_code == 404
    assert (await ada.get("/v1/events/nonsense/stats")).status_code == 400

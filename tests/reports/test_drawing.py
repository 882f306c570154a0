"""Charts are drawn apart, fetch nothing, and are given up when they take too long."""

import re

import pytest

from server.reports import drawing
from server.reports.drawing import draw
from tests.reports.test_event_report import TYPES
from tests.stats.crowds import make_crowd

BAR = {
    "mark": {"type": "bar", "color": "var(--main)"},
    "encoding": {"y": {"field": "n", "type": "quantitative"}},
}


async def test_colours_stay_variables_and_places_are_short():
    [picture] = await draw([{**BAR, "data": {"values": [{"n": 2 / 3}]}}])

    assert 'fill="var(--main)"' in picture
    assert not re.search(r' d="[^"]*\.\d\d', picture)


async def test_what_a_specification_points_to_is_not_fetched():
    with pytest.raises(RuntimeError):
        await draw([{**BAR, "data": {"url": "http://127.0.0.1:1/people.json"}}])


async def test_what_a_specification_points_to_on_this_machine_is_not_read(tmp_path):
    file = tmp_path / "people.json"
    file.write_text('[{"n": 777}]')
    said = {"mark": "text", "encoding": {"text": {"field": "n"}}}
    [picture] = await draw([{**said, "data": {"url": file.as_uri()}}])
    [beside] = await draw([{**said, "data": {"values": [{"n": 777}]}}])

    assert "777" in beside
    assert "777" not in picture


async def test_a_report_that_takes_too_long_is_given_up(ada, database, clock, monkeypatch):
    crowd = await make_crowd(database, now=clock(), types=TYPES, encounters=100, seed=1)
    monkeypatch.setattr(drawing, "AT_MOST", 0)
    answer = await ada.get(f"/v1/events/{crowd.event.id}/report")

    assert (answer.status_code, answer.json()["code"]) == (503, "busy")

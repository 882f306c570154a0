"""The organizer's figures as a page."""

from pathlib import Path

from server.demo.report import save_report

STATS = {
    "encounters": 2865,
    "per_person": {"median": 12.0},
    "network": {"density": None},
    "by_hour": [
        {"local": "2026-06-04 09:00", "encounters": 200},
        {"local": "2026-06-04 10:00", "encounters": None},
    ],
    "definitions": [
        {"figure": "encounters", "meaning": "Pairs who met."},
        {"figure": "per_person.median", "meaning": "Half met so many <or fewer>."},
        {"figure": "network.density", "meaning": "Not said of so few."},
        {"figure": "by_hour", "meaning": "A list."},
    ],
}


def test_each_figure_stands_beside_its_meaning_and_nothing_is_loaded(tmp_path: Path):
    page = save_report("A <congress>", STATS, tmp_path).read_text()

    assert "<h1>A &lt;congress&gt;</h1>" in page
    assert "<tr><td>2,865<td>Pairs who met." in page
    assert "<tr><td>12.0<td>Half met so many &lt;or fewer&gt;." in page
    assert "Not said of so few" not in page
    assert '<tr><td>2026-06-04 09:00<td><span class="bar" style="width: 20.0rem"></span>200' in page
    assert "fewer than five people" in page
    assert not any(word in page for word in ("http", "src=", "<script"))

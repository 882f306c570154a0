"""Lists as ticket shops write them, imported without editing.

`lists/pretix_*.csv` have the columns, words and quoting of pretix's "Order data", sheet of positions
(`src/pretix/base/exporters/orderlist.py`, its German catalogue); `lists/eventbrite_*.csv` have the columns of attendee
reports that people have published, of Eventbrite's American, British and German sites. The people in them are ours, and
so are the German words for a status, save "Nimmt teil".
"""

from pathlib import Path

import pytest

from server.events.attendee_csv import read_attendees
from tests.events.facts import PATH, attendees, counts, send_list
from tests.phones import Phone

LISTS = Path(__file__).parent / "lists"
# Name, address, id, code, type and status of the places that come of each.
ROWS = {
    "pretix_en.csv": [
        ("Grace Hopper", "grace@example.org", "A7K3Q-1", "k6v2rtb6pxjm3qzc7wq2nzq5fzwmhbd4", "speaker", "expected"),
        ("Ada Lovelace", "ada@example.org", "A7K3Q-2", "x5m7qzr2kdc8wvn4tbp9hjg3yfsl6ae2", "attendee", "expected"),
        ("Joan Clarke", "joan@example.org", "A7K3Q-4", "q9wz3rx7mk5vtn2hcj8dpbf4gyls6ae2", "attendee", "cancelled"),
        ("Mary Shelley", None, "B9X2M-1", "v8hx2jq5wz9rmk3tnc7dpbf6gyls4ae2", "attendee", "cancelled"),
        ("Hedy Lamarr", "hedy@example.org", "C3Z8P-1", "n7dp4bq2wz6rmk9thc3xjvf5gyls8ae2", "attendee", "cancelled"),
    ],
    "pretix_de.csv": [
        ("Jörg Müller", "joerg@example.org", "A7K3Q-1", None, "speaker", "expected"),
        ("Käthe Groß", "kaethe@example.org", "A7K3Q-2", None, "attendee", "expected"),
        ("Anna Weiß", "anna@example.org", "A7K3Q-3", None, "attendee", "cancelled"),
        ("Eva Schön", None, "B9X2M-1", None, "attendee", "cancelled"),
        ("Max Vogel", "max@example.org", "C3Z8P-1", None, "attendee", "cancelled"),
    ],
    "eventbrite_us.csv": [
        ("Ada Lovelace", "ada@example.org", "18441583423", None, "attendee", "expected"),
        ("Grace Hopper", "ada@example.org", "18441583424", None, "press", "expected"),
        ("Joan Clarke", "joan@example.org", "18441700883", None, "attendee", "cancelled"),
        ("Mary Shelley", "mary@example.org", "18441700999", None, "speaker", "cancelled"),
    ],
    "eventbrite_uk.csv": [
        ("Ada Lovelace", "ada@example.org", "2360209833", "16893657012360209833001", "attendee", "expected"),
        ("Grace Hopper", "grace@example.org", "2360209834", "16893657012360209834001", "staff", "expected"),
        ("Joan Clarke", "joan@example.org", "2360209835", "16893657022360209835001", "attendee", "cancelled"),
    ],
    "eventbrite_de.csv": [
        ("Käthe Groß", "kaethe@example.org", "740658283", "589750179740658283001", "attendee", "expected"),
        ("Jörg Müller", "kaethe@example.org", "740658284", "589750179740658284001", "speaker", "expected"),
        ("Anna Weiß", "anna@example.org", "740914916", "589968760740914916001", "attendee", "cancelled"),
    ],
}  # fmt: skip
FIELDS = ("name", "email", "external_id", "external_code", "type", "status")


@pytest.mark.parametrize("name", ROWS)
async def test_a_shops_list_is_imported_as_it_comes_and_the_same_again_changes_nothing(
    olga: Phone, event, name
):
    raw = (LISTS / name).read_bytes()
    first, again = [await send_list(olga, raw.decode(), missing="cancel") for _ in range(2)]

    assert first.json()["problems"] == []
    found = [tuple(item[field] for field in FIELDS) for item in await attendees(olga)]
    assert sorted(found) == sorted(ROWS[name])
    assert (await counts(again)).get("unchanged") == len(ROWS[name])


def test_what_was_ordered_beside_tickets_is_counted_and_not_imported():
    parsed = read_attendees((LISTS / "pretix_en.csv").read_bytes())
    notes = {note.code: note.message for note in parsed.notes}
    assert notes["nobody_named"] == "Not imported, since nobody is named on them: T-shirt (1)."
    assert [row.external_id for row in parsed.unnamed_rows] == ["A7K3Q-3"]


def test_a_list_of_orders_that_names_nobody_says_so():
    text = "Order code,Position ID,Attendee name,Email\nABC12,1,,payer@example.org\n"
    # The column "Email" is the buyer's where a list has another for attendees; here it is all there is.
    assert [problem.code for problem in read_attendees(text.encode()).problems] == ["name_missing"]
    without = text.replace("Email", "Attendee email").replace("payer@example.org", "")
    assert [problem.code for problem in read_attendees(without.encode()).problems] == ["nobody_named"]


async def test_whoever_is_not_named_any_more_is_not_missing(olga: Phone, event):
    header = "Order code,Position ID,Attendee name,Attendee email\n"
    await send_list(olga, f"{header}ABC12,1,Ada,ada@example.org\nABC12,2,Grace,grace@example.org\n")
    answer = await send_list(olga, f"{header}ABC12,1,,\nABC12,2,Grace,\n", missing="cancel")
    assert answer.json()["missing"] == 0
    assert {item["status"] for item in await attendees(olga)} == {"expected"}
    assert (await olga.get(f"{PATH}/attendees")).json()["next_cursor"] is None


def test_beside_an_orders_code_a_position_is_no_job():
    text = "Bestellnummer,Position,Name,E-Mail\nABC12,2,Ada,ada@example.org\n"
    (row,) = read_attendees(text.encode()).rows
    assert (row.external_id, row.role) == ("ABC12-2", None)
    other = "Bestellnummer,Name,Position,E-Mail\nABC12,Ada,Engineer,ada@example.org\n"
    (row,) = read_attendees(other.encode()).rows
    assert (row.external_id, row.role) == (None, "Engineer")

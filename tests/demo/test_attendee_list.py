import csv
import io

from server.demo.attendee_list import attendee_list
from server.demo.people import make_people


def test_the_organizer_uploads_a_row_for_everybody():
    people = make_people(range(403), seed=2009)

    header, *rows = csv.reader(io.StringIO(attendee_list(people.values()).decode("utf-8"), newline=""))

    assert header == ["Ticket #", "Name", "E-mail", "Company", "Job title", "Type"]
    assert rows == [
        [each.order, each.name, each.email, each.organisation, each.role, each.attendee_type.capitalize()]
        for each in people.values()
    ]
    assert {row[5] for row in rows} == {"Attendee", "Speaker", "Staff"}
    assert len({row[0] for row in rows}) == 403

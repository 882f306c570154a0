"""The list of attendees as an organizer gets it from a ticket shop and uploads it."""

import csv
import io
from collections.abc import Iterable
from typing import Final

from server.demo.people import DemoPerson

COLUMNS: Final = ("Ticket #", "Name", "E-mail", "Company", "Job title", "Type")


def attendee_list(people: Iterable[DemoPerson]) -> bytes:
    """UTF-8 CSV (RFC 4180), a header and a row per person in the order given; the ticket is the external id."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(
        (
            person.order,
            person.name,
            person.email,
            person.organisation,
            person.role,
            person.attendee_type.capitalize(),
        )
        for person in people
    )
    return text.getvalue().encode()

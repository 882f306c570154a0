"""What is true of connections: what one may see of the other. What is due to whom is decided where it is written, by
`release_cards` (migration 0012)."""

from collections.abc import Sequence

CONTACT = ("email", "phone")
PRINTED = ["name", "organisation", "role"]  # all that somebody gives who has claimed nothing yet


def visible(released: Sequence[str], card: Sequence[str] | None) -> frozenset[str]:
    """The fields shown: what was released and is still on today's card. Name and pronouns are on every card."""
    today = {*PRINTED} if card is None else {"name", "pronouns", *card}
    return frozenset(released) & today

"""What is true of connections: what one may see of the other. What is due to whom is decided where it is written, by
`release_cards` (migrations 0012 to 0034)."""

from collections.abc import Sequence

CONTACT = ("email", "phone")
ON_EVERY_CARD = ("name", "pronouns", "photo", "asks", "offers", "talk_topics")  # of somebody claimed
PRINTED = ["name", "organisation", "role"]  # all that somebody gives who has claimed nothing yet


def visible(released: Sequence[str], card: Sequence[str] | None) -> frozenset[str]:
    """The fields shown: what was released and is still on today's card."""
    today = {*PRINTED} if card is None else {*ON_EVERY_CARD, *card}
    return frozenset(released) & today

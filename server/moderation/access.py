"""Who may look into reports: supervisors into those of their event, and the operator into all."""

from dataclasses import dataclass

from server.events.access import Organizer


@dataclass(frozen=True, slots=True)
class Operator:
    """Proof: whoever runs Hallway's commands on its machine."""


Moderator = Organizer | Operator

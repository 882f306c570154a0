from tests.scans.conftest import ada_there, conference, grace_there
from tests.suggestions.conftest import party

__all__ = ["ada_there", "conference", "grace_there", "party"]

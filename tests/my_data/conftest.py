from tests.scans.conftest import ada_there, conference, grace_there

__all__ = ["ada_there", "conference", "grace_there"]

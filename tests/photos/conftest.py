from tests.scans.conftest import *  # noqa: F403

"""Report what somebody did, and look into what was reported."""

"""Events: what an organizer creates, who is invited, and the list they import."""

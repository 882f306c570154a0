"""Who else is at an event and wants to be seen."""

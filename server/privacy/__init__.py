"""Privacy: what becomes of what is kept of people, when they leave and when an event's time is over."""

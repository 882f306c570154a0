"""Whom to meet at an event, before it and while it lasts."""

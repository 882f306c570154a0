"""Watch an event while it happens."""

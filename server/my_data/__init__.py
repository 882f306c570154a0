"""Take along what one gave, and what Hallway derived from it."""

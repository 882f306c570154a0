"""A real conference, played against a running Hallway as phones would."""

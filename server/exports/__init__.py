"""Exports: the files an organizer takes away."""

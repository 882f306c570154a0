"""Hallway: the backend of a conference's networking app. Start with README.md in this folder."""

"""Exhibitors: teams within an event, and the leads that visitors agreed to become."""

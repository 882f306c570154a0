"""Informational interviews: asked for, agreed on, put into both calendars, looked back on."""

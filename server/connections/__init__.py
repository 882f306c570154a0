"""Connections: two people who met, and what each of them keeps of it."""

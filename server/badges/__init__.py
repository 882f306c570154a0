"""Badges and tickets: the code worn in public, the signed one that opens the door, and how both are drawn."""

"""Devices: phones that deliver what they captured, also when nobody is signed in on them."""

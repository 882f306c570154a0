"""Scans: facts that phones deliver, and the encounters that follow from them."""

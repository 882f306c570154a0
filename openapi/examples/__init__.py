"""What clients are given to port. The demo plays through it."""

"""Everything is killed in turn, and nothing may be lost: `make chaos`, or `python -m tests.chaos --help`."""

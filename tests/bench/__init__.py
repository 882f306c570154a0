"""How fast is it? Instruments, not tests: `make bench` (server/decisions/0023-fast.md)."""

"""Events: who runs them, and who comes."""

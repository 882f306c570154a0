"""Events: who runs them, who is on their list, and who comes."""

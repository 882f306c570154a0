"""Keep somebody away: silently, for both, until one takes it back."""

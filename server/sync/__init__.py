"""A phone keeps what is its owner's, and asks what has changed."""

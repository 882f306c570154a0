"""Whom to follow up with: from who met whom to five names, each with its reasons and one action."""

"""Who somebody is professionally: profile, goals, cards, and what reached whom."""

"""Our reminders: few, each with one reason and one action, and they end."""

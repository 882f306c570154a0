"""The private balance: time for relationships beside time for applications, by week."""

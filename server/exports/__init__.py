"""What organizers take away: files made by jobs, kept for a set time."""

"""What an organizer puts in front of a board: the event's figures as one page, with pictures and advice."""

"""How badges come onto paper: letters, one badge, sheets. Pure: facts in, a PDF out."""

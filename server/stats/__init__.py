"""Did the event connect people: figures for organizers, each covering enough people."""

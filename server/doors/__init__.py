"""Let people in and out, and look after what went wrong at a door."""

"""Two people across events: what one may see of the other, and what one keeps about the other."""

"""Claims: a place at an event becomes somebody's, with everything that happened to it before."""

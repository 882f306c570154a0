"""A face to the name: one's own photo, as small pictures that those see who may see the name."""

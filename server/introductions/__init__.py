"""Introductions: somebody I met leads me to somebody they met, and nobody learns who knows whom before both agree."""

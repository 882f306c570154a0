"""The wire: what clients send and get, as pydantic models, one file per feature."""

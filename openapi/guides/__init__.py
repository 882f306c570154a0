"""The guides as files, so that the server can serve them."""

"""The PostgreSQL that starts by itself: for trying Hallway, for tests and for small events."""

from server.embedded.errors import EmbeddedPostgresError
from server.embedded.launch import RunAs
from server.embedded.postgres import THROW_AWAY, EmbeddedPostgres
from server.embedded.secret_file import ensure_secrets

__all__ = ["THROW_AWAY", "EmbeddedPostgres", "EmbeddedPostgresError", "RunAs", "ensure_secrets"]

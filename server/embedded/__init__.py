"""The PostgreSQL that starts by itself: for trying Hallway, for tests and for small events."""

from server.embedded.errors import EmbeddedPostgresError
from server.embedded.launch import RunAs
from server.embedded.postgres import THROW_AWAY, EmbeddedPostgres
from server.embedded.programs import folders_with_programs
from server.embedded.secret_file import SECRET_FILE, ensure_secrets

__all__ = [
    "SECRET_FILE",
    "THROW_AWAY",
    "EmbeddedPostgres",
    "EmbeddedPostgresError",
    "RunAs",
    "ensure_secrets",
    "folders_with_programs",
]

"""Apple and Google on this machine."""

from tests.push.services import apple, certificate, google, lines, pushing

__all__ = ["apple", "certificate", "google", "lines", "pushing"]

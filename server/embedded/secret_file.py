"""The secrets of the embedded default: made once, kept in its data folder, readable by its owner alone."""

import json
import os
import secrets
from pathlib import Path

from server.embedded.errors import DataFolderUnusable
from server.embedded.locks import file_locked

SECRET_FILE = "secrets.json"  # noqa: S105 - where they are
SECRET_NAMES = (
    "HALLWAY_SESSION_SECRET",
    "HALLWAY_TICKET_SECRET",
    "HALLWAY_CODE_SECRET",
    "HALLWAY_LIMIT_SECRET",
)


def ensure_secrets(data_folder: Path) -> dict[str, str]:
    """The secrets in `secrets.json` (mode 0600) by their environment names, those missing made now: 32 random
    bytes each, base64url. Processes that ask at once get the same. Raises DataFolderUnusable, also for a file
    that is damaged: new secrets in its place would silently void every ticket and session."""
    path = data_folder / SECRET_FILE
    try:
        data_folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with file_locked(data_folder / ".secrets.lock", patience=30):
            known = _read(path)
            missing = [name for name in SECRET_NAMES if name not in known]
            if missing:
                known |= {name: secrets.token_urlsafe(32) for name in missing}
                _write(path, known)
            return {name: known[name] for name in SECRET_NAMES}
    except OSError as error:
        raise DataFolderUnusable(f"The secrets in {path} cannot be read or kept: {error}.") from error


def _read(path: Path) -> dict[str, str]:
    try:
        known = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except ValueError as error:
        raise DataFolderUnusable(f"{path} is not JSON ({error}): restore it from a backup.") from error
    if not isinstance(known, dict) or not all(isinstance(value, str) for value in known.values()):
        raise DataFolderUnusable(f"{path} is not an object of texts: restore it from a backup.")
    return known


def _write(path: Path, known: dict[str, str]) -> None:
    """Whole or not at all, also when the power goes."""
    fresh = path.with_name(f"{SECRET_FILE}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)

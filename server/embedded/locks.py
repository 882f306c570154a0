"""Locks between processes: a file that one of them holds (flock(2)), given back by the kernel when it
dies."""

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def file_locked(path: Path, *, patience: float) -> Iterator[None]:
    """Hold the lock within the block; TimeoutError when somebody else holds it for longer than `patience`
    seconds."""
    deadline = time.monotonic() + patience
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        while not _try_to_lock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() > deadline:
                raise TimeoutError(f"{path} has been locked by another process for {patience:.0f} seconds")
            time.sleep(0.01)
        try:
            yield
        finally:
            # Said, not left to close(): a process forked meanwhile holds the same descriptor.
            fcntl.flock(descriptor, fcntl.LOCK_UN)
    finally:
        os.close(descriptor)


def is_locked(path: Path) -> bool:
    """Whether a living process holds the lock exclusively. Asks for a shared lock for an instant, so that
    those who ask at the same time do not see each other."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        return not _try_to_lock(descriptor, fcntl.LOCK_SH)
    finally:
        os.close(descriptor)


def _try_to_lock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True

"""Which statements does a request cost?"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from litestar import Litestar
from sqlalchemy import event


@contextmanager
def counted(app: Litestar, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that the app sends, through SQLAlchemy or past it."""
    sent: list[str] = []
    database = app.state.database

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    def noting(send: Any) -> Any:
        async def send_and_note(statement: str, *values: Any) -> Any:
            sent.append(statement)
            return await send(statement, *values)

        return send_and_note

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    with monkeypatch.context() as patched:
        for way in ("fetch", "write"):
            patched.setattr(database.direct, way, noting(getattr(database.direct, way)))
        yield sent
    event.remove(database.engine.sync_engine, "before_cursor_execute", note)

"""Which tables are ours to migrate."""


def ours(name: str | None, kind: str, parents: object) -> bool:  # noqa: ARG001
    """The queue's tables come from its own pinned SQL, and are not compared with our models."""
    return not (name or "").startswith(("pgqueuer", "alembic_version"))

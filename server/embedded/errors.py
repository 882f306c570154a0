"""Why the PostgreSQL that starts by itself did not: each names what to do, in words for whoever runs
Hallway."""


class EmbeddedPostgresError(Exception):
    """The root of them; its text is fit to be shown without a traceback."""


class NoPostgresPrograms(EmbeddedPostgresError):
    """Neither the `embedded` extra nor a system PostgreSQL is installed."""


class RootCannotStartPostgres(EmbeddedPostgresError):
    """PostgreSQL refuses root, and neither a user namespace nor the user `nobody` could be had."""


class DataFolderUnusable(EmbeddedPostgresError):
    """The folder cannot be made, read, written or locked."""


class DataFolderOfAnotherVersion(EmbeddedPostgresError):
    """The cluster in it was made by another major version of PostgreSQL."""


class DataFolderOfAnotherUser(EmbeddedPostgresError):
    """The cluster in it belongs to another user of this machine."""


class SocketFolderUnusable(EmbeddedPostgresError):
    """The short folder that stands in for a socket path too long is not ours alone."""


class PostgresDidNotStart(EmbeddedPostgresError):
    """It was tried, and PostgreSQL said no or nothing; the text ends with what it logged."""

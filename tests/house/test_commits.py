"""Nobody commits but the one dependency, jobs in steps of their own, and the exceptions named here."""

import ast
from pathlib import Path

SERVER = Path("server")

# Where a transaction may end. Each is an exception of its own kind:
COMMITS = {
    "database.py",  # the commit dependency, and `transaction()` itself
}
TRANSACTIONS = {
    "accounts/allow.py",  # a command of the operator
    "badges/leaked_secret.py",  # a command of the operator
    "backups.py",  # commands of the operator
    "badges/print_jobs.py",  # a job, in steps
    "bounces.py",  # a command of the operator's mail server
    "exhibitors/jobs.py",  # a round
    "exports/jobs.py",  # a job, in steps
    "exports/storing.py",  # a job, in steps
    "housekeeping.py",  # a job, in steps
    "live/watching.py",  # proves again, once a minute
    "interviews/jobs.py",  # a job, in steps
    "mail.py",  # a job, in steps: claim, send, record
    "moderation/operating.py",  # commands of the operator
    "nudges/jobs.py",  # a job, in steps
    "nudges/notices.py",  # a round
    "privacy/ledger.py",  # a round, and a command of the operator
    "privacy/purging.py",  # a round, in steps
    "privacy/erasing.py",  # a round: one person, one transaction
    "nudges/sending.py",  # a job, in steps: claim, send, record
    "scans/parked.py",  # a round
    "stats/actions.py",  # a round
    "suggestions/jobs.py",
    "who_to_meet/jobs.py",  # a job, in steps
    "sync/jobs.py",  # a round
    "worker.py",  # a job, in steps
}
AUTOCOMMIT = {
    "command_line.py",  # reads
    "database.py",  # makes the engine
    "doctor.py",  # reads
    "files.py",  # reads, while a file is being sent and the request's transaction is over
    "health.py",  # reads
    "live/watching.py",  # reads, once a second
}
DIRECT = {
    "database.py",  # makes and closes it
    "limits.py",  # counters commit on their own, before the request's session is used
    "app.py",  # hands it to the limits, and to who reads who somebody is and who records plain scans
}


def calls(name: str) -> set[str]:
    """The files of the server in which something called `name` is called or read as an attribute."""
    found = set()
    for path in SERVER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == name:
                found.add(str(path.relative_to(SERVER)))
    return found


def test_nobody_else_commits():
    assert calls("commit") <= COMMITS
    assert calls("begin_nested") == set()


def test_nobody_else_opens_a_transaction():
    assert calls("transaction") <= TRANSACTIONS


def test_nobody_else_uses_the_engine_that_commits_by_itself():
    assert calls("autocommit") <= AUTOCOMMIT


def test_nobody_else_goes_past_the_session():
    assert calls("direct") == DIRECT

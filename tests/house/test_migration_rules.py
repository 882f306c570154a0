"""A migration runs while the former version serves: it locks nothing for long, and takes nothing that old code uses.

The rules, and how to keep them, are in `server/decisions/0040-audits-and-migrations.md`. squawk knows most of them; two
are ours. A migration that may break one says so: `EXCUSED = {"ban-drop-column": "nothing reads it since 0.2.0"}`.
"""

import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import Script, ScriptDirectory

from migrations.run import configuration

LAST_FREE = "0034"  # until here nobody had an older version running
NOT_OURS = (
    "require-lock-timeout",  # set for all of them: test_every_migration_gives_up_soon
    "require-statement-timeout",  # likewise
    "prefer-bigint-over-int",  # counts and versions fit
    "prefer-robust-stmts",  # a migration is one transaction
)
REPLACED = re.compile(r"\bcreate\s+or\s+replace\s+function\b", re.IGNORECASE)
REWRITTEN = re.compile(
    r"^\s*(?:update|delete\s+from|truncate)\s+(?:only\s+)?\"?(\w+)", re.IGNORECASE | re.MULTILINE
)
MADE = re.compile(r"^\s*create\s+table\s+\"?(\w+)", re.IGNORECASE | re.MULTILINE)


def sql_of(script: Script) -> str:
    """What it sends, as one text."""
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context), context.begin_transaction():
        script.module.upgrade()
    return written.getvalue()


def broken_rules(sql: str) -> set[str]:
    squawk = Path(sys.executable).with_name("squawk")
    judged = subprocess.run(  # noqa: S603
        [squawk, "--pg-version=15", "--reporter=json", f"--exclude={','.join(NOT_OURS)}"],
        input=sql,
        capture_output=True,
        text=True,
        check=False,
    )
    broken = {fault["rule_name"] for fault in json.loads(judged.stdout)}
    if REPLACED.search(sql):
        broken.add("replaced-function")
    if set(REWRITTEN.findall(sql)) - set(MADE.findall(sql)):
        broken.add("rows-rewritten")
    return broken


def test_new_migrations_let_the_former_version_serve_on():
    wrong = {}
    for script in ScriptDirectory.from_config(configuration()).walk_revisions():
        if script.revision > LAST_FREE:
            excused = getattr(script.module, "EXCUSED", {})
            assert all(len(reason.split()) > 2 for reason in excused.values()), f"{script.revision}: say why"
            broken = broken_rules(sql_of(script))
            wrong |= {script.revision: (broken, excused)} if broken != set(excused) else {}
    assert wrong == {}


def test_every_migration_gives_up_soon():
    """Whoever waits for a lock holds up everybody behind: better to fail, and be tried again."""
    env = Path("migrations/env.py").read_text()
    assert "set lock_timeout = '5s'" in env
    assert "set statement_timeout = '10min'" in env
    assert "transaction_per_migration=True" in env


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("alter table scans drop column note", "ban-drop-column"),
        ("drop table scans", "ban-drop-table"),
        ("drop function record_plain", "ban-drop-function"),
        ("alter table scans rename column note to words", "renaming-column"),
        ("alter table scans rename to captures", "renaming-table"),
        ("alter table scans alter column rating type bigint", "changing-column-type"),
        ("alter table scans add column x text not null", "adding-required-field"),
        ("alter table scans alter column note set not null", "adding-not-nullable-field"),
        ("alter table scans add column x uuid default gen_random_uuid()", "adding-field-with-default"),
        ("alter table scans add constraint c check (rating > 0)", "constraint-missing-not-valid"),
        ("create index ix on scans (note)", "require-concurrent-index-creation"),
        ("drop index ix", "require-concurrent-index-deletion"),
        ("create or replace function f() returns int language sql as 'select 1'", "replaced-function"),
        ("update scans set note = ''", "rows-rewritten"),
    ],
)
def test_what_would_stop_the_former_version_is_found(sql: str, rule: str):
    assert broken_rules(f"BEGIN;\n{sql};\nCOMMIT;") == {rule}


@pytest.mark.parametrize(
    "sql",
    [
        "create table t (id bigint primary key); create index ix on t (id); update t set id = 1",
        "alter table scans add column x text default '' not null",
        "COMMIT; create index concurrently ix on scans (note); BEGIN",
        "alter table t add constraint c check (a > 0) not valid; COMMIT; alter table t validate constraint c; BEGIN",
        "create function f() returns int language sql as 'select 1'",
    ],
)
def test_what_lets_it_serve_on_is_allowed(sql: str):
    assert broken_rules(f"BEGIN;\n{sql};\nCOMMIT;") == set()

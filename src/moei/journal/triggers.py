"""Database triggers that refuse to change or remove what the journal holds.

Whoever owns the database can drop them; `verify` says so when they are gone, and finds what was done with the anchors
that others hold.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

WORDS = "the journal is append-only"
FORWARD = "the head of the journal only moves forward, to an entry that is there"

# Tables in which no row is ever changed or removed.
APPEND_ONLY = ("journal_entry", "journal_anchor")
# And those of apps that come after the journal: each installs the triggers in its own migration.
_FURTHER: list[str] = []

# No value in these statements comes from outside.
# ruff: noqa: S608
_SQLITE = {
    "journal_entry_only_appended": (
        "BEFORE INSERT ON journal_entry WHEN NEW.seq <= (SELECT seq FROM journal_head WHERE id = 1)",
        WORDS,
    ),
    "journal_head_no_delete": ("BEFORE DELETE ON journal_head", FORWARD),
    "journal_head_forward": (
        "BEFORE UPDATE ON journal_head WHEN NEW.seq <= OLD.seq OR NEW.id <> OLD.id OR NEW.instance <> OLD.instance "
        "OR NEW.hash IS NOT (SELECT hash FROM journal_entry WHERE seq = NEW.seq)",
        FORWARD,
    ),
    # Removing former values is what destroying a person's key does to them (P18); changing them is nobody's work.
    "journal_formervalue_no_update": ("BEFORE UPDATE ON journal_formervalue", WORDS),
}

_POSTGRESQL = {
    # name: (table, when, body that returns or raises)
    "journal_entry_only_appended": (
        "journal_entry",
        "BEFORE INSERT ON journal_entry FOR EACH ROW",
        f"IF NEW.seq <= (SELECT seq FROM journal_head WHERE id = 1) THEN RAISE EXCEPTION '{WORDS}'; END IF; RETURN NEW;",
    ),
    "journal_head_no_delete": (
        "journal_head",
        "BEFORE DELETE OR TRUNCATE ON journal_head FOR EACH STATEMENT",
        f"RAISE EXCEPTION '{FORWARD}';",
    ),
    "journal_head_forward": (
        "journal_head",
        "BEFORE UPDATE ON journal_head FOR EACH ROW",
        "IF NEW.seq <= OLD.seq OR NEW.id <> OLD.id OR NEW.instance <> OLD.instance OR NEW.hash IS DISTINCT FROM "
        "(SELECT hash FROM journal_entry WHERE seq = NEW.seq) "
        f"THEN RAISE EXCEPTION '{FORWARD}'; END IF; RETURN NEW;",
    ),
    "journal_formervalue_no_update": (
        "journal_formervalue",
        "BEFORE UPDATE ON journal_formervalue FOR EACH STATEMENT",
        f"RAISE EXCEPTION '{WORDS}';",
    ),
}


def keep_append_only(table: str) -> None:
    """Says once, when an app is loaded, that a table of its own is append-only: `verify` misses its triggers then."""
    if table not in _FURTHER:
        _FURTHER.append(table)


def install(editor: BaseDatabaseSchemaEditor) -> None:
    """All of them, in tables that are there; those that are there stay."""
    there = editor.connection.introspection.table_names() if _FURTHER else []
    install_append_only(editor, (*APPEND_ONLY, *(table for table in _FURTHER if table in there)))
    vendor = editor.connection.vendor
    if vendor == "sqlite":
        for name, (when, words) in _SQLITE.items():
            editor.execute(
                f"CREATE TRIGGER IF NOT EXISTS {name} {when} BEGIN SELECT RAISE(ABORT, '{words}'); END"
            )
    elif vendor == "postgresql":
        for name, (_table, when, body) in _POSTGRESQL.items():
            editor.execute(
                f"CREATE OR REPLACE FUNCTION moei_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"
            )
            editor.execute(f"CREATE OR REPLACE TRIGGER {name} {when} EXECUTE FUNCTION moei_{name}()")


def install_append_only(editor: BaseDatabaseSchemaEditor, tables: Sequence[str]) -> None:
    vendor = editor.connection.vendor
    for table in tables:
        if vendor == "sqlite":
            for verb in ("UPDATE", "DELETE"):
                editor.execute(
                    f"CREATE TRIGGER IF NOT EXISTS {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, '{WORDS}'); END"
                )
        elif vendor == "postgresql":
            editor.execute(
                "CREATE OR REPLACE FUNCTION moei_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN RAISE EXCEPTION '{WORDS}'; END $$"
            )
            editor.execute(
                f"CREATE OR REPLACE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION moei_append_only()"
            )


def remove(editor: BaseDatabaseSchemaEditor) -> None:
    for name, table in _expected(editor.connection.vendor).items():
        on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
        editor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of the triggers that should be there and are not, or that were switched off."""
    query = (
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
        if connection.vendor == "sqlite"
        else "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        there = {name for (name,) in cursor.fetchall()}
    return sorted(set(_expected(connection.vendor)) - there)


def _expected(vendor: str) -> dict[str, str]:
    """Name of each trigger, and its table."""
    tables = (*APPEND_ONLY, *_FURTHER)
    if vendor == "sqlite":
        appended = {f"{table}_no_{verb}": table for table in tables for verb in ("update", "delete")}
        return appended | {name: when.split(" ON ")[1].split()[0] for name, (when, _words) in _SQLITE.items()}
    appended = {f"{table}_append_only": table for table in tables}
    return appended | {name: table for name, (table, _when, _body) in _POSTGRESQL.items()}

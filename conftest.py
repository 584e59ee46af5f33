"""Shared by all tests: the cast, a release, and databases whose journal can be flushed between tests."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import connection
from django.db.backends.signals import connection_created
from hypothesis import HealthCheck, settings
from tests.template import fill

# A machine that is busy with something else is no failure of a property.
settings.register_profile("moei", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("moei")

pytest_plugins = ["moei.casefile.tests.cast"]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix):
    """The database of the tests begins as a copy of one that was migrated already."""

    def begin(sender, connection, **_about):
        if Path(connection.settings_dict["NAME"] or "").name.startswith("test"):
            connection_created.disconnect(begin)
            fill(connection)

    connection_created.connect(begin, weak=False)


_without_triggers = False  # in this process, since a transactional test ended


@pytest.fixture(autouse=True)
def _journal_can_be_flushed(request):
    """Transactional tests empty every table at their end; the journal's triggers would rightly refuse.

    Whatever test comes after such a one has the triggers again, inside its own transaction.
    """
    global _without_triggers
    from moei.journal import triggers

    transactional = {"transactional_db", "live_server"} & set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if not transactional and not (marker and marker.kwargs.get("transaction")):
        if _without_triggers and (marker or "db" in request.fixturenames):
            request.getfixturevalue("db")
            with connection.cursor() as cursor:
                triggers.install(SimpleNamespace(connection=connection, execute=cursor.execute))
        yield
        return
    request.getfixturevalue("transactional_db")
    with connection.schema_editor() as editor:
        triggers.install(editor)
    yield
    with connection.schema_editor() as editor:
        triggers.remove(editor)
    _without_triggers = True


def _seconds(item):
    """How long its file takes, roughly."""
    slow = item.get_closest_marker("slow") or item.get_closest_marker("browser")
    return slow.kwargs.get("seconds", 30) if slow else 0


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config, items):
    """The long ones first, so that no worker is left alone with one at the end.

    On PostgreSQL only what touches a database runs, and where `MOEI_TEST_PART` is "file" what depends on the file or on
    no database: `scripts/run_tests.py` says which runs where, and that each runs once.
    """
    items.sort(key=_seconds, reverse=True)
    if os.environ.get("MOEI_DATABASE_URL"):
        again = [item for item in items if _touches(item) and not item.get_closest_marker("in_a_file")]
    elif os.environ.get("MOEI_TEST_PART") == "file":
        again = [item for item in items if _depends_on_the_file(item) or not _touches(item)]
    else:
        return
    config.hook.pytest_deselected(items=[item for item in items if item not in again])
    items[:] = again


def _touches(item):
    """Whether it has anything to do with a database."""
    needs = {"db", "transactional_db", "live_server", "model_instance"}
    return bool(needs & set(item.fixturenames) or item.get_closest_marker("django_db"))


def _depends_on_the_file(item):
    """What keeps the file safe, what is written by several at once, and what exists for a file alone."""
    marker = item.get_closest_marker("django_db")
    return (
        bool({"safekeeping", "journal", "faults"} & set(item.path.parts))
        or item.path.name == "test_custody.py"  # what no database lets change
        or bool({"transactional_db", "live_server", "model_instance"} & set(item.fixturenames))
        or bool(marker and marker.kwargs.get("transaction"))
        or item.get_closest_marker("in_a_file") is not None
    )

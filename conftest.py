"""Shared by all tests: the cast, a release, and databases whose journal can be flushed between tests."""

import os
import tempfile
from pathlib import Path

# Before Django reads its settings: tests never touch the data or the keys of a real instance.
_scratch = Path(tempfile.mkdtemp(prefix="moei-tests-"))
os.environ["MOEI_DATA_DIR"] = str(_scratch / "data")
os.environ["MOEI_KEY_FILE"] = str(_scratch / "keys" / "moei.key")
os.environ.setdefault("MOEI_DEMO", "0")
(_scratch / "data").mkdir()

import pytest  # noqa: E402
from django.db import connection  # noqa: E402

pytest_plugins = ["moei.casefile.tests.cast"]


@pytest.fixture(autouse=True)
def _journal_can_be_flushed(request):
    """Transactional tests empty every table at their end; the journal's triggers would rightly refuse."""
    transactional = {"transactional_db", "live_server"} & set(request.fixturenames)
    marker = request.node.get_closest_marker("django_db")
    if not transactional and not (marker and marker.kwargs.get("transaction")):
        yield
        return
    request.getfixturevalue("transactional_db")
    from moei.journal import triggers

    with connection.schema_editor() as editor:
        triggers.install(editor)
    yield
    with connection.schema_editor() as editor:
        triggers.remove(editor)

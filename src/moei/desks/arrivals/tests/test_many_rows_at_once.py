"""After a list of hundreds the database knows how many rows there are: pages over them are planned by it."""

from __future__ import annotations

import pytest
from django.db import connection

from moei.casefile.models import Case, Person, SourceRecord
from moei.counted_anew import MANY, count_all_of_a_file, count_anew
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.tests.workbooks import workbook

pytestmark = pytest.mark.django_db


def known(*tables) -> list[int]:
    """How many rows the database believes to be in each."""
    names = [table._meta.db_table for table in tables]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT relname, reltuples FROM pg_class WHERE relname = ANY(%s)", [names])
            found = {name: round(rows) for name, rows in cursor.fetchall()}
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE name = 'sqlite_stat1'")
            rows = (
                cursor.execute("SELECT tbl, stat FROM sqlite_stat1").fetchall() if cursor.fetchall() else []
            )
            found = {name: int(stat.split()[0]) for name, stat in rows if stat}
    return [found.get(name, 0) for name in names]


def test_a_list_of_hundreds_is_counted(acting, anong, django_capture_on_commit_callbacks):
    rows = [(n, f"INVENTED {n}", "M", "", "Ethiopia", f"EP{n:07d}") for n in range(1, MANY + 2)]
    imp = upload_list(acting(anong), "long.xlsx", workbook(rows), "Border police")
    with django_capture_on_commit_callbacks() as callbacks:
        commit_import(acting(anong), imp)
    before = known(SourceRecord, Person, Case)
    for callback in callbacks:
        callback()
    there = [SourceRecord.objects.count(), Person.objects.count(), Case.objects_unchecked.count()]
    assert there[0] > MANY and known(SourceRecord, Person, Case) == there != before


def test_a_few_are_left_to_the_database(django_capture_on_commit_callbacks, release):
    with django_capture_on_commit_callbacks() as callbacks:
        count_anew(MANY - 1, SourceRecord)
        assert callbacks == []
        count_anew(MANY, SourceRecord)
    assert len(callbacks) == 1


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL looks at its tables by itself")
def test_a_server_that_starts_has_every_table_of_its_file_counted(release):
    count_all_of_a_file()
    assert known(type(release)) == [1]

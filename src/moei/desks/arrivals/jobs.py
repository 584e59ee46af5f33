"""Long work in the background: large lists are taken in, and large releases matched, by a worker.

The worker is django-tasks' own (`db_worker`); how far it is stands in a file (`progress`).
"""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django_tasks import task

from moei.access.acting import Acting, Invalid, Refused
from moei.access.models import Release, Staff
from moei.desks.arrivals import progress
from moei.desks.arrivals.actions.commit_import import commit_import
from moei.desks.arrivals.actions.match_people import match_again
from moei.desks.arrivals.models import ListImport

MATCHING = "Matching names"


@task()
def commit_in_background(import_id: str, staff_id: str, happened_at: str, replaces_id: str = "") -> None:
    """Take a list in. What goes wrong is written on the import in words; its rows are in then or not at all."""
    imp = ListImport.objects.select_related("release__site").get(pk=import_id)
    acting = Acting.at_once(Staff.objects.get(pk=staff_id), imp.release)
    replaces = ListImport.objects.get(pk=replaces_id) if replaces_id else None
    failure = "Something went wrong while this list was taken in. Try again; tell whoever runs the server if it stays so."
    try:
        commit_import(
            acting,
            imp,
            datetime.fromisoformat(happened_at),
            replaces=replaces,
            progress=progress.reporter(imp.id, MATCHING),
        )
        failure = ""
    except (Invalid, Refused) as refused:
        failure = str(refused)
    finally:
        ListImport.objects.filter(pk=import_id).update(working_since=None, failure=failure[:300])
        progress.forget(UUID(import_id))


@task()
def match_in_background(release_id: str, staff_id: str) -> None:
    release = Release.objects.select_related("site").get(pk=release_id)
    acting = Acting.at_once(Staff.objects.get(pk=staff_id), release)
    try:
        match_again(acting, progress.reporter(release.id, MATCHING))
    finally:
        progress.forget(release.id)

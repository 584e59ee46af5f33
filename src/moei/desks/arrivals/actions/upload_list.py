"""Read a list and stage it. A file that cannot be read is refused whole; the same bytes again change nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import IntegrityError, transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.crypto import file_digest
from moei.desks.arrivals import storage
from moei.desks.arrivals.models import ColumnCorrection, ListImport
from moei.desks.arrivals.staging import reading_as_json, stage_rows
from moei.engines.lists import ListKind, ListReading, UnreadableList, read_list
from moei.journal.ids import new_id

Progress = Callable[[int, int], None]
STANDING = (ListImport.State.STAGED, ListImport.State.COMMITTED)


def upload_list(
    acting: Acting,
    filename: str,
    data: bytes,
    sender: str,
    kind: ListKind | str | None = None,
    *,
    as_of: date | None = None,
    progress: Progress | None = None,
) -> ListImport:
    """Stage a list of `sender` for checking. `kind` overrides what its content says; ages count from `as_of`.

    Returns the import that stands already if these very bytes were uploaded to this release before.
    Raises `Invalid` (field `file`) in the reader's words when the file cannot be read; nothing is stored then.
    """
    require(acting, "lists.upload")
    sender = " ".join(sender.split())
    if not sender:
        raise Invalid({"sender": "Say who made or sent this list."})
    if len(data) > settings.MAX_LIST_BYTES:
        limit = settings.MAX_LIST_BYTES // 1024 // 1024
        raise Invalid(
            {"file": "This file is larger than %(limit)s MB. A list of people is smaller: remove pictures."},
            limit=limit,
        )
    name = Path(filename.replace("\\", "/")).name[:150] or "list"
    sha256 = file_digest(data)
    standing = _standing(acting, sha256)
    if standing is not None:
        return standing
    reading = read(acting, data, name, corrections_of(sender), as_of, progress)
    imp = ListImport(
        id=new_id(),
        release=acting.release,
        filename=name,
        sender=sender[:120],
        kind=_kind(kind) or reading.kind.value,
        kind_corrected=bool(kind) and kind != reading.kind,
        sha256=sha256,
        size=len(data),
        rows=len(reading.rows),
        reading=reading_as_json(reading),
        as_of=as_of,
        uploaded_by=acting.staff,
        uploaded_at=acting.now,
    )
    return _store(acting, imp, reading, data)


def _store(acting: Acting, imp: ListImport, reading: ListReading, data: bytes) -> ListImport:
    try:
        with transaction.atomic():
            imp.save(force_insert=True)
            stage_rows(imp, reading.rows)
            changed(
                acting,
                "list.uploaded",
                data={"import": str(imp.id), "kind": imp.kind, "rows": imp.rows, "sha256": imp.sha256},
            )
            storage.keep(imp.id, data)
    except IntegrityError:
        # Somebody uploaded the same bytes while this was being read.
        standing = _standing(acting, imp.sha256)
        if standing is None:
            raise
        return standing
    except BaseException:
        with contextlib.suppress(OSError):
            storage.path_of(imp.id).unlink()
        raise
    return imp


def read(
    acting: Acting,
    data: bytes,
    filename: str,
    corrections: Mapping[str, str],
    as_of: date | None,
    progress: Progress | None = None,
) -> ListReading:
    """Read with the site's limits. Ages of a list that states no date count from the day the release began."""
    limit = acting.release.site.max_list_rows

    def attempt(day: date | None) -> ListReading:
        return read_list(
            data, filename, max_rows=limit, corrections=corrections, progress=progress, as_of=day
        )

    try:
        reading = attempt(as_of)
        if (
            as_of is None
            and reading.list_date is None
            and any(text.startswith("no_date") for text in reading.problems)
        ):
            reading = attempt(acting.release.site.day_of(acting.release.began_at))
    except UnreadableList as refused:
        raise Invalid({"file": refused.message}) from refused
    return reading


def corrections_of(sender: str) -> dict[str, str]:
    """What people said before about this sender's columns."""
    rows = ColumnCorrection.objects.filter(sender=sender.casefold()[:120])
    return dict(rows.values_list("column", "meaning"))


def _standing(acting: Acting, sha256: str) -> ListImport | None:
    return ListImport.objects.filter(release=acting.release, sha256=sha256, state__in=STANDING).first()


def _kind(kind: ListKind | str | None) -> str:
    if not kind:
        return ""
    try:
        return ListKind(kind).value
    except ValueError:
        raise Invalid({"kind": "Choose one of the kinds of list."}) from None

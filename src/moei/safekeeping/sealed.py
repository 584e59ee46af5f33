"""Everything that is sealed under the key file, wherever it lies: what a change of the root key must reach.

A test looks through the program for other places that seal.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.db.models import QuerySet

from moei.casefile.actions.attachments import context_of, path_of
from moei.casefile.models import Attachment
from moei.crypto import Keyring, SealError, new_token, sealed_with
from moei.desks.arrivals import storage
from moei.desks.arrivals.models import ListImport
from moei.desks.evidence.models import Evidence, WorkingCopy
from moei.desks.evidence.storage import context_of_key as context_of_evidence
from moei.journal.keys import context_of_key
from moei.journal.models import SubjectKey
from moei.signin import second_factors

BATCH = 500

# Takes the key ring; yields the id of the key that had sealed each thing, after sealing it again if it was an old one.
Renewal = Callable[[Keyring], Iterator[str]]
# Where it lies, what it was sealed for, and whether the database still names it.
SealedFile = tuple[Path, str, Callable[[], bool]]
Files = Callable[[], Iterator[SealedFile]]


@dataclass(frozen=True)
class Kind:
    """One kind of sealed things: its name in words, how many there are, which keys sealed them, sealing them again."""

    name: str
    count: Callable[[], int]
    key_ids: Callable[[], Iterator[str]]
    renew: Renewal


# -- keys of persons ------------------------------------------------------------------------------------


def _subject_key_ids() -> Iterator[str]:
    for wrapped in SubjectKey.objects.values_list("wrapped", flat=True).iterator(chunk_size=BATCH):
        yield sealed_with(bytes(wrapped))


def _renew_subject_keys(ring: Keyring) -> Iterator[str]:
    """In batches; a key that is destroyed meanwhile stays destroyed, because rows are only updated."""
    last = None
    while True:
        rows = SubjectKey.objects.order_by("subject")
        batch = list((rows if last is None else rows.filter(subject__gt=last))[:BATCH])
        if not batch:
            return
        last = batch[-1].subject
        renewed = []
        for row in batch:
            before = sealed_with(bytes(row.wrapped))
            if before != ring.current:
                context = context_of_key(row.subject)
                row.wrapped = ring.seal(ring.open(bytes(row.wrapped), context), context)
                renewed.append(row)
            yield before
        if renewed:
            SubjectKey.objects.bulk_update(renewed, ["wrapped"])


# -- keys of evidence: the files themselves stay as they are --------------------------------------------


def _evidence_keys(model: type[Evidence] | type[WorkingCopy]) -> Iterator[tuple[UUID, bytes]]:
    for pk, key in (
        model.objects.filter(key__isnull=False).values_list("pk", "key").iterator(chunk_size=BATCH)
    ):
        yield pk, bytes(key or b"")


def _evidence_key_ids() -> Iterator[str]:
    for model in (Evidence, WorkingCopy):
        for _pk, key in _evidence_keys(model):
            yield sealed_with(key)


def _renew_evidence_keys(ring: Keyring) -> Iterator[str]:
    """A key that is destroyed meanwhile stays destroyed: only the one that was read is replaced."""
    for model in (Evidence, WorkingCopy):
        for pk, key in list(_evidence_keys(model)):
            before = sealed_with(key)
            if before != ring.current:
                context = context_of_evidence(pk, working=model is WorkingCopy)
                model.objects.filter(pk=pk, key=key).update(key=ring.seal(ring.open(key, context), context))
            yield before


def _count_evidence_keys() -> int:
    return sum(model.objects.filter(key__isnull=False).count() for model in (Evidence, WorkingCopy))


# -- files -----------------------------------------------------------------------------------------------


def _attachments() -> Iterator[SealedFile]:
    for row in Attachment.objects.only("id", "case_id").iterator(chunk_size=BATCH):
        yield path_of(row), context_of(row), Attachment.objects.filter(id=row.id).exists


def _lists() -> Iterator[SealedFile]:
    for import_id in ListImport.objects.values_list("id", flat=True).iterator(chunk_size=BATCH):
        yield (
            storage.path_of(import_id),
            storage.context_of(import_id),
            ListImport.objects.filter(id=import_id).exists,
        )


def _file_key_ids(files: Files) -> Iterator[str]:
    for path, _context, _exists in files():
        if path.exists():
            with path.open("rb") as file:
                yield sealed_with(file.read(300))


def _renew_files(files: Files, ring: Keyring) -> Iterator[str]:
    """Each file is replaced as a whole, so a reader gets the former or the new one."""
    for path, context, exists in files():
        try:
            sealed = path.read_bytes()
        except FileNotFoundError:
            continue
        before = sealed_with(sealed)
        if before != ring.current:
            _write_whole(path, ring.seal(ring.open(sealed, context), context))
            if not exists():
                path.unlink(missing_ok=True)  # erased meanwhile: it must not come back
        yield before


def _write_whole(path: Path, data: bytes) -> None:
    draft = path.with_name(f".{path.name}.{new_token(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


# -- second factors ---------------------------------------------------------------------------------------


def _with_secrets() -> QuerySet[Authenticator]:
    return Authenticator.objects.filter(type__in=second_factors.WITH_SECRETS)


def _second_factor_key_ids() -> Iterator[str]:
    for row in _with_secrets().iterator(chunk_size=BATCH):
        yield from second_factors.key_ids(row)


def _renew_second_factors(ring: Keyring) -> Iterator[str]:
    for pk in list(_with_secrets().values_list("pk", flat=True)):
        # Recovery codes are marked as used in the same field: the row is locked while it is read and written.
        with transaction.atomic():
            row = Authenticator.objects.select_for_update().filter(pk=pk).first()
            if row is None:
                continue
            try:
                found = second_factors.seal_again(row, ring)
            except SealError as error:
                raise SealError(
                    f"The second step of {row.user.get_username()} is another account's, or was changed. "
                    "Let two agencies remove it, then start again."
                ) from error
            if any(key_id != ring.current for key_id in found):
                row.save(update_fields=["data"])
        yield from found


FILES: tuple[tuple[str, Files, Callable[[], int]], ...] = (
    ("attachments", _attachments, Attachment.objects.count),
    ("lists", _lists, ListImport.objects.count),
)
KINDS = (
    Kind("keys of persons", SubjectKey.objects.count, _subject_key_ids, _renew_subject_keys),
    Kind("keys of evidence", _count_evidence_keys, _evidence_key_ids, _renew_evidence_keys),
    *(
        Kind(name, count, partial(_file_key_ids, files), partial(_renew_files, files))
        for name, files, count in FILES
    ),
    Kind("second factors", lambda: _with_secrets().count(), _second_factor_key_ids, _renew_second_factors),
)

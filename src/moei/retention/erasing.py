"""Erasing one human being: the key, the rows, the files. Called inside a transaction, with the release locked."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.sessions.models import Session

from moei.casefile.erased_with_person import erase_with
from moei.casefile.models import (
    Attachment,
    Case,
    DeviceOperation,
    FamilyGroup,
    IdentityDocument,
    Person,
    PersonName,
    RecordLink,
    SourceRecord,
)
from moei.desks.arrivals.models import ListImport, ReviewWarning, StagedRows
from moei.journal.models import FormerValue, SubjectKey
from moei.retention.files import attachment_file, doom, list_file
from moei.retention.reach import Rows, delete, ids_where, rows_hanging_on, rows_naming

# What is left of a row of a list: which list, which row, and that it was erased. Counts of the list still add up.
_TEXTS = (
    "list_name",
    "name",
    "name_native",
    "given",
    "surname",
    "sex",
    "nationality",
    "document_number",
    "document_kind",
    "phone",
    "note",
)
_DATES = ("birth_date", "birth_from", "birth_to")
# A shorter word says nothing of whom it means.
_TELLING = 5
_PART = 4


@dataclass(frozen=True)
class Erased:
    """How much went: rows of the database, rows of lists that were blanked, files."""

    rows: int
    blanked: int
    files: int


def erase_people(people: Collection[UUID], *, now: datetime) -> Erased:
    """Everything of these persons, who are one human being: their own file and all that were joined into it."""
    cases = set(Case.objects_unchecked.filter(person__in=people).values_list("id", flat=True))
    families = set(FamilyGroup.objects.filter(members__in=people).values_list("id", flat=True))
    records = _records_about(people)
    words = _words_of(people, records)
    release = Person.objects.filter(pk__in=people).values_list("release_id", flat=True).first()
    blanked, hanging_on_records = blank_records(records, now=now)
    files = [attachment_file(row) for row in Attachment.objects.filter(case__in=cases)]
    doom(files, now=now)
    rows = rows_hanging_on({Person: set(people)})
    _add(rows, hanging_on_records)
    _add(rows, rows_naming({*people, *cases}))
    every_id = {pk for ids in rows.values() for pk in ids if isinstance(pk, UUID)}
    # Submissions of forms that made any of these rows.
    _add(rows, {DeviceOperation: ids_where(DeviceOperation, "result", every_id)})
    # What a desk knows by a commitment alone is found while the key is there.
    count = erase_with(people)
    # The key first: whatever else happens to the rows, former values and commitments are noise from here on.
    SubjectKey.objects.filter(subject__in=people).delete()
    FormerValue.objects.filter(subject__in=people).delete()
    count += delete(rows)
    _tidy_families(families)
    if release:
        _scrub_evidence(release, words)
        _rename_lists(release, words)
    _end_sessions_that_say(words)
    return Erased(count, blanked, len(files))


def blank_records(records: Collection[UUID], *, now: datetime) -> tuple[int, Rows]:
    """Rows of lists lose what they say and stay in the count of their list; a registration goes altogether.

    Returns how many were blanked, and the rows of other tables that have to go with them. The sealed file of a list
    that named somebody goes as well: it would still tell who they were.
    """
    rows = SourceRecord.objects.filter(pk__in=records)
    listed = rows.filter(origin=SourceRecord.Origin.LIST)
    sources = {source for source in listed.values_list("source", flat=True) if source}
    registrations = set(rows.filter(origin=SourceRecord.Origin.REGISTRATION).values_list("pk", flat=True))
    going = rows_hanging_on({SourceRecord: set(records)})
    going[SourceRecord] = registrations
    _add(going, rows_naming(records))
    going.get(SourceRecord, set()).difference_update(set(records) - registrations)
    _remove_warnings({str(record) for record in records})
    blank: dict[str, Any] = dict.fromkeys(_TEXTS, "") | dict.fromkeys(_DATES)
    count = listed.filter(voided_at__isnull=True).update(**blank, problems=SourceRecord.ERASED, voided_at=now)
    count += listed.filter(voided_at__isnull=False).update(**blank, problems=SourceRecord.ERASED)
    forget_lists(sources, now=now)
    return count, going


def forget_lists(imports: Collection[UUID], *, now: datetime) -> None:
    """The file, the examples and the rows that the reading quotes; and the name of a list of which no row is left."""
    doom((file for file in map(list_file, imports) if file.absolute.exists()), now=now)
    for imp in ListImport.objects.filter(pk__in=imports):
        imp.reading = without_quotes(imp.reading)
        if not SourceRecord.objects.filter(source=imp.pk).exclude(problems=SourceRecord.ERASED).exists():
            imp.filename = ""
            imp.undone_reason = imp.failure = ""
        imp.save(update_fields=["reading", "filename", "undone_reason", "failure"])
    StagedRows.objects.filter(list_import__in=imports).delete()


def without_quotes(reading: dict[str, Any]) -> dict[str, Any]:
    """What was understood of a list, without anything that it said of anybody."""
    sheets = [
        {
            **sheet,
            "set_aside": [],
            "columns": [{**column, "examples": []} for column in sheet.get("columns", [])],
        }
        for sheet in reading.get("sheets", [])
    ]
    return {**reading, "sheets": sheets, "problem_rows": [], "problems": []} if reading else reading


def _records_about(people: Collection[UUID]) -> set[UUID]:
    """Rows that are about them now, and those that were last and are about nobody else."""
    links = RecordLink.objects.filter(person__in=people)
    now_about = set(links.filter(ended_at__isnull=True).values_list("record_id", flat=True))
    once = set(links.filter(ended_at__isnull=False).values_list("record_id", flat=True)) - now_about
    others = RecordLink.objects.filter(record__in=once).exclude(person__in=people)
    active = set(others.filter(ended_at__isnull=True).values_list("record_id", flat=True))
    return now_about | (once - active)


def _words_of(people: Collection[UUID], records: Collection[UUID]) -> set[str]:
    """What would tell of whom something speaks: whole names, numbers of documents and telephones."""
    found: set[str] = set()
    for name, native in Person.objects.filter(pk__in=people).values_list("name", "name_native"):
        found |= {name, native}
    found |= set(PersonName.objects.filter(person__in=people).values_list("text", flat=True))
    found |= set(IdentityDocument.objects.filter(person__in=people).values_list("number", flat=True))
    found |= set(Case.objects_unchecked.filter(person__in=people).values_list("number", flat=True))
    rows = SourceRecord.objects.filter(pk__in=records)
    for row in rows.values_list("name", "name_native", "document_number", "phone"):
        found |= set(row)
    return {word.strip() for word in found if len(word.strip()) >= _TELLING}


def _remove_warnings(records: Collection[str]) -> None:
    """Warnings of matching quote names and numbers; the next matching makes anew those that still hold."""
    rows = ReviewWarning.objects.values_list("pk", "records")
    ReviewWarning.objects.filter(pk__in=[pk for pk, named in rows if set(named) & set(records)]).delete()


def _tidy_families(families: Iterable[UUID]) -> None:
    """A group of nobody goes; one that bears the number of an erased case takes that of a member who is left."""
    for family in FamilyGroup.objects.filter(pk__in=list(families)):
        numbers = list(
            Case.objects_unchecked.filter(person__family=family)
            .order_by("opened_at")
            .values_list("number", flat=True)
        )
        if not numbers:
            family.delete()
        elif family.label not in numbers:
            family.label = numbers[0]
            family.save(update_fields=["label"])


def _scrub_evidence(release: UUID, words: set[str]) -> None:
    """Why a row was linked to somebody else can quote the erased: names and numbers that are not also their own."""
    rows = RecordLink.objects.filter(record__release=release).exclude(evidence=[])
    for pk, person, record, evidence in rows.values_list("pk", "person_id", "record_id", "evidence"):
        said = "\n".join(map(str, evidence))
        telling = {word for word in words if word in said}
        telling -= _words_of([person], [record]) if telling else set()
        if telling:
            kept = [line for line in evidence if not any(word in str(line) for word in telling)]
            RecordLink.objects.filter(pk=pk).update(evidence=kept)


def _rename_lists(release: UUID, words: set[str]) -> None:
    """Somebody can have named a file after a person. Then the list has no name any more, and neither have its rows."""
    parts = {part.casefold() for word in words for part in word.split() if len(part) >= _PART}
    names = SourceRecord.objects.filter(release=release).values_list("list_name", flat=True).distinct()
    telling = [name for name in names if any(part in name.casefold() for part in parts)]
    for name in telling:
        SourceRecord.objects.filter(release=release, list_name=name).update(list_name="")
    for pk, name in ListImport.objects.filter(release=release).values_list("pk", "filename"):
        if any(part in name.casefold() for part in parts):
            ListImport.objects.filter(pk=pk).update(filename="")


def _end_sessions_that_say(words: set[str]) -> None:
    """A message that nobody has read yet can stand in a session."""
    for session in Session.objects.iterator():
        said = str(session.get_decoded())
        if any(word in said for word in words):
            session.delete()


def _add(rows: Rows, more: Rows) -> None:
    for model, ids in more.items():
        rows.setdefault(model, set()).update(ids)

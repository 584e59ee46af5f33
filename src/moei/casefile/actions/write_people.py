"""Write people and cases in bulk from their source records: the part that resolving and registering share."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from moei.access.acting import Acting
from moei.access.journalled import changed_many, note
from moei.casefile.ages import refresh_ages
from moei.casefile.describing import Description, describe
from moei.casefile.folding import joined_into, protocol, standing_for
from moei.casefile.models import (
    Case,
    CaseEvent,
    IdentityDocument,
    NameToken,
    Nationality,
    Person,
    PersonName,
    RecordLink,
    SourceRecord,
)
from moei.casefile.models.case import new_case_number
from moei.casefile.searching import index_people, tokens_of
from moei.engines.protocol import EventKind
from moei.journal.models import Entry

_BIRTH = ("birth_from", "birth_to", "birth_precision")
DESCRIBED = ("name", "name_native", "sex", *_BIRTH, "nationality")


def open_people(
    acting: Acting,
    clusters: Mapping[UUID, Sequence[UUID]],
    records: Mapping[UUID, SourceRecord],
    how: RecordLink.How = RecordLink.How.AUTOMATIC,
    evidence: Mapping[UUID, list[str]] | None = None,
) -> None:
    """A person, a case and links for each cluster (person id -> record ids)."""
    people, cases, links = [], [], []
    described: dict[UUID, Description] = {}
    version = protocol(acting.release.protocol).version
    numbers = iter(fresh_case_numbers(len(clusters)))
    for person_id, record_ids in clusters.items():
        about = describe([records[record_id] for record_id in record_ids])
        described[person_id] = about
        person = Person(
            id=person_id, release=acting.release, **{field: getattr(about, field) for field in DESCRIBED}
        )
        people.append(person)
        cases.append(
            Case(
                number=next(numbers),
                release=acting.release,
                site_id=acting.release.site_id,
                person=person,
                protocol=acting.release.protocol,
                protocol_version=version,
                opened_at=acting.now,
            )
        )
        links += [
            RecordLink(
                record_id=record_id,
                person=person,
                how=how,
                evidence=(evidence or {}).get(record_id, []),
                linked_at=acting.now,
            )
            for record_id in record_ids
        ]
    Person.objects.bulk_create(people, batch_size=500)
    Case.objects_unchecked.bulk_create(cases, batch_size=500)
    RecordLink.objects.bulk_create(links, batch_size=500)
    _write_details(described)
    changed_many(
        acting,
        [
            note(
                acting,
                "case.opened",
                case=case.id,
                subject=case.person_id,
                changes={
                    field: (None, getattr(described[case.person_id], field))
                    for field in DESCRIBED
                    if getattr(described[case.person_id], field)
                },
                data={"records": len(clusters[case.person_id])},
            )
            for case in cases
        ],
    )


def fresh_case_numbers(count: int) -> list[str]:
    """Random case numbers that no case has. Of ten thousand drawn blindly, two are alike every second time."""
    found: dict[str, None] = {}
    while len(found) < count:
        drawn = [new_case_number() for _ in range(min(count - len(found), 500))]
        taken = set(Case.objects_unchecked.filter(number__in=drawn).values_list("number", flat=True))
        found |= dict.fromkeys(number for number in drawn if number not in taken)
    return list(found)


def redescribe(acting: Acting, person_ids: Collection[UUID]) -> None:
    """Take over again what the records say, for persons that nobody has registered yet.

    A field that somebody corrected by hand stays, until a later registration says what it is.
    """
    registered = set(
        CaseEvent.objects.filter(case__person_id__in=person_ids, kind=EventKind.REGISTERED).values_list(
            "case__person_id", flat=True
        )
    )
    records: defaultdict[UUID, list[SourceRecord]] = defaultdict(list)
    links = RecordLink.objects.filter(person_id__in=person_ids, ended_at__isnull=True).select_related(
        "record"
    )
    for link in links:
        records[link.person_id].append(link.record)
    corrected = _corrected_fields(records)
    changing, notes = [], []
    described: dict[UUID, Description] = {}
    for person in Person.objects.filter(id__in=set(records)):
        about = described[person.id] = describe(records[person.id])
        if person.id in registered:
            continue
        before = {field: getattr(person, field) for field in DESCRIBED}
        after = {field: getattr(about, field) for field in DESCRIBED}
        different = {
            field: (before[field], after[field])
            for field in DESCRIBED
            if before[field] != after[field] and field not in corrected[person.id]
        }
        if different:
            for field, (_old, new) in different.items():
                setattr(person, field, new)
            changing.append(person)
            notes.append(note(acting, "person.described", subject=person.id, changes=different))
    Person.objects.bulk_update(changing, list(DESCRIBED), batch_size=200)
    if above := standing_for([person.id for person in changing]):
        refresh_ages(above)
    changed_many(acting, notes)
    _write_details(described)


def _corrected_fields(records: Mapping[UUID, Sequence[SourceRecord]]) -> defaultdict[UUID, set[str]]:
    """Fields of each person that were corrected since they were last registered; a birth date is one field."""
    found: defaultdict[UUID, set[str]] = defaultdict(set)
    entries = Entry.objects.filter(action="identity.corrected", subject__in=list(records))
    for entry in entries.only("subject", "recorded_at", "fields"):
        assert entry.subject is not None  # by the filter
        registered = (
            record.recorded_at
            for record in records[entry.subject]
            if record.origin == SourceRecord.Origin.REGISTRATION
        )
        if all(entry.recorded_at > at for at in registered):
            born = set(_BIRTH) if set(_BIRTH) & set(entry.fields) else set()
            found[entry.subject] |= set(entry.fields) | born
    return found


def hide_empty(acting: Acting, person_ids: Collection[UUID]) -> None:
    """A case whose records have all gone elsewhere is hidden; if records come back, it is shown again.

    A person's records are also those of whoever was joined into them.
    """
    concerned = set(person_ids) | standing_for(person_ids)
    together = joined_into(list(concerned))
    everybody = {person for group in together.values() for person in group}
    holding = set(
        RecordLink.objects.filter(person_id__in=everybody, ended_at__isnull=True).values_list(
            "person_id", flat=True
        )
    )
    cases = Case.objects_unchecked.filter(person_id__in=concerned, person__merged_into__isnull=True)
    notes = []
    for case in cases:
        hidden = not (together[case.person_id] & holding)
        if hidden != case.hidden:
            case.hidden = hidden
            case.save(update_fields=["hidden"])
            action = "case.hidden" if hidden else "case.shown"
            notes.append(note(acting, action, case=case.id, subject=case.person_id))
    changed_many(acting, notes)


def _write_details(described: Mapping[UUID, Description]) -> None:
    """Names, nationalities, documents and search tokens: rows are added, never taken away."""
    names, nationalities, documents = [], [], []
    tokens: list[NameToken] = []
    for person_id, about in described.items():
        names += [
            PersonName(person_id=person_id, kind=PersonName.Kind.GIVEN, text=text) for text in about.names
        ]
        names += [
            PersonName(person_id=person_id, kind=PersonName.Kind.NATIVE, text=text) for text in about.natives
        ]
        nationalities += [Nationality(person_id=person_id, code=code) for code in about.nationalities]
        documents += [
            IdentityDocument(person_id=person_id, kind=kind, number=number, issuer=issuer)
            for kind, number, issuer in about.documents
        ]
        keys = [number for _kind, number, _issuer in about.documents] + list(about.phones)
        tokens += tokens_of(person_id, [*about.names, *about.natives], keys)
    PersonName.objects.bulk_create(names, batch_size=500, ignore_conflicts=True)
    Nationality.objects.bulk_create(nationalities, batch_size=500, ignore_conflicts=True)
    IdentityDocument.objects.bulk_create(documents, batch_size=500, ignore_conflicts=True)
    index_people(tokens)

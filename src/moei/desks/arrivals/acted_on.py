"""On whom a member of staff has acted. What the program links by itself and what lists bring does not count."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from uuid import UUID

from moei.access.models import CaseGrant
from moei.casefile.actions.resolve_people import FROM_LISTS
from moei.casefile.models import (
    Attachment,
    Case,
    CaseEvent,
    Consent,
    Disclosure,
    Judgement,
    Need,
    PersonMerge,
    RecordLink,
)
from moei.journal.models import Entry

_CHUNK = 400
# Changes that stand in no table of their own but in the journal.
_BY_HAND = ("identity.corrected", "event.void_reason")


def people_acted_on(person_ids: Collection[UUID]) -> set[UUID]:
    """Which of these persons somebody acted on: an event, a link, a judgement, a merge, needs, consent and the like."""
    ids = list(person_ids)
    found: set[UUID] = set()
    for start in range(0, len(ids), _CHUNK):
        found |= _among(ids[start : start + _CHUNK])
    return found


def _among(ids: list[UUID]) -> set[UUID]:
    found: set[UUID] = set()

    def add(values: Iterable[UUID | None]) -> None:
        found.update(value for value in values if value is not None)

    listed = [kind.value for kind in FROM_LISTS]
    events = CaseEvent.objects.filter(case__person_id__in=ids)
    add(events.exclude(kind__in=listed).values_list("case__person_id", flat=True))
    active = RecordLink.objects.filter(person_id__in=ids, ended_at__isnull=True)
    add(active.filter(how=RecordLink.How.STAFF).values_list("person_id", flat=True))
    records = dict(active.values_list("record_id", "person_id"))
    judged = Judgement.objects.filter(ended_at__isnull=True).exclude(verdict=Judgement.Verdict.LATER)
    for side in ("left_id", "right_id"):
        record_links = active.filter(record_id__in=judged.values(side))
        add(records.get(record) for record in record_links.values_list("record_id", flat=True))
    merges = PersonMerge.objects.filter(undone_at__isnull=True)
    add(merges.filter(kept_id__in=ids).values_list("kept_id", flat=True))
    add(merges.filter(merged_id__in=ids).values_list("merged_id", flat=True))
    add(Need.objects.filter(person_id__in=ids).values_list("person_id", flat=True))
    for model in (Consent, Disclosure, Attachment):
        add(model.objects.filter(case__person_id__in=ids).values_list("case__person_id", flat=True))
    cases = dict(Case.objects_unchecked.filter(person_id__in=ids).values_list("id", "person_id"))
    add(
        cases.get(case)
        for case in CaseGrant.objects.filter(case_id__in=cases).values_list("case_id", flat=True)
    )
    add(Entry.objects.filter(action__in=_BY_HAND, subject__in=ids).values_list("subject", flat=True))
    return found

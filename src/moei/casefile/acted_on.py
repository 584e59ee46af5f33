"""On whom a member of staff has acted. What the program links by itself and what lists bring does not count."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Model, Q, QuerySet

from moei.access.models import CaseGrant, Release
from moei.casefile.models import (
    Attachment,
    Case,
    CaseEvent,
    Complaint,
    Consent,
    ContactPlan,
    Disclosure,
    Filming,
    Judgement,
    Need,
    Person,
    PersonMerge,
    PropertyItem,
    ProtectionConcern,
    RecordLink,
    Request,
    TravelCheck,
    TravelDocument,
    Wish,
    Wristband,
)
from moei.engines.protocol import EventKind
from moei.journal.models import Entry

# Events that only a list brings; any other event means that somebody acted on the person.
FROM_LISTS = (EventKind.REPORTED, EventKind.LISTED, EventKind.HANDED_OVER, EventKind.VOIDED)
_ABOUT_A_CASE: tuple[type[Model], ...] = (
    Consent,
    Disclosure,
    Attachment,
    Wristband,
    Wish,
    Request,
    Complaint,
    ContactPlan,
    Filming,
    PropertyItem,
    ProtectionConcern,
    TravelCheck,
    TravelDocument,
)
# Few at a time: a condition of thousands of ids would be too long for the database.
_CHUNK = 400
# Changes that stand in no table of the case file, but in the journal.
_BY_HAND = (
    "identity.corrected",
    "event.void_reason",
    "family.changed",
    "medical_note.written",
    "care_note.written",
    "claim.asked",
    "plan.made",
    "referral.offered",
    "referral.sections_agreed",
    "rights.told",
    "stay.reserved",
    "safety.recorded",
    "safety.grouped",
)


def people_acted_on(person_ids: Collection[UUID]) -> set[UUID]:
    """Which of these persons somebody acted on: an event, a link, a judgement, a merge, needs, consent and the like."""
    ids = list(person_ids)
    found: set[UUID] = set()
    for start in range(0, len(ids), _CHUNK):
        part = ids[start : start + _CHUNK]
        found |= _acted_on(part, Q(subject__in=part))
    return found


def everybody_acted_on(release: Release) -> set[UUID]:
    """All persons of a release on whom somebody acted, in a constant number of queries."""
    return _acted_on(Person.objects.filter(release=release).values("id"), Q(release=release.id))


def _acted_on(people: Sequence[UUID] | QuerySet[Person, Any], entries: Q) -> set[UUID]:
    """`people` are ids, also as a query that gives them; `entries` is the condition for the journal."""
    found: set[UUID] = set()

    def among(path: str) -> Q:
        return Q(**{f"{path}__in": people})

    def add(values: Iterable[UUID | None]) -> None:
        found.update(value for value in values if value is not None)

    events = CaseEvent.objects.filter(among("case__person_id"))
    acted = events.exclude(kind__in=[kind.value for kind in FROM_LISTS])
    add(acted.values_list("case__person_id", flat=True))
    active = RecordLink.objects.filter(among("person_id"), ended_at__isnull=True)
    add(active.filter(how=RecordLink.How.STAFF).values_list("person_id", flat=True))
    judged = Judgement.objects.filter(ended_at__isnull=True).exclude(verdict=Judgement.Verdict.LATER)
    for side in ("left_id", "right_id"):
        add(active.filter(record_id__in=judged.values(side)).values_list("person_id", flat=True))
    # Also those who were taken apart again: somebody found that they are two.
    add(PersonMerge.objects.filter(among("kept_id")).values_list("kept_id", flat=True))
    add(PersonMerge.objects.filter(among("merged_id")).values_list("merged_id", flat=True))
    add(Need.objects.filter(among("person_id")).values_list("person_id", flat=True))
    for model in _ABOUT_A_CASE:
        rows = model._default_manager.filter(among("case__person_id"))
        add(rows.values_list("case__person_id", flat=True))
    opened = CaseGrant.objects.values("case_id")
    cases = Case.objects_unchecked.filter(among("person_id"), id__in=opened)
    add(cases.values_list("person_id", flat=True))
    add(Entry.objects.filter(entries, action__in=_BY_HAND).values_list("subject", flat=True))
    return found

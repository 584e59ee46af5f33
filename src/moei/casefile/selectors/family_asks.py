"""People who are here and whom a family reported missing. A caseworker tells the family, with their yes (P12)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.db.models.functions import Coalesce

from moei.access.acting import Acting
from moei.access.decide import can
from moei.access.policy import Section
from moei.casefile.folding import joined_into
from moei.casefile.models import Case, Consent, Purpose, RecordLink
from moei.casefile.selectors.cases import CaseFile, visible_cases

SHOWN = 20


class Answer(StrEnum):
    """What the person said when asked whether their family may be told."""

    NOT_ASKED = "not-asked"
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class ToAsk:
    """Those who are here longest, at most `SHOWN` of them, and how many there are in all."""

    cases: list[Case]
    total: int


def answers(person_ids: Sequence[UUID]) -> dict[UUID, Answer]:
    """The standing answer of each of these persons, whichever of their files it was given in."""
    groups = joined_into(person_ids)
    everybody = {person for group in groups.values() for person in group}
    found = Consent.objects.filter(case__person__in=everybody, purpose=Purpose.FAMILY)
    given: dict[UUID, list[bool]] = {}
    for consent in found.select_related("case"):
        given.setdefault(consent.case.person_id, []).append(consent.in_force)
    return {
        person: _answer([said for one in group for said in given.get(one, ())])
        for person, group in groups.items()
    }


def _answer(said: Collection[bool]) -> Answer:
    return Answer.YES if any(said) else Answer.NO if said else Answer.NOT_ASKED


def family_asks(file: CaseFile, consents: Collection[Consent]) -> Answer | None:
    """From the answers on the page of the case. None unless a family reported this person and they arrived."""
    if file.case.arrived_at is None or not _reports().filter(person__in=file.people).exists():
        return None
    return _answer([consent.in_force for consent in consents if consent.purpose == Purpose.FAMILY])


def to_ask(acting: Acting) -> ToAsk:
    """Whose person is to be asked, of the cases of which they may write down the answer."""
    asked = Consent.objects.filter(purpose=Purpose.FAMILY).annotate(
        who=Coalesce("case__person__merged_into_id", "case__person_id")
    )
    readable: QuerySet[Case] = visible_cases(
        acting.staff, acting.release.id, now=acting.now, section=Section.CONSENT
    )
    waiting = readable.filter(
        Exists(_reports().filter(who=OuterRef("person_id"))),
        ~Exists(asked.filter(who=OuterRef("person_id"))),
        arrived_at__isnull=False,
    ).order_by(F("arrived_at").asc(), "number")
    first = [case for case in waiting[:SHOWN] if can(acting.staff, "consent.record", case, now=acting.now)]
    return ToAsk(first, len(first) if len(first) < SHOWN else waiting.count())


def _reports() -> QuerySet[Any, Any]:
    """Reports of families that count, each with the person it is about now."""
    return RecordLink.objects.filter(
        ended_at__isnull=True, record__voided_at__isnull=True, record__kind="family"
    ).annotate(who=Coalesce("person__merged_into_id", "person_id"))

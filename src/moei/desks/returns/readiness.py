"""Whether somebody may leave: each precondition of the protocol, and what is there of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, Q, QuerySet
from django.utils.translation import get_language, gettext

from moei.casefile.feared_states import states_of
from moei.casefile.folding import joined_into, protocol
from moei.casefile.models import Case, ProtectionConcern, TravelCheck, TravelDocument
from moei.engines.protocol.model import BeforeReturn, Precondition, ReturnOf

M = TypeVar("M", bound=Model)


@dataclass(frozen=True)
class Asked:
    """One line of the checklist. `why` says what is missing, and is empty where nothing is."""

    code: str
    label: str
    met: bool
    why: str = ""
    stops: bool = False  # nothing anybody records makes up for it while it stands


@dataclass(frozen=True)
class Readiness:
    """The checklist of one person for one day and state of destination."""

    lines: tuple[Asked, ...]
    document: TravelDocument | None

    @property
    def ready(self) -> bool:
        return all(line.met for line in self.lines)

    @property
    def stopped(self) -> bool:
        return any(line.stops for line in self.lines)

    @property
    def missing(self) -> list[Asked]:
        return [line for line in self.lines if not line.met]

    def words(self) -> str:
        return "; ".join(line.why for line in self.missing)


def readiness(case: Case, *, state: str, on: date) -> Readiness:
    return readiness_of([case], state=state, on=on)[case.id]


def readiness_of(cases: Sequence[Case], *, state: str, on: date) -> dict[UUID, Readiness]:
    """By case, over all files that were joined into it. `state` ISO 3166 alpha-3; empty: not known yet, any counts.

    A constant number of queries for any number of cases; `case.person` should be at hand.
    """
    together = joined_into([case.person_id for case in cases])
    stands = {person: kept for kept, group in together.items() for person in group}
    papers: defaultdict[UUID, list[TravelDocument]] = defaultdict(list)
    for paper in (
        _of(TravelDocument.objects.select_related("case", "mission"), stands)
        .filter(
            Q(expires_on__isnull=True) | Q(expires_on__gte=on),
            voided_at__isnull=True,
            issued_at__isnull=False,
        )
        .order_by("-issued_at")
    ):
        papers[stands[paper.case.person_id]].append(paper)
    answers: defaultdict[UUID, dict[str, str]] = defaultdict(dict)
    for check in _of(TravelCheck.objects.select_related("case"), stands).order_by("answered_at", "id"):
        answers[stands[check.case.person_id]][check.code] = check.answer
    concerns = _of(ProtectionConcern.objects.filter(ended_at__isnull=True), stands)
    if state:
        concerns = concerns.filter(Q(state=state) | Q(state=""))
    feared = {stands[person] for person in concerns.values_list("case__person_id", flat=True)}
    acts = states_of({paper.mission for group in papers.values() for paper in group if paper.mission})
    found = {}
    for case in cases:
        who = case.person_id
        child = case.person.is_child(on)
        # A passport counts before a paper for one journey.
        held = sorted(papers[who], key=lambda paper: paper.kind != TravelDocument.Kind.PASSPORT)
        document = held[0] if held else None
        lines = tuple(
            _line(
                asked, document, answers[who], who in feared, confirmed=_acts_for(case, document, state, acts)
            )
            for asked in protocol(case.protocol).before_return
            if _asked_of(asked, child, document)
        )
        found[case.id] = Readiness(lines, document)
    return found


def _of(rows: QuerySet[M], people: dict[UUID, UUID]) -> QuerySet[M]:
    return rows.filter(case__person_id__in=list(people))


def _asked_of(asked: Precondition, child: bool, document: TravelDocument | None) -> bool:
    if asked.asked_of.value is ReturnOf.CHILD:
        return child
    if asked.asked_of.value is ReturnOf.WITHOUT_PASSPORT:
        return document is None or document.kind != TravelDocument.Kind.PASSPORT
    return True


def _acts_for(
    case: Case, document: TravelDocument | None, state: str, acts: Mapping[UUID, Collection[str]]
) -> bool:
    """The paper is of a mission of their own state or of the destination: no other one can confirm who they are."""
    if document is None or document.mission_id is None:
        return False
    return not state or not {state, case.person.nationality}.isdisjoint(acts[document.mission_id])


def _line(
    asked: Precondition,
    document: TravelDocument | None,
    answers: dict[str, str],
    feared: bool,
    *,
    confirmed: bool,
) -> Asked:
    label = asked.labels.get((get_language() or "en").split("-")[0], asked.labels["en"])
    if asked.code is BeforeReturn.NO_FEAR:
        why = gettext(
            "The person fears this state, seeks asylum or may have no nationality: no journey there"
        )
        return Asked(asked.code, label, not feared, why if feared else "", stops=feared)
    if asked.code is BeforeReturn.TRAVEL_DOCUMENT:
        why = gettext("No travel document that is valid on that day")
        return Asked(asked.code, label, document is not None, "" if document else why)
    if asked.code is BeforeReturn.EMBASSY_CONFIRMED:
        why = gettext("The embassy has not confirmed the person")
        return Asked(asked.code, label, confirmed, "" if confirmed else why)
    answer = answers.get(asked.code, "")
    waived = answer == TravelCheck.Answer.NOT_NEEDED and asked.may_be_waived.value
    if answer == TravelCheck.Answer.YES or waived:
        return Asked(asked.code, label, True)
    why = (
        gettext("%(what)s: answered no")
        if answer == TravelCheck.Answer.NO
        else gettext("%(what)s: not settled")
    )
    return Asked(asked.code, label, False, why % {"what": label})

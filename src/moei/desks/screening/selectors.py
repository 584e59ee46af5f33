"""Reading for the screening desk: answers, facts, the panel's seats, and who waits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import BooleanField, ExpressionWrapper, F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from moei.access.acting import Acting
from moei.access.models import Staff
from moei.access.policy import Section
from moei.casefile.folding import protocol
from moei.casefile.models import Case, CaseClock, Need, Person
from moei.casefile.selectors.cases import visible_cases
from moei.casefile.selectors.needs import needs_of, standing_needs
from moei.desks.screening.evidence import EvidencePanel, Quote, evidence
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Answer, Confirmation, Determination, Interview, Signature
from moei.desks.screening.recording import people_of
from moei.desks.screening.words import outcome_label, profession_label
from moei.engines.protocol import CaseState

# Stages of the protocol at which a case waits for this desk, and what it waits for.
WAITS_FOR = {
    "registered": "screening",
    "screened": "interview",
    "interview": "interview",
    "panel": "panel",
}
# Needs that are seen to first. They order the list; they say nothing about what the person told (P06).
URGENT = (Need.Code.AGE_UNSURE, Need.Code.MEDICAL, Need.Code.PREGNANT, Need.Code.INJURED)


def answers_of(case: Case) -> dict[str, Answer]:
    """The latest answer to each question, over all interviews of the person."""
    rows = Answer.objects.filter(case__person_id__in=people_of(case)).select_related("saved_by")
    rows = rows.order_by("question", "saved_at", "revision")
    return {row.question: row for row in rows}


def values_of(answers: Mapping[str, Answer]) -> dict[str, str]:
    return {name: answer.value for name, answer in answers.items() if answer.value}


def is_child(case: Case, state: CaseState) -> bool:
    """A child until registration has shown an adult, and when the file says otherwise since (P09): see `fold_case`."""
    return state.child is not False


def evidence_of(case: Case, state: CaseState) -> EvidencePanel:
    return evidence(identification_form(), values_of(answers_of(case)), is_child(case, state))


def interviews_of(case: Case) -> list[Interview]:
    """All sittings, the first one first."""
    rows = Interview.objects.filter(case__person_id__in=people_of(case))
    return list(
        rows.select_related("interviewer__agency", "interpreter__agency").order_by("started_at", "round")
    )


def quotes(answers: Mapping[str, str]) -> list[Quote]:
    """Every question that has an answer, in the form's order."""
    return [
        Quote(question, answers[question.name])
        for question in identification_form()
        if answers.get(question.name)
    ]


@dataclass(frozen=True)
class Fact:
    """Something known before the interview, as it is shown to be confirmed."""

    code: str
    label: str
    known: str
    confirmation: Confirmation | None


def known_facts(person: Person, interview: Interview | None) -> list[Fact]:
    """What lists and registration already say; facts that nobody knows are left out."""
    asked = {row.fact: row for row in interview.confirmations.all()} if interview else {}
    documents = ", ".join(person.documents.values_list("number", flat=True))
    born = ""
    if person.birth_from and person.birth_to:
        first, last = person.birth_from.isoformat(), person.birth_to.isoformat()
        born = (
            first if first == last else _("between %(first)s and %(last)s") % {"first": first, "last": last}
        )
    known = {
        "name": " / ".join(filter(None, (person.name, person.name_native))),
        "sex": person.get_sex_display() if person.sex else "",
        "birth_date": born,
        "nationality": person.nationality,
        "document": documents,
    }
    return [
        Fact(fact.value, str(fact.label), known[fact.value], asked.get(fact.value))
        for fact in Confirmation.Fact
        if known[fact.value]
    ]


@dataclass(frozen=True)
class Seat:
    """A profession's seat on the panel of the round. `signature` is None while it is empty."""

    profession: str
    label: str
    required: bool
    counts: bool
    signature: Signature | None


@dataclass(frozen=True)
class PanelView:
    """The panel as it may be shown to one reader.

    What others signed is shown only to who has signed, or once the round is over: each member forms a view alone.
    """

    seats: tuple[Seat, ...]
    round: int
    quorum: int
    counted: int
    missing: tuple[str, ...]
    shows_outcomes: bool
    mine: Signature | None
    outcome: str
    determinations: tuple[Determination, ...]
    earlier: tuple[Signature, ...]


def panel_of(case: Case, state: CaseState, reader: Staff) -> PanelView:
    rules = protocol(case.protocol)
    panel = state.panel
    people = people_of(case)
    signatures = list(
        Signature.objects.filter(case__person_id__in=people, withdrawn_at__isnull=True)
        .select_related("staff", "agency")
        .order_by("signed_at")
    )
    counted = {signature.event for signature in panel.signed}
    here = {row.profession: row for row in signatures if str(row.event) in counted}
    mine = next((row for row in here.values() if row.staff_id == reader.id), None)
    seats = tuple(
        Seat(
            code,
            profession_label(rules, code),
            code in panel.must_include,
            code in panel.professions,
            here.get(code),
        )
        for code in (*panel.professions, *panel.observers)
        if code in panel.professions or code in here
    )
    return PanelView(
        seats=seats,
        round=panel.round,
        quorum=panel.quorum,
        counted=sum(signature.counts for signature in panel.signed),
        missing=tuple(profession_label(rules, code) for code in panel.missing),
        shows_outcomes=mine is not None or panel.made is not None,
        mine=mine,
        outcome=outcome_label(rules, panel.made) if panel.made else "",
        determinations=tuple(Determination.objects.filter(case__person_id__in=people).order_by("made_at")),
        earlier=tuple(row for row in signatures if str(row.event) not in counted),
    )


def interpreters(release_id: UUID) -> QuerySet[Staff]:
    """Who interprets in the release."""
    return Staff.objects.filter(
        Q(role_grants__release_id=release_id) | Q(role_grants__release_id__isnull=True),
        role_grants__role="interpreter",
        role_grants__ended_at__isnull=True,
        is_active=True,
    ).distinct()


def waiting(acting: Acting, waits_for: str = "") -> QuerySet[Case]:
    """Cases that wait for this desk, of those whose screening they may read: urgent needs first, then the next clock."""
    stages = [stage for stage, what in WAITS_FOR.items() if waits_for in ("", what)]
    urgent = Q(person_id__in=standing_needs(*URGENT).values("stands"))
    return (
        visible_cases(acting.staff, acting.release.id, now=acting.now, section=Section.SCREENING)
        .filter(stage__in=stages)
        .select_related("person")
        .annotate(urgent=ExpressionWrapper(urgent, output_field=BooleanField()))
        .prefetch_related(
            Prefetch("clocks", queryset=CaseClock.objects.filter(status="deferred"), to_attr="deferred"),
        )
        .order_by("-urgent", F("next_due").asc(nulls_last=True), "number")
    )


@dataclass(frozen=True)
class Waiting:
    """A row of the worklist."""

    case: Case
    waits_for: str
    needs: tuple[Need, ...]
    deferred: bool
    overdue: bool


def rows(cases: list[Case], now: datetime) -> list[Waiting]:
    needs = needs_of([case.person_id for case in cases])
    return [
        Waiting(
            case=case,
            waits_for=WAITS_FOR[case.stage],
            needs=tuple(needs[case.person_id]),
            deferred=bool(case.deferred),  # type: ignore[attr-defined]
            overdue=case.next_due is not None and case.next_due < now,
        )
        for case in cases
    ]

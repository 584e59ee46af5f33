"""A claim for compensation on its way. Whoever decides on identification neither reads nor records it (P03)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from uuid import UUID

from babel import Locale
from django.db import transaction
from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid, Refused
from moei.access.journalled import changed
from moei.casefile.folding import standing_case
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case
from moei.desks.care.models import Claim
from moei.desks.care.working import begin

KEPT = "Who may sign the determination does not see whether the person claims compensation. A caseworker does this."
MOST = Decimal("999999999999.99")


@transaction.atomic
def ask_claim(acting: Acting, case: Case, *, asked_on: date, file_by: date | None = None) -> Claim:
    """The person asks for compensation. `file_by` is the last day of the law, where it is known. One claim at a time."""
    keep_from_deciders(acting, case)
    together = begin(acting, case)
    _refuse_later(acting, case, asked_on, "asked_on")
    if on_its_way(together).exists():
        raise Invalid("A claim is on its way already.")
    claim = Claim.objects.create(
        case=case,
        asked_on=asked_on,
        file_by=file_by,
        recorded_at=acting.now,
        recorded_by=acting.staff,
        agency=acting.staff.agency,
    )
    _journal(acting, "claim.asked", claim)
    return claim


@transaction.atomic
def file_claim(
    acting: Acting, claim: Claim, *, filed_on: date, filed_with: str, amount: Decimal, currency: str
) -> Claim:
    """It was filed with a court or an office, for this amount of this currency (ISO 4217)."""
    claim = _take(acting, claim)
    if claim.filed_on is not None:
        raise Invalid("This claim was filed already.")
    _refuse_later(acting, claim.case, filed_on, "filed_on")
    _refuse_before(filed_on, claim.asked_on, "filed_on")
    if not filed_with.strip():
        raise Invalid({"filed_with": "Say with which court or office."})
    if currency not in Locale("en").currencies:
        raise Invalid({"currency": "Type the three letters of the currency, as THB."})
    claim.filed_on, claim.filed_with = filed_on, filed_with.strip()
    claim.amount, claim.currency = _money(amount, "amount"), currency
    claim.save()
    _journal(acting, "claim.filed", claim)
    return claim


@transaction.atomic
def decide_claim(
    acting: Acting,
    claim: Claim,
    *,
    decided_on: date,
    outcome: str,
    awarded: Decimal | None = None,
    appeal_by: date | None = None,
) -> Claim:
    """It was decided; `awarded` in the currency of the claim."""
    claim = _take(acting, claim)
    if claim.filed_on is None:
        raise Invalid("Write down first when the claim was filed.")
    if claim.decided_on is not None:
        raise Invalid("This claim was decided already.")
    _refuse_later(acting, claim.case, decided_on, "decided_on")
    _refuse_before(decided_on, claim.filed_on, "decided_on")
    if outcome not in Claim.Outcome.values:
        raise Invalid({"outcome": "Choose what was decided."})
    refused = outcome == Claim.Outcome.REFUSED
    if refused == bool(awarded):
        raise Invalid({"awarded": "Type what was awarded; leave it empty where it was refused."})
    claim.decided_on, claim.outcome, claim.appeal_by = decided_on, outcome, appeal_by
    claim.awarded = None if refused or awarded is None else _money(awarded, "awarded")
    claim.save()
    _journal(acting, "claim.decided", claim)
    return claim


@transaction.atomic
def pay_claim(acting: Acting, claim: Claim, *, paid_on: date, paid: Decimal) -> Claim:
    """The person got the money. With it the claim is over."""
    claim = _take(acting, claim)
    if claim.decided_on is None or not claim.awarded:
        raise Invalid("Write down first what was awarded.")
    _refuse_later(acting, claim.case, paid_on, "paid_on")
    _refuse_before(paid_on, claim.decided_on, "paid_on")
    claim.paid_on, claim.paid = paid_on, _money(paid, "paid")
    claim.save()
    _journal(acting, "claim.paid", claim)
    return claim


@transaction.atomic
def withdraw_claim(acting: Acting, claim: Claim) -> Claim:
    """The person does not wish it any more; that costs them nothing else."""
    claim = _take(acting, claim)
    claim.withdrawn_on = claim.case.site.day_of(acting.now)
    claim.save()
    _journal(acting, "claim.withdrawn", claim)
    return claim


def on_its_way(people: Collection[UUID]) -> QuerySet[Claim]:
    """Claims of these persons, who are one, that are neither paid nor taken back."""
    return Claim.objects.filter(case__person__in=people, paid_on__isnull=True, withdrawn_on__isnull=True)


def keep_from_deciders(acting: Acting, case: Case) -> None:
    """Raises `Refused` for whoever may sign the determination in this case (P03)."""
    if decides(acting.staff, case, now=acting.now):
        raise Refused(KEPT)


def _take(acting: Acting, claim: Claim) -> Claim:
    case = standing_case(claim.case)
    keep_from_deciders(acting, case)
    begin(acting, case)
    locked = Claim.objects.select_for_update(no_key=True, of=("self",)).select_related("case__site")
    found = locked.get(pk=claim.pk)
    if found.paid_on is not None or found.withdrawn_on is not None:
        raise Invalid("This claim is over.")
    return found


def _refuse_later(acting: Acting, case: Case, day: date, field: str) -> None:
    if day > case.site.day_of(acting.now):
        raise Invalid({field: "This day has not come yet."})


def _refuse_before(day: date, first: date, field: str) -> None:
    if day < first:
        raise Invalid({field: "This is before the step that comes first. Check the day."})


def _money(amount: Decimal, field: str) -> Decimal:
    if not Decimal(0) < amount <= MOST:
        raise Invalid({field: "Type an amount above nothing."})
    return amount


def _journal(acting: Acting, action: str, claim: Claim) -> None:
    changed(
        acting,
        action,
        case=claim.case_id,
        subject=claim.case.person_id,
        data={"claim": str(claim.pk)},
    )

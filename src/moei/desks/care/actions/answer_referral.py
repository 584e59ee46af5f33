"""The organisation accepts a referral, declines it, or has done what it was asked."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.casefile.actions.needs import mark_met
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.folding import standing_case
from moei.casefile.models import Disclosure, Need
from moei.desks.care.models import Referral, Service
from moei.desks.care.referral_access import lay_open, reads_until
from moei.desks.care.working import agreed_to, require_answer, take
from moei.engines.protocol import EventKind

Status = Referral.Status
ANSWERED = "This referral was answered already. Look at it again."
CLOSED = "This referral is over, and the person is not open to you any more."


@transaction.atomic
def accept_referral(acting: Acting, referral: Referral) -> Referral:
    """From now on the organisation reads what the referral covers, as far as the person agrees to it.

    Raises `Invalid` when it was answered or taken back, when the consent is gone, and when the service is full.
    """
    require_answer(acting, referral)
    together, referral = take(acting, referral)
    _refuse_unless(referral, Status.OFFERED)
    case = referral.case
    if standing_case(case).pk != case.pk:
        raise Invalid("The file of this person was joined with another. Ask who referred them to refer anew.")
    covers = frozenset(referral.sections) & agreed_to(case, referral.recipient)
    if not covers:
        raise Invalid(CLOSED)
    _refuse_if_full(referral.service)
    referral.status = Status.ACCEPTED
    referral.answered_at, referral.answered_by = acting.now, acting.staff
    referral.save(update_fields=["status", "answered_at", "answered_by"])
    lay_open(acting, case, referral.recipient)
    Disclosure.objects.create(
        case=case,
        what=f"referral {referral}: {', '.join(sorted(covers))}",
        to_whom=referral.recipient.name,
        happened_at=acting.now,
        basis="consent (referral)",
        recorded_by=acting.staff,
    )
    record_events(acting, [Happening(case, EventKind.REFERRED, acting.now, {"referral": str(referral.pk)})])
    _journal(acting, "referral.accepted", referral, sections=sorted(covers), people=len(together))
    return referral


@transaction.atomic
def decline_referral(acting: Acting, referral: Referral, *, why: str) -> Referral:
    """The organisation does not take the person; whoever refers looks for another. Raises `Invalid` without a reason."""
    require_answer(acting, referral)
    if why not in Referral.Declined.values:
        raise Invalid({"why": "Choose why: whoever refers looks for another service by it."})
    _together, referral = take(acting, referral)
    _refuse_unless(referral, Status.OFFERED)
    referral.status, referral.declined_why = Status.DECLINED, why
    referral.answered_at, referral.answered_by = acting.now, acting.staff
    _over(acting, referral, "declined")
    _journal(acting, "referral.declined", referral, why=why)
    return referral


@transaction.atomic
def finish_referral(acting: Acting, referral: Referral, *, met: Collection[str] | None = None) -> Referral:
    """What it was asked is done. `met`: which of its needs were met, all of them where it is None; those that stand
    unmet count as met by this organisation from now on."""
    require_answer(acting, referral)
    together, referral = take(acting, referral)
    _refuse_unless(referral, Status.ACCEPTED)
    wanted = set(referral.needs if met is None else met)
    if wanted - set(referral.needs):
        raise Invalid({"met": "Name only needs for which the person was referred."})
    referral.status = Status.DONE
    _over(acting, referral, "done")
    unmet = Need.objects.filter(
        person__in=together, code__in=wanted, ended_at__isnull=True, met_at__isnull=True
    )
    case = standing_case(referral.case)
    if codes := set(unmet.values_list("code", flat=True)):
        mark_met(acting, case, together, codes, at=acting.now, through=referral.recipient)
    _journal(acting, "referral.done", referral, needs=sorted(wanted))
    return referral


def _over(acting: Acting, referral: Referral, ending: str) -> None:
    referral.ended_at, referral.ended_by = acting.now, acting.staff
    referral.reads_until = reads_until(ending, acting.now)
    referral.save()
    lay_open(acting, referral.case, referral.recipient)


def _refuse_unless(referral: Referral, status: Referral.Status) -> None:
    if referral.status == status:
        return
    if referral.status == Status.REVOKED:
        raise Invalid(CLOSED)
    raise Invalid("Accept the referral first." if referral.status == Status.OFFERED else ANSWERED)


def _refuse_if_full(service: Service) -> None:
    """With the service locked: two who accept the last place do so one after the other."""
    locked = Service.objects.select_for_update(no_key=True).get(pk=service.pk)
    if locked.capacity is None:
        return
    taken = Referral.objects.filter(service=locked, status=Status.ACCEPTED).count()
    if taken >= locked.capacity:
        raise Invalid(
            "This service is full: %(taken)s of %(capacity)s. Finish a referral, or decline this one.",
            taken=taken,
            capacity=locked.capacity,
        )


def _journal(acting: Acting, action: str, referral: Referral, **about: object) -> None:
    changed(
        acting,
        action,
        case=referral.case_id,
        subject=referral.case.person_id,
        data={"referral": str(referral.pk), **about},
    )

"""Complaints go to somebody outside the agencies that decide; nobody of these closes one (P05)."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.db.models import Max, Q

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency, Release, RoleGrant
from moei.access.policy import ACTIONS, ROLES
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case, Complaint


def deciding_agencies(case: Case) -> set[UUID]:
    """Agencies of everybody who may sign a determination in this case."""
    section, mode = ACTIONS["determination.sign"]
    deciding = [role.code for role in ROLES.values() if role.sections.get(section) == mode]
    grants = RoleGrant.objects.filter(
        Q(release_id=case.release_id) | Q(release__isnull=True),
        Q(site_id=case.site_id) | Q(site__isnull=True),
        role__in=deciding,
        ended_at__isnull=True,
        staff__agency__isnull=False,
    )
    return set(grants.values_list("staff__agency_id", flat=True))


@transaction.atomic
def complain(
    acting: Acting, case: Case, about: str, *, body: Agency | None = None, body_outside: str = ""
) -> Complaint:
    """A number in the register. Raises `Invalid` when it would go to an agency that decides in this case."""
    require(acting, "complaint.make", case)
    if not about.strip():
        raise Invalid({"about": "Write what the person complains about, in their words."})
    if (body is None) == (not body_outside.strip()):
        raise Invalid({"body": "Name one body: one that works in Moei, or one outside."})
    if body is not None and body.id in deciding_agencies(case):
        raise Invalid({"body": "This agency decides in this case. A complaint goes to somebody outside it."})
    Release.objects.select_for_update(no_key=True).get(pk=case.release_id)
    last = Complaint.objects.filter(release_id=case.release_id).aggregate(last=Max("number"))["last"] or 0
    complaint = Complaint.objects.create(
        release_id=case.release_id,
        number=last + 1,
        case=case,
        about=about.strip(),
        body=body,
        body_outside=body_outside.strip(),
        made_at=acting.now,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "complaint.made",
        case=case.id,
        subject=case.person_id,
        changes={"about": (None, complaint.about)},
        data={"complaint": str(complaint), "body": str(body.id) if body else "outside"},
    )
    return complaint


@transaction.atomic
def close_complaint(acting: Acting, complaint: Complaint, *, answer: str) -> None:
    """The answer of the body. Refused to whoever decides in the case, or works where somebody does."""
    require(acting, "complaints.answer")
    case = complaint.case
    if decides(acting.staff, case, now=acting.now) or acting.staff.agency_id in deciding_agencies(case):
        raise Refused("A complaint is not closed by those who decide, nor by their agency.")
    if complaint.body_id is not None and complaint.body_id != acting.staff.agency_id:
        raise Refused("This complaint went to another body. It answers it.")
    Complaint.objects.select_for_update(no_key=True).get(pk=complaint.pk)
    complaint.refresh_from_db(fields=["state"])
    if complaint.state == Complaint.State.CLOSED:
        raise Invalid("This complaint was answered already.")
    if not answer.strip():
        raise Invalid({"answer": "Write the answer: the person is told."})
    complaint.state, complaint.answer = Complaint.State.CLOSED, answer.strip()
    complaint.closed_at, complaint.closed_by = acting.now, acting.staff
    complaint.save(update_fields=["state", "answer", "closed_at", "closed_by"])
    changed(
        acting,
        "complaint.closed",
        case=complaint.case_id,
        subject=case.person_id,
        changes={"answer": (None, complaint.answer)},
        data={"complaint": str(complaint)},
    )

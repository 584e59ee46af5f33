"""The record of a piece is opened, or corrected. The bytes are never touched."""

from __future__ import annotations

from dataclasses import asdict

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.desks.evidence.actions.receive import About, check_about
from moei.desks.evidence.custody import Act, enter, refuse_cases, standing
from moei.desks.evidence.models import Evidence, EvidenceChange


@transaction.atomic
def open_evidence(acting: Acting, evidence: Evidence) -> None:
    """That somebody opened the record, in the custody log and the journal."""
    require(acting, "evidence.view")
    enter(acting, evidence, Act.OPENED)


@transaction.atomic
def correct_evidence(
    acting: Acting, evidence: Evidence, about: About, *, reason: str
) -> EvidenceChange | None:
    """Source, how and when it came, description. What stood there before stays to be read; None when nothing differs.

    Raises `Invalid` without a reason, and as `receive_evidence` does.
    """
    require(acting, "evidence.keep")
    if not reason.strip():
        raise Invalid({"reason": "Say why the record changes: it stands in the custody log."})
    check_about(acting, about)
    refuse_cases(source=about.source, description=about.description, reason=reason)
    locked = standing(Evidence.objects.select_for_update(no_key=True).get(pk=evidence.pk))
    fields = {
        name: [str(before or ""), str(value or "")]
        for name, value in asdict(about).items()
        if (before := getattr(locked, name)) != value
    }
    if not fields:
        return None
    for name in fields:
        setattr(locked, name, getattr(about, name))
    locked.save(update_fields=list(fields))
    change = EvidenceChange.objects.create(
        evidence=locked,
        fields=fields,
        reason=reason.strip()[:200],
        changed_at=acting.now,
        changed_by=acting.staff,
    )
    enter(acting, locked, Act.CORRECTED, why=change.reason)
    return change

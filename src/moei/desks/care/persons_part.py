"""What this desk keeps of somebody, for the file that they get (P05)."""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.folding import protocol
from moei.casefile.models import Need
from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.casefile.words import label
from moei.desks.care.models import Claim, MedicalNote, Referral, RightTold, SupportPlan


def health(file: CaseFile) -> Part | None:
    """Needs that were met, and when the health service saw the person. Whoever prints this must not read what it found:
    the person reads that with the health service."""
    needs = Need.objects.filter(person__in=file.people, met_at__isnull=False).select_related("met_through")
    lines = [
        (
            str(need.get_code_display()),
            gettext("met on %(day)s by %(who)s")
            % {
                "day": f"{need.met_at.astimezone(file.case.site.zone):%Y-%m-%d}" if need.met_at else "",
                "who": need.met_through or "–",
            },
        )
        for need in needs.order_by("met_at")
    ]
    notes = MedicalNote.objects.filter(case__person__in=file.people).order_by("seen_on")
    lines += [
        (
            f"{note.seen_on:%Y-%m-%d}",
            gettext("Seen by a doctor. Ask the health service to read you what it wrote.")
            if note.by_doctor
            else gettext("Seen by the health service. Ask it to read you what it wrote."),
        )
        for note in notes
    ]
    return Part(gettext("Your needs and your health"), tuple(lines)) if lines else None


def referred_to(file: CaseFile) -> Part | None:
    """To whom the person was referred, for what, and what became of it; nobody's name but the organisations'."""
    rows = Referral.objects.filter(case__person__in=file.people).select_related("service", "recipient")
    zone = file.case.site.zone
    lines = tuple(
        (
            gettext("%(day)s: %(who)s, %(service)s")
            % {
                "day": f"{row.offered_at.astimezone(zone):%Y-%m-%d}",
                "who": row.recipient.name,
                "service": row.service,
            },
            str(row.get_status_display()),
        )
        for row in rows.order_by("offered_at")
    )
    return Part(gettext("Organisations to which you were referred"), lines) if lines else None


def support(file: CaseFile) -> Part | None:
    """What was planned with the person, which rights they were told, and how far a claim is."""
    lines = [
        (str(plan.get_type_display()), plan.objectives)
        for plan in SupportPlan.objects.filter(case__person__in=file.people).order_by("made_at")
    ]
    told = RightTold.objects.filter(case__person__in=file.people).order_by("told_at")
    words = {right.code: label(right.text.value) for right in protocol(file.case.protocol).rights}
    zone = file.case.site.zone
    lines += [
        (
            f"{row.told_at.astimezone(zone):%Y-%m-%d}",
            gettext("You were told: %(right)s") % {"right": words.get(row.code, row.code)},
        )
        for row in told
    ]
    for claim in Claim.objects.filter(case__person__in=file.people).order_by("asked_on"):
        says = str(claim.get_outcome_display()) if claim.outcome else gettext("Not decided yet")
        lines.append(
            (gettext("Compensation, asked on %(day)s") % {"day": f"{claim.asked_on:%Y-%m-%d}"}, says)
        )
    return Part(gettext("What was planned with you, and your rights"), tuple(lines)) if lines else None

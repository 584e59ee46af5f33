"""What this desk keeps of somebody, for the file that they get (P05)."""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.models import Need
from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.desks.care.models import MedicalNote


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

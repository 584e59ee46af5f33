"""What was asked of which mission, for the file that the person gets (P05)."""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.models import TravelDocument
from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.desks.embassies.models import VerificationRequest


def asked_of_missions(file: CaseFile) -> Part | None:
    """Missions, what they were asked and what they said; nobody's name but the mission's."""
    requests = VerificationRequest.objects.filter(case__person__in=file.people).select_related("mission")
    lines = [
        (
            gettext("%(day)s: %(mission)s was asked about your nationality")
            % {"day": f"{row.asked_at:%Y-%m-%d}", "mission": row.mission.name},
            str(row.get_status_display()),
        )
        for row in requests.order_by("asked_at")
    ]
    papers = TravelDocument.objects.filter(case__person__in=file.people, asked_at__isnull=False)
    for paper in papers.select_related("mission").order_by("asked_at"):
        if paper.voided_at:
            says = gettext("Taken back, or void")
        elif paper.issued_at:
            says = gettext("Issued: %(number)s") % {"number": paper.number}
        elif paper.refused_at:
            says = gettext("Refused")
        else:
            says = gettext("Waited for")
        lines.append(
            (
                gettext("%(day)s: %(mission)s was asked for a paper (%(kind)s)")
                % {
                    "day": f"{paper.asked_at:%Y-%m-%d}",
                    "mission": paper.mission.name if paper.mission else "–",
                    "kind": paper.get_kind_display(),
                },
                says,
            )
        )
    return Part(gettext("What embassies were asked about you"), tuple(lines)) if lines else None


def own_papers(file: CaseFile) -> Part | None:
    """Papers for the journey that were seen and written down, and of which no mission was asked."""
    papers = TravelDocument.objects.filter(case__person__in=file.people, asked_at__isnull=True)
    lines = tuple(
        (
            f"{paper.get_kind_display()} {paper.number}",
            gettext("Lost, spoiled, or written down by mistake")
            if paper.voided_at
            else gettext("Valid until %(day)s") % {"day": paper.expires_on},
        )
        for paper in papers.order_by("issued_at")
    )
    return Part(gettext("Your papers for the journey"), lines) if lines else None

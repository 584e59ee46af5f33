"""Evidence of the release in which somebody acts, its custody, and what of it is in this release's register."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import Http404

from moei.access.acting import Acting
from moei.access.decide import require
from moei.desks.evidence.models import Custody, Evidence, EvidenceChange


def evidence(acting: Acting, *, words: str = "") -> QuerySet[Evidence]:
    """Of the release, the newest first. `words`: a number, or a part of a name, a source or a hash."""
    require(acting, "evidence.view")
    found = Evidence.objects.filter(release=acting.release).select_related("working", "received_by")
    if words := words.strip():
        number = words.upper().removeprefix("E-").lstrip("0")
        matches = Q(name__icontains=words) | Q(source__icontains=words) | Q(sha256__startswith=words.lower())
        if number.isascii() and number.isdecimal() and len(number) < 9:
            matches |= Q(number=int(number))
        found = found.filter(matches)
    return found.order_by("-number")


def find_evidence(acting: Acting, evidence_id: UUID) -> Evidence:
    """Raises `Http404` for one of another release."""
    require(acting, "evidence.view")
    found = (
        Evidence.objects.filter(release=acting.release, pk=evidence_id)
        .select_related("working", "received_by", "release__site")
        .first()
    )
    if found is None:
        raise Http404
    return found


def custody(piece: Evidence) -> QuerySet[Custody]:
    """Its log, the newest first."""
    return Custody.objects.filter(evidence=piece).select_related("by", "agency").order_by("-at", "-entry")


def last_check(piece: Evidence) -> Custody | None:
    """The last time it was hashed again."""
    acts = (Custody.Act.VERIFIED, Custody.Act.BROKEN)
    return Custody.objects.filter(evidence=piece, act__in=acts).order_by("-at", "-entry").first()


def changes(piece: Evidence) -> list[EvidenceChange]:
    return list(piece.changes.select_related("changed_by").order_by("-changed_at"))

"""Keys and requests, for those who agree on links; and where a request stands, for who asked."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.http import Http404

from moei.access.acting import Acting
from moei.access.decide import require
from moei.desks.investigations.actions.links import state
from moei.desks.investigations.models import LinkAgreement, LinkKey, LinkRequest, Teller

STATES = {"waits": "soon", "agreed": "done", "declined": "muted"}


@dataclass(frozen=True)
class Asked:
    request: LinkRequest
    state: str
    answers: tuple[LinkAgreement, ...]
    mine: bool  # their agency has not answered, and may


def keys_in_force() -> list[LinkKey]:
    rows = LinkKey.objects.filter(ended_at__isnull=True).select_related("agency", "added_by")
    return list(rows.order_by("agency__name"))


def requests(acting: Acting) -> list[Asked]:
    """Of the release; those that wait first."""
    require(acting, "link.agree")
    rows = (
        LinkRequest.objects.filter(teller__release=acting.release)
        .select_related("teller__agency", "asked_by__agency")
        .prefetch_related("answers__agency", "answers__staff")
        .order_by("-asked_at")
    )
    found = [_asked(acting, row) for row in rows]
    return sorted(found, key=lambda one: one.state != "waits")


def find_request(acting: Acting, request_id: UUID) -> LinkRequest:
    require(acting, "link.agree")
    rows = LinkRequest.objects.filter(pk=request_id, teller__release=acting.release)
    found = rows.select_related("teller__agency", "asked_by").prefetch_related("answers").first()
    if found is None:
        raise Http404
    return found


def of_teller(teller: Teller) -> list[Asked]:
    rows = LinkRequest.objects.filter(teller=teller).prefetch_related("answers").order_by("-asked_at")
    return [Asked(row, state(row), (), mine=False) for row in rows]


def _asked(acting: Acting, row: LinkRequest) -> Asked:
    answers = tuple(row.answers.all())
    agency = acting.staff.agency_id
    now = state(row)
    mine = (
        now == "waits"
        and agency is not None
        and agency != row.teller.agency_id
        and all(answer.agency_id != agency for answer in answers)
    )
    return Asked(row, now, answers, mine)

"""The desks a member of staff may go to, in the order of a record's way."""

from __future__ import annotations

from collections import Counter
from typing import TypedDict

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Acting
from moei.access.decide import grants_of, may
from moei.access.policy import Cases

# (label, url name, duty action; "" for whoever reaches cases)
DESKS = (
    (_("Board"), "overview:board", "board.view"),
    (_("Lists"), "arrivals:lists", "lists.read"),
    (_("Register"), "arrivals:register", "person.register"),
    (_("Who is who"), "arrivals:review", "review.judge"),
    (_("Screening"), "screening:worklist", "screening.worklist"),
    (_("Cases"), "cases:list", ""),
    (_("Shelter"), "shelter:places", "shelter.view"),
    (_("Care"), "care:people", "care.view"),
    (_("Caseload"), "care:caseload", "caseload.view"),
    (_("Embassies"), "embassies:missions", "missions.view"),
    (_("Our nationals"), "embassies:nationals", "nationals.view"),
    (_("Returns"), "returns:journeys", "journeys.view"),
    (_("Evidence"), "evidence:pieces", "evidence.view"),
    (_("Statements"), "investigations:statements", "network.view"),
    (_("Links"), "investigations:links", "link.agree"),
    (_("Statistics"), "overview:statistics", "statistics.view"),
    (_("Bulletins"), "overview:bulletins", "bulletin.view"),
    (_("Journal"), "web:journal", "journal.read"),
    (_("Complaints"), "cases:complaints", "complaints.answer"),
    (_("Files that left"), "web:files_left", "journal.read"),
    (_("Staff"), "web:staff", "staff.manage"),
    (_("Retention"), "retention:overview", "retention.view"),
    (_("Changes"), "web:proposals", "changes.approve"),
    (_("Addresses"), "shelter:addresses", "changes.approve"),
    (_("Notices"), "web:notices", "notices.read"),
    (_("Quotas"), "web:allowances", "allowance.decide"),
)


class Item(TypedDict):
    label: str
    url: str
    current: bool


def navigation(acting: Acting, request: HttpRequest) -> list[Item]:
    """The desks open to them; `current` is the one to which the page belongs, wherever its address lies."""
    here = request.resolver_match.namespace if request.resolver_match else ""
    apps = Counter(name.partition(":")[0] for _label, name, _action in DESKS)
    items: list[Item] = []
    for label, name, action in DESKS:
        if action and not may(acting.staff, action, acting.release.id):
            continue
        if not action and not any(role.cases is not Cases.NONE for role, _grant in grants_of(acting.staff)):
            continue
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        app = name.partition(":")[0]
        # A desk that is an app of its own also has pages under the address of a case.
        current = here == app and (apps[app] == 1 or request.path.startswith(url))
        items.append({"label": str(label), "url": url, "current": current})
    return items

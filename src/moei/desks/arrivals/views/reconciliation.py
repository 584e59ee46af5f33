"""Lists against arrivals."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import render

from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.casefile.selectors.cases import told_of
from moei.desks.arrivals.selectors.reconciliation import (
    Group,
    counts,
    family_answers,
    lists_of,
    people_of,
    wrong_totals,
)

PAGE = 50


@desk_view("lists.reconcile", "GET", "POST")
def reconciliation(request: DeskRequest) -> HttpResponseBase:
    """The words of a search come by POST, so that no name stands in an address or a log."""
    try:
        group = Group(request.GET.get("show", Group.NOT_ARRIVED))
    except ValueError:
        group = Group.NOT_ARRIVED
    words = request.POST.get("q", "").strip()[:120]
    found = people_of(request.acting, group, words=words)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = [case.id for case in page.object_list]
    if shown or words:
        told = told_of(found, shown) if words else shown
        was_listed(request.acting, "arrivals:reconciliation", told, words=words, filters=[group.value])
    people = [case.person_id for case in page.object_list]
    said = family_answers(request.acting, people) if group is Group.FAMILY_HERE else {}
    lists = lists_of(people)
    today = request.acting.today
    context = {
        "counts": counts(request.acting),
        "group": group.value,
        "words": words,
        "page": page,
        "rows": [
            (case, lists.get(case.person_id, []), case.person.is_child(today), said.get(case.person_id, ""))
            for case in page.object_list
        ],
        "totals": wrong_totals(request.acting),
    }
    return render(request, "arrivals/reconciliation.html", context)

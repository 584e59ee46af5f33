"""The list of people in care: who has unmet needs, the urgent first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.desks.care import selectors
from moei.desks.care.forms import PeopleForm
from moei.desks.care.referral_selectors import waiting_count

PAGE = 50


@desk_view("care.view")
def people(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    form = PeopleForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = selectors.in_care(acting, need=chosen.get("need", ""), urgency=chosen.get("urgency") or 0)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    lines = selectors.as_lines(acting, list(page))
    if lines:
        filters = [name for name, value in chosen.items() if value]
        was_listed(acting, "care:people", [line.case.pk for line in lines], filters=filters)
    context = {
        "form": form,
        "page": page,
        "lines": lines,
        "filtered": any(chosen.values()),
        "waiting": waiting_count(acting),
    }
    return render(request, "care/people.html", context)

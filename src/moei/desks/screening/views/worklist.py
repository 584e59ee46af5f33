"""Who waits for screening, interview or panel."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.desks.screening import selectors

PAGE = 50


@desk_view("screening.worklist")
def worklist(request: DeskRequest) -> HttpResponse:
    chosen = request.GET.get("for", "")
    if chosen not in selectors.WAITS_FOR.values():
        chosen = ""
    page = Paginator(selectors.waiting(request.acting, chosen), PAGE).get_page(request.GET.get("page"))
    rows = selectors.rows(list(page), request.acting.now)
    if rows:
        filters = [chosen] if chosen else []
        was_listed(request.acting, "screening:worklist", (row.case.id for row in rows), filters=filters)
    context = {
        "page": page,
        "rows": rows,
        "chosen": chosen,
        "choices": list(dict.fromkeys(selectors.WAITS_FOR.values())),
    }
    return render(request, "screening/worklist.html", context)

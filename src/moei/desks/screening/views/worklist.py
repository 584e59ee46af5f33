"""Who waits for screening, interview or panel."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render

from moei.access.web import DeskRequest, desk_view
from moei.desks.screening import selectors

PAGE = 50


@desk_view("screening.worklist")
def worklist(request: DeskRequest) -> HttpResponse:
    chosen = request.GET.get("for", "")
    if chosen not in selectors.WAITS_FOR.values():
        chosen = ""
    page = Paginator(selectors.waiting(request.acting, chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": selectors.rows(list(page), request.acting.now),
        "chosen": chosen,
        "choices": list(dict.fromkeys(selectors.WAITS_FOR.values())),
    }
    return render(request, "screening/worklist.html", context)

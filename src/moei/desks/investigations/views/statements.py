"""What people told, as investigators read it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.decide import may
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.desks.investigations.actions.links import ask_link
from moei.desks.investigations.forms import AskLinkForm
from moei.desks.investigations.selectors import links as link_selectors
from moei.desks.investigations.selectors import statements as selectors

PAGE = 50


@desk_view("network.view")
def statements(request: DeskRequest) -> HttpResponse:
    page = Paginator(selectors.listed(request.acting), PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        was_read(request.acting, "statements.listed", data={"statements": len(page.object_list)})
    return render(request, "investigations/statements.html", {"page": page})


@desk_view("network.view")
def statement(request: DeskRequest, statement_id: UUID) -> HttpResponse:
    acting = request.acting
    found = selectors.find_statement(acting, statement_id)
    was_read(acting, "statement.read", data={"statement": str(found.pk)})
    context = {
        "statement": found,
        "lines": selectors.lines_of(found),
        "asked": link_selectors.of_teller(found.teller),
        "may_work": may(acting.staff, "network.work", acting.release.id),
    }
    return render(request, "investigations/statement.html", context)


@desk_view("network.work", "GET", "POST")
def ask(request: DeskRequest, teller_id: UUID) -> HttpResponse:
    """Ask that somebody be found again: to be asked as a witness, say."""
    acting = request.acting
    teller = selectors.find_teller(acting, teller_id)
    form = AskLinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            ask_link(acting, teller, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request, gettext("It is asked. Two agencies answer; you see here what they said.")
            )
            return redirect("investigations:statements")
    context = {"form": form, "teller": teller, "before": link_selectors.of_teller(teller)}
    return render(request, "investigations/ask_link.html", context, status=422 if form.errors else 200)

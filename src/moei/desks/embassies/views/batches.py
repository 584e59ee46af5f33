"""A batch: who is in it, the spreadsheet that leaves, the answers that come back by letter."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from moei.access.acting import Invalid
from moei.access.decide import may
from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.desks.embassies import selectors
from moei.desks.embassies.actions.answer_sheet import RowErrors, record_sheet
from moei.desks.embassies.actions.send_sheet import sheet_for_mission, told_by_sheet
from moei.desks.embassies.forms import SheetForm
from moei.desks.embassies.models import Batch
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import SPREADSHEET, leaves

PAGE = 100


@desk_view("missions.view")
def batch(request: DeskRequest, batch_id: UUID) -> HttpResponse:
    return _page(request, _batch(request, batch_id))


@desk_view("missions.ask")
def sheet(request: DeskRequest, batch_id: UUID) -> HttpResponseBase:
    """Only people whom the mission may still be told of; each gets a line in the register of disclosures."""
    acting, one = request.acting, _batch(request, batch_id)
    requests = sheet_for_mission(acting, one)
    if not requests:
        messages.warning(request, gettext("Nobody in this batch waits for an answer any more."))
        return redirect("embassies:batch", batch_id=one.pk)

    def make(stamp: Stamp) -> bytes:
        return told_by_sheet(acting, one, stamp)

    return leaves(
        request,
        Kind.EMBASSY,
        make,
        name=f"{one.reference}.xlsx",
        content_type=SPREADSHEET,
        cases=[row.case_id for row in requests],
    )


@desk_view("missions.ask", "POST")
def answers(request: DeskRequest, batch_id: UUID) -> HttpResponse:
    one = _batch(request, batch_id)
    form = SheetForm(request.POST, request.FILES)
    rows: list[str] = []
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                count = record_sheet(request.acting, one, file.read(), file.name)
        except RowErrors as errors:
            form.add_error(None, str(errors))
            rows = errors.rows
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request,
                ngettext("%(n)s answer is stored.", "%(n)s answers are stored.", count) % {"n": count},
            )
            return redirect("embassies:batch", batch_id=one.pk)
    return _page(request, one, form=form, row_errors=rows, status=422)


def _page(
    request: DeskRequest,
    one: Batch,
    *,
    form: SheetForm | None = None,
    row_errors: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    acting = request.acting
    page = Paginator(selectors.batch_requests(acting, one), PAGE).get_page(request.GET.get("page"))
    rows = selectors.lines(page, acting.now)
    was_listed(acting, "embassies:batch", [row.request.case_id for row in rows])
    context = {
        "batch": one,
        "page": page,
        "rows": rows,
        "form": form or SheetForm(),
        "row_errors": row_errors or [],
        "may_ask": may(acting.staff, "missions.ask", acting.release.id),
        "crumbs": [
            {"label": gettext("Embassies"), "url": reverse("embassies:missions")},
            {"label": str(one.mission), "url": reverse("embassies:mission", args=[one.mission_id])},
            {"label": one.reference},
        ],
    }
    return render(request, "embassies/batch.html", context, status=status)


def _batch(request: DeskRequest, batch_id: UUID) -> Batch:
    """A batch that holds somebody of theirs; one that does not is not there."""
    found = Batch.objects.filter(pk=batch_id, release=request.acting.release).select_related("mission")
    one = found.first()
    if one is None or not selectors.batch_requests(request.acting, one).exists():
        raise Http404
    return one

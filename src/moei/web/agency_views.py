"""An agency that was added in error is removed; one on which anything hangs is not, and the page says what."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.actions.remove_agency import hanging_on
from moei.access.actions.remove_agency import remove_agency as remove
from moei.access.models import Agency
from moei.access.web import DeskRequest, desk_view


@desk_view("staff.manage", "GET", "POST")
def remove_agency(request: DeskRequest, agency_id: UUID) -> HttpResponse:
    agency = get_object_or_404(Agency, pk=agency_id)
    error, status = "", 200
    if request.method == "POST":
        try:
            remove(request.acting, agency)
        except Invalid as invalid:
            error, status = str(invalid), 422
        else:
            messages.success(request, gettext("The agency is removed."))
            return redirect("configuration:index")
    context = {"agency": agency, "hanging": hanging_on(agency), "error": error, "errors": [error]}
    return render(request, "web/remove_agency.html", context, status=status)

"""The directory of services."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest, desk_view
from moei.desks.care import service_selectors as directory
from moei.desks.care.actions.keep_services import add_service, change_service, end_service, keeps
from moei.desks.care.forms import DirectoryForm, NewServiceForm, ServiceForm
from moei.desks.care.hours import by_day, written
from moei.desks.care.models import Service

PAGE = 50


@desk_view("care.view")
def services(request: DeskRequest) -> HttpResponse:
    moment = request.acting.now.astimezone(request.acting.release.site.zone)
    form = DirectoryForm(request.GET or None, languages=directory.languages())
    chosen = form.cleaned_data if form.is_valid() else {}
    found = directory.services(
        moment,
        kind=chosen.get("kind", ""),
        language=chosen.get("language", ""),
        open_now=chosen.get("open_now", False),
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": directory.as_rows(page, moment),
        "filtered": any(chosen.values()),
    }
    return render(request, "care/services.html", context)


@desk_view("service.keep", "GET", "POST")
def new(request: DeskRequest) -> HttpResponse:
    agencies = directory.offering()
    mine = next((agency for agency in agencies if agency.pk == request.acting.staff.agency_id), None)
    form = NewServiceForm(
        request.POST if request.method == "POST" else None, agencies=agencies, initial={"agency": mine}
    )
    if form.is_bound and form.is_valid():
        try:
            add_service(request.acting, form.cleaned_data["agency"], form.offer())
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The service stands in the directory."))
            return redirect("care:services")
    lead = gettext("An organisation keeps its own services. Where nobody of it works here, you may.")
    return _form(request, form, gettext("Add a service"), lead, None)


@desk_view("service.keep", "GET", "POST")
def change(request: DeskRequest, service_id: UUID) -> HttpResponse:
    service = _service(service_id)
    form = ServiceForm(request.POST if request.method == "POST" else None, initial=_initial(service))
    if form.is_bound and form.is_valid():
        try:
            change_service(request.acting, service, form.offer())
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The service is changed."))
            return redirect("care:services")
    lead = gettext("What people and colleagues are told of it: keep the hours true.")
    return _form(request, form, str(service), lead, service)


@desk_view("service.keep", "POST")
def end(request: DeskRequest, service_id: UUID) -> HttpResponse:
    try:
        end_service(request.acting, _service(service_id))
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("The service is offered no more."))
    return redirect("care:services")


def _service(service_id: UUID) -> Service:
    found = Service.objects.filter(pk=service_id, ended_at__isnull=True).select_related("agency").first()
    if found is None:
        raise Http404
    return found


def _initial(service: Service) -> dict[str, object]:
    about = {name: getattr(service, name) for name in ("name", "kind", "place", "contact", "capacity")}
    days = by_day(list(service.hours.all()))
    return {
        **about,
        "languages": ", ".join(service.languages.order_by("code").values_list("code", flat=True)),
        **{f"day_{day}": written(spans) for day, spans in days.items()},
    }


def _form(
    request: DeskRequest, form: ServiceForm, title: str, lead: str, service: Service | None
) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "lead": lead,
        "service": service,
        "keeps": service is None or keeps(request.acting, service.agency),
    }
    return render(request, "care/service.html", context, status=422 if form.errors else 200)

"""Fast registration at the crossing, wristbands, and paper for when power fails."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.journalled import was_read
from moei.access.limits import Slowed, ask_why_first
from moei.access.web import DeskRequest, desk_view, is_htmx
from moei.casefile.models import Case, DeviceOperation, Wristband
from moei.casefile.selectors.cases import visible_cases
from moei.casefile.web import case_view
from moei.desks.arrivals.actions.print_paper import print_paper
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.forms import PaperForm
from moei.desks.arrivals.mrz_check import Checked, as_initial, check_mrz, may_go_on
from moei.desks.arrivals.papers import paper_pack_pdf, wristband_pdf
from moei.desks.arrivals.register_form import RegisterForm, typed
from moei.desks.arrivals.registration import Registration
from moei.desks.arrivals.selectors.arrivals import (
    Expected,
    Found,
    counter,
    expected_case,
    find_expected,
    may_be_here,
    sharing_document,
    with_document,
)
from moei.journal.ids import new_id
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves


@desk_view("person.register", "GET", "POST")
def register(request: DeskRequest) -> HttpResponseBase:
    """One form. Its buttons read the zone, search, choose a person, or save; only saving changes anything."""
    if request.method == "GET":
        ask_why_first(request.acting)  # reading a passport looks up who it is
        return _page(request, _form(request, {"operation": str(new_id()), "came_with_handover": True}))
    if "read" in request.GET or {"read", "find", "choose"} & set(request.POST):
        return _fill(request)
    return _save(request)


def _fill(request: DeskRequest) -> HttpResponse:
    """Nothing is saved; the form comes back with more in it."""
    if is_htmx(request) and may_go_on(request.POST.get("mrz", "")):
        return HttpResponse(status=204)
    values = typed(request.POST)
    checked: Checked | None = None
    candidates: Found | None = None
    if "choose" in request.POST:
        values["case"] = values["choose"] or ""
        chosen = _chosen(request, values)
        if chosen is not None:
            values["not_listed"] = False
            _from_lists(values, chosen.case)
    elif "find" in request.POST:
        words = values.get("q") or ""
        candidates = find_expected(request.acting, words[:120]) if words.strip() else Found([])
    else:
        checked = check_mrz(values.get("mrz") or "", today=_today(request))
        if checked.mrz is not None:
            values |= {name: value for name, value in as_initial(checked.mrz).items() if value}
            values["born"] = values.pop("birth_date", "") or values.get("born", "")
            if not values.get("case"):
                holders = with_document(request.acting, checked.mrz.document_number)
                named = checked.mrz.family or checked.mrz.given
                candidates = Found(holders) if holders else find_expected(request.acting, named)
    return _page(request, _form(request, values), checked=checked, candidates=candidates)


def _save(request: DeskRequest) -> HttpResponseBase:
    zone = request.acting.release.site.zone
    form = RegisterForm(request.POST, acting_zone=zone, today=_today(request))
    if form.is_valid():
        given = form.registration()
        operation = form.cleaned_data["operation"]
        if not form.cleaned_data["case"] and (alike := _not_looked_at(request, given, operation)):
            return _page(request, form, candidates=Found(alike), alike=True, status=422)
        try:
            case = _case(request, form.cleaned_data["case"])
            done = register_person(request.acting, given, case, operation=form.cleaned_data["operation"])
        except Invalid as invalid:
            form.take(
                Invalid(
                    {
                        {"birth_date": "born"}.get(field, field): words
                        for field, words in invalid.errors.items()
                    }
                )
            )
        else:
            return redirect(f"{reverse('arrivals:register')}?last={done.case.pk}")
    return _page(request, form, status=422)


def _not_looked_at(request: DeskRequest, given: Registration, operation: UUID) -> list[Expected]:
    """Who may be this person on no list, unless all of them stood on the page when it was saved.

    The page asks why they look people up before it is shown. Should that be forgotten since, or should they have looked
    up too many, what was typed goes on: nobody at the river waits for it. What was saved already, and is sent again
    because the answer got lost, is not asked about: it would meet itself.
    """
    sent_before = DeviceOperation.objects.filter(client_id=operation).exists()
    if sent_before or not request.acting.looking:
        return []
    try:
        found = may_be_here(request.acting, given)
    except Slowed:
        return []
    seen = set(request.POST.getlist("seen"))
    return found if any(str(person.case.pk) not in seen for person in found) else []


def _page(
    request: DeskRequest,
    form: RegisterForm,
    *,
    checked: Checked | None = None,
    candidates: Found | None = None,
    alike: bool = False,
    status: int = 200,
) -> HttpResponse:
    chosen = _chosen(request, {"case": form["case"].value()})
    last = _visible(request, request.GET.get("last", "")) if request.method == "GET" else None
    context = {
        "form": form,
        "checked": checked,
        "candidates": candidates,
        "alike": alike,
        "chosen": chosen,
        "sharing": sharing_document(chosen.case) if chosen else [],
        "counter": counter(request.acting),
        "last": last,
        "read_url": reverse("arrivals:register") + "?read=1",
        "later": bool(form["sheet"].value()) or bool(form["sheet"].errors),
    }
    return render(request, "arrivals/register.html", context, status=status)


def _form(request: DeskRequest, values: dict[str, Any]) -> RegisterForm:
    zone = request.acting.release.site.zone
    return RegisterForm(initial=values, acting_zone=zone, today=_today(request))


def _from_lists(values: dict[str, Any], case: Case) -> None:
    """Facts already given are confirmed, not asked again (P08): empty fields are filled from the lists."""
    person = case.person
    born = ""
    if person.birth_from and person.birth_to:
        same_year = person.birth_from.year == person.birth_to.year
        whole = person.birth_from == person.birth_to
        born = f"{person.birth_from:%d.%m.%Y}" if whole else str(person.birth_from.year) if same_year else ""
    known = {
        "name": person.name,
        "name_native": person.name_native,
        "sex": person.sex,
        "born": born,
        "nationality": person.nationality,
    }
    for field, value in known.items():
        if value and not values.get(field):
            values[field] = value


def _chosen(request: DeskRequest, values: dict[str, Any]) -> Expected | None:
    case = _visible(request, str(values.get("case") or ""))
    return expected_case(request.acting, case.pk) if case else None


def _case(request: DeskRequest, case_id: UUID | None) -> Case | None:
    if case_id is None:
        return None
    case = _visible(request, str(case_id))
    if case is None:
        raise Invalid(gettext("This case file is not there any more. Search for the person again."))
    return case


def _visible(request: DeskRequest, text: str) -> Case | None:
    try:
        case_id = UUID(text)
    except ValueError:
        return None
    acting = request.acting
    return visible_cases(acting.staff, acting.release.id, now=acting.now).filter(pk=case_id).first()


def _today(request: DeskRequest) -> Any:
    return request.acting.today


@case_view("wristband.renew", "GET")
def wristband(request: DeskRequest, case: Case) -> HttpResponseBase:
    """The valid wristband as a PDF; the printing is journalled."""
    band = Wristband.objects.filter(case=case, ended_at__isnull=True).first()
    if band is None:
        messages.warning(
            request,
            gettext("There is no wristband yet. Register the person, or issue one from the case file."),
        )
        return redirect("arrivals:register")

    def make(_stamp: Stamp) -> bytes:
        about = {"wristband": str(band.id)}
        was_read(request.acting, "wristband.printed", case=case.id, subject=case.person_id, data=about)
        return wristband_pdf(band, request.acting.release)

    return leaves(request, Kind.WRISTBAND, make, name="wristband.pdf", cases=[case.id], inline=True)


@desk_view("paper_pack.print", "GET", "POST")
def paper(request: DeskRequest) -> HttpResponseBase:
    form = PaperForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        pack = print_paper(request.acting, form.cleaned_data["sheets"])
        name = f"{request.acting.release.code}-P{pack.number}.pdf"
        return leaves(
            request, Kind.PAPER_PACK, lambda stamp: paper_pack_pdf(pack, stamp), name=name, inline=True
        )
    return render(request, "arrivals/paper.html", {"form": form}, status=422 if form.errors else 200)

"""The property register of a case: what was taken, its receipt, and giving it back (P15)."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.papers import paper_pdf
from moei.access.web import DeskRequest
from moei.casefile import persons_file
from moei.casefile.actions.belongings import Thing, return_property, take_property
from moei.casefile.folding import joined_into
from moei.casefile.models import Case, PropertyItem
from moei.casefile.rights_forms import CopiedPropertyForm, PropertyForm, ReturnForm
from moei.casefile.selectors import rights as selectors
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves


@case_view("property.read")
def belongings(request: DeskRequest, case: Case) -> HttpResponse:
    file = open_case(request.acting, case)
    items = selectors.belongings(file)
    today = case.site.day_of(request.acting.now)
    context = {
        "case": case,
        "rows": [(item, item.overdue(today)) for item in items],
        "overdue": len(selectors.overdue(items, today)),
        "may": {
            "record": file.allows("property.record"),
            "decide": file.allows("determination.sign"),
        },
    }
    return render(request, "casefile/property.html", context)


@case_view("property.record", "GET", "POST")
def take(request: DeskRequest, case: Case) -> HttpResponse:
    file = open_case(request.acting, case)
    # Whether a telephone was copied may tell what the person answered about an investigation (P03).
    kind = PropertyForm if file.allows("determination.sign") else CopiedPropertyForm
    form = kind(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        thing = Thing(
            kind=PropertyItem.Kind(given["kind"]),
            words=given["words"],
            number=given["number"],
            taken_by=given["taken_by"],
            taken_at=form.moment(case.site.zone),
            basis=given["basis"],
            held_at=given["held_at"],
            back_by=given["back_by"],
            copied=given.get("copied", False),
            copy_basis=given.get("copy_basis", ""),
        )
        try:
            item = take_property(request.acting, case, thing)
        except Invalid as invalid:
            errors = {
                {"taken_at": "taken_on"}.get(name, name): words for name, words in invalid.errors.items()
            }
            form.take(Invalid(errors))
        else:
            messages.success(
                request,
                gettext("Receipt %(number)s. Print it and give it to the person.") % {"number": item.receipt},
            )
            return redirect("cases:property", case_id=case.pk)
    lead = gettext("Whatever is taken from the person stands here until they have it back.")
    return _form(request, case, form, gettext("Something was taken from the person"), lead)


@case_view("property.record", "GET", "POST")
def give_back(request: DeskRequest, case: Case, item_id: UUID) -> HttpResponse:
    item = _item(case, item_id)
    form = ReturnForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            return_property(
                request.acting, item, to=form.cleaned_data["to"], signed=form.cleaned_data["signed"]
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is given back."))
            return redirect("cases:property", case_id=case.pk)
    lead = f"{item.receipt}: {item.get_kind_display()}, {item.words}"
    return _form(request, case, form, gettext("Give it back"), lead)


@case_view("property.record")
def receipt(request: DeskRequest, case: Case, item_id: UUID) -> HttpResponseBase:
    """The receipt on paper. It names the thing and who took it, not why the person is here."""
    item = _item(case, item_id)
    file = open_case(request.acting, case)
    try:
        persons_file.require_papers(file)
    except Invalid as invalid:
        messages.warning(request, str(invalid))
        return redirect("cases:property", case_id=case.pk)

    def make(stamp: Stamp) -> bytes:
        return paper_pdf("casefile/receipt.html", request.acting.release, {"item": item}, stamp=stamp.words())

    return leaves(request, Kind.RECEIPT, make, name=f"{item.receipt}.pdf", cases=[case.id], inline=True)


def _item(case: Case, item_id: UUID) -> PropertyItem:
    people = joined_into([case.person_id])[case.person_id]
    found: PropertyItem = get_object_or_404(
        PropertyItem.objects.select_related("case__person"), pk=item_id, case__person__in=people
    )
    return found


def _form(
    request: DeskRequest, case: Case, form: PropertyForm | ReturnForm, title: str, lead: str
) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": "cases:property"}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)

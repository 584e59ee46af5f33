"""Who reaches a case: assigning it, interpreters, people whom the person named, and emergencies."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.models import CaseGrant, Staff
from moei.access.policy import Cases
from moei.access.web import DeskRequest, desk_view
from moei.casefile.actions.assign_case import assign_case, end_assignment
from moei.casefile.actions.open_in_emergency import open_in_emergency
from moei.casefile.forms import AssignForm, EmergencyForm
from moei.casefile.models import Case
from moei.casefile.selectors.case_page import assignable
from moei.casefile.views import to_file
from moei.casefile.web import case_view

Basis = CaseGrant.Basis
# Whom each basis can be given to.
BASES = {
    Basis.ASSIGNED: Cases.ASSIGNED,
    Basis.INTERPRETER: Cases.INTERPRETED,
    Basis.SUPPORT: Cases.NAMED_ME,
}


@case_view("case.assign", "GET", "POST")
def assign(request: DeskRequest, case: Case) -> HttpResponse:
    """Open this case to a colleague or an interpreter."""
    return _open_to(request, case, (Basis.ASSIGNED, Basis.INTERPRETER))


@case_view("support_person.name", "GET", "POST")
def name_support(request: DeskRequest, case: Case) -> HttpResponse:
    """Open this case to the lawyer or support person whom the person named (P05)."""
    return _open_to(request, case, (Basis.SUPPORT,))


@case_view("case.assign", "POST")
def end_assigned(request: DeskRequest, case: Case) -> HttpResponse:
    return _close_to(request, case, (Basis.ASSIGNED, Basis.INTERPRETER))


@case_view("support_person.name", "POST")
def end_support(request: DeskRequest, case: Case) -> HttpResponse:
    return _close_to(request, case, (Basis.SUPPORT,))


@desk_view("break_glass.open", "GET", "POST")
def emergency(request: DeskRequest) -> HttpResponse:
    """Open a case that is not theirs, by its number, for three hours."""
    form = EmergencyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return to_file(open_in_emergency(request.acting, **form.cleaned_data))
        except Invalid as invalid:
            form.take(invalid)
    return render(request, "casefile/emergency.html", {"form": form})


def _open_to(request: DeskRequest, case: Case, bases: tuple[CaseGrant.Basis, ...]) -> HttpResponse:
    given = request.POST.get("basis", "")
    forms = {
        basis: AssignForm(
            request.POST if given == basis.value else None,
            basis=basis,
            who=assignable(request.acting, BASES[basis]),
        )
        for basis in bases
    }
    chosen = next((form for basis, form in forms.items() if basis.value == given), None)
    if chosen is not None and chosen.is_valid():
        try:
            assign_case(request.acting, case, chosen.cleaned_data["staff"], chosen.basis)
        except Invalid as invalid:
            chosen.take(invalid)
        else:
            messages.success(request, gettext("The case is open to this person now."))
            return to_file(case)
    context = {
        "case": case,
        "forms": list(forms.values()),
        "chosen": chosen,
        "support": Basis.SUPPORT in bases,
    }
    return render(request, "casefile/assign.html", context)


def _close_to(request: DeskRequest, case: Case, bases: tuple[CaseGrant.Basis, ...]) -> HttpResponse:
    staff = Staff.objects.filter(pk__in=[_uuid(request.POST.get("staff", ""))]).first()
    ended = [
        basis for basis in bases if staff is not None and end_assignment(request.acting, case, staff, basis)
    ]
    if ended:
        messages.success(request, gettext("The case is closed to this person now."))
    return to_file(case)


def _uuid(text: str) -> UUID:
    """A person's id from a form; nonsense is nobody's."""
    try:
        return UUID(text)
    except ValueError:
        return UUID(int=0)

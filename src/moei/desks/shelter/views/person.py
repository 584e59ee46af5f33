"""One person's bed: given, changed, given up, declined."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.web import DeskRequest
from moei.casefile.forms import CaseForm
from moei.casefile.models import Case
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.desks.shelter import selectors
from moei.desks.shelter import where_selectors as whereabouts
from moei.desks.shelter.actions import stay as actions
from moei.desks.shelter.actions.decline import decline_shelter
from moei.desks.shelter.actions.health import held
from moei.desks.shelter.forms import NOW, BedForm, DeclineForm, FamilyForm, LeaveForm
from moei.desks.shelter.models import Declined, Stay


@case_view("stay.read")
def stay(request: DeskRequest, case: Case) -> HttpResponse:
    file = open_case(request.acting, case)
    stays = selectors.stays_of(file)
    stands = [one for one in stays if one.ended_at is None]
    over = [
        one
        for one in stands
        if one.expected and one.reserved_until and one.reserved_until <= request.acting.now
    ]
    declined = selectors.declined_of(file)
    context = {
        "case": case,
        "beds": [one for one in stands if one not in over],
        "history": [one for one in stays if one.ended_at is not None or one in over],
        "declined": [
            (row, ", ".join(str(Declined.Service(code).label) for code in row.services)) for row in declined
        ],
        "outside": any(row.ended_at is None for row in declined),
        "family": selectors.family_of(request.acting, case),
        "may_record": file.allows("stay.record"),
        "may_see_safety": file.allows("safety.read"),
        "outcomes": whereabouts.of_person(file),
        "health_held": held(case),
    }
    return render(request, "shelter/person.html", context)


@case_view("stay.record", "GET", "POST")
def give_bed(request: DeskRequest, case: Case) -> HttpResponse:
    form = BedForm(request.POST if request.method == "POST" else None, **_choice(request))
    if form.is_bound and form.is_valid():
        place, room = form.where()
        act = actions.check_in if form.cleaned_data["when"] == NOW else actions.reserve
        agreed = form.cleaned_data["apart_agreed"]
        if _done(form, lambda: act(request.acting, case, place, room=room, apart_agreed=agreed)):
            return redirect("shelter:person", case_id=case.pk)
    lead = gettext("A bed that fits: by sex and age, with the family, apart from whom they must not meet.")
    return _form(request, case, form, gettext("Give a bed"), lead)


@case_view("stay.record", "GET", "POST")
def family(request: DeskRequest, case: Case) -> HttpResponse:
    members = selectors.family_of(request.acting, case)
    form = FamilyForm(request.POST if request.method == "POST" else None, family=members, **_choice(request))
    if form.is_bound and form.is_valid():
        place, room = form.where()
        chosen = set(form.cleaned_data["members"])
        cases = [case, *(one for one in members if str(one.pk) in chosen)]
        now = form.cleaned_data["when"] == NOW
        until = None if now else request.acting.now + actions.RESERVED_FOR
        if _done(form, lambda: actions.house_family(request.acting, cases, place, room=room, until=until)):
            return redirect("shelter:person", case_id=case.pk)
    lead = gettext("All of them in one family room, or nobody: a family is not torn apart by the hour.")
    return _form(request, case, form, gettext("Give beds to a family"), lead)


@case_view("stay.record", "POST")
def came(request: DeskRequest, case: Case) -> HttpResponse:
    """The bed that was kept is theirs now."""
    kept = next(
        (
            one
            for one in selectors.stays_of(open_case(request.acting, case))
            if not one.ended_at and one.expected
        ),
        None,
    )
    if kept is None:
        messages.error(request, gettext("No bed is kept for this person."))
        return redirect("shelter:person", case_id=case.pk)
    try:
        actions.check_in(request.acting, case, kept.place)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return redirect("shelter:person", case_id=case.pk)


@case_view("stay.record", "GET", "POST")
def move(request: DeskRequest, case: Case) -> HttpResponse:
    form = BedForm(request.POST if request.method == "POST" else None, moving=True, **_choice(request))
    if form.is_bound and form.is_valid():
        place, room = form.where()
        agreed = form.cleaned_data["apart_agreed"]
        if _done(form, lambda: actions.move(request.acting, case, place, room=room, apart_agreed=agreed)):
            return redirect("shelter:person", case_id=case.pk)
    lead = gettext("Tell the person why, and where to, before they move.")
    return _form(request, case, form, gettext("Move to another bed"), lead)


@case_view("stay.record", "GET", "POST")
def leave(request: DeskRequest, case: Case) -> HttpResponse:
    form = LeaveForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        why = Stay.Ended(form.cleaned_data["why"])
        if _done(form, lambda: actions.check_out(request.acting, case, why)):
            return redirect("shelter:person", case_id=case.pk)
    lead = gettext(
        "The bed is free at once. Whoever leaves by their own wish loses nothing, and may come back."
    )
    return _form(request, case, form, gettext("Leaves the bed"), lead)


@case_view("stay.record", "GET", "POST")
def decline(request: DeskRequest, case: Case) -> HttpResponse:
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        services = [Declined.Service(code) for code in given["services"]]
        if _done(
            form,
            lambda: decline_shelter(
                request.acting, case, lives=Declined.Lives(given["lives"]), services=services
            ),
        ):
            return redirect("shelter:person", case_id=case.pk)
    lead = gettext(
        "It costs the person nothing: they keep every service, and may come to a shelter at any time. Tell them so."
    )
    return _form(request, case, form, gettext("Does not wish shelter"), lead)


def _choice(request: DeskRequest) -> dict[str, Any]:
    places = selectors.open_places(request.acting)
    return {"places": places, "beds": selectors.beds_of(request.acting, places)}


def _done(form: CaseForm, act: Callable[[], object]) -> bool:
    try:
        act()
    except Invalid as invalid:
        form.take(invalid)
        return False
    return True


def _form(request: DeskRequest, case: Case, form: CaseForm, title: str, lead: str) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": "shelter:person"}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)

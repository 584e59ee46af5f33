"""The question that stands before a file: why it is taken."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from moei.access.web import DeskRequest, desk_view
from moei.leaving.forms import WhyForm
from moei.leaving.models import MADE_FOR_IT, Kind
from moei.leaving.web import GIVEN, GOING


@desk_view("", "GET", "POST")
def why(request: DeskRequest) -> HttpResponseBase:
    """Asked once in a sitting for each kind of file; then the file follows."""
    chosen = request.GET.get("kind", "")
    if chosen not in Kind.values or Kind(chosen) in MADE_FOR_IT:
        # Nobody comes here but on the way to a file.
        return redirect("/")
    form = WhyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = {"why": form.cleaned_data["why"], "note": form.cleaned_data["note"]}
        request.session[GIVEN] = {**request.session.get(GIVEN, {}), chosen: given}
        # An address that this program put into the session itself, never one from the form.
        return redirect(request.session.get(GOING, {}).get(chosen) or "/")
    context = {"form": form, "kind": Kind(chosen).label}
    return render(request, "leaving/why.html", context, status=422 if form.errors else 200)

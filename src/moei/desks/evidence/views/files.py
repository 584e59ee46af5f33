"""Evidence: the list, taking a file in, one piece with its custody."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.casefile.forms import CaseForm
from moei.desks.evidence import selectors
from moei.desks.evidence.actions.receive import receive_evidence
from moei.desks.evidence.actions.record import correct_evidence, open_evidence
from moei.desks.evidence.actions.verify import verify_evidence
from moei.desks.evidence.forms import AddForm, CorrectForm, FindForm
from moei.desks.evidence.models import Custody, Evidence
from moei.desks.evidence.storage import arrive

PAGE = 50


@desk_view("evidence.view", "GET", "POST")
def pieces(request: DeskRequest) -> HttpResponse:
    """The list; what is looked for is sent, not written into the address."""
    form = FindForm(request.POST if request.method == "POST" else None)
    words = form.cleaned_data["q"] if form.is_bound and form.is_valid() else ""
    page = Paginator(selectors.evidence(request.acting, words=words), PAGE).get_page(request.GET.get("page"))
    was_read(request.acting, "evidence.listed", data={"pieces": len(page.object_list), "words": bool(words)})
    return render(request, "evidence/pieces.html", {"page": page, "form": form, "words": words})


@desk_view("evidence.keep", "GET", "POST")
def add(request: DeskRequest) -> HttpResponse:
    sent = request.method == "POST"
    form = AddForm(request.POST if sent else None, request.FILES if sent else None)
    if form.is_bound and form.is_valid():
        file = form.cleaned_data["file"]
        # Past the handler of uploads when it came another way: then it is small, and in memory.
        arriving = getattr(file, "arriving", None) or arrive(file, file.name)
        try:
            received = receive_evidence(request.acting, arriving, form.about())
        except Invalid as invalid:
            form.take(invalid)
        else:
            words = (
                gettext(
                    "The same bytes are held already as %(number)s. That they were given again is in its log."
                )
                if received.again
                else gettext("Taken in as %(number)s.")
            )
            said = words % {"number": received.evidence}
            (messages.warning if received.again else messages.success)(request, said)
            return redirect("evidence:piece", evidence_id=received.evidence.pk)
    lead = gettext(
        "It is sealed while it arrives. Its SHA-256 is computed at once, and the original never changes."
    )
    return form_page(request, form, gettext("Take in a file"), lead, None)


@desk_view("evidence.view")
def piece(request: DeskRequest, evidence_id: UUID) -> HttpResponse:
    found = selectors.find_evidence(request.acting, evidence_id)
    open_evidence(request.acting, found)
    page = Paginator(selectors.custody(found), PAGE).get_page(request.GET.get("page"))
    context = {
        "piece": found,
        "working": getattr(found, "working", None),
        "check": selectors.last_check(found),
        "page": page,
        "changes": selectors.changes(found),
    }
    return render(request, "evidence/piece.html", context)


@desk_view("evidence.view", "POST")
def verify(request: DeskRequest, evidence_id: UUID) -> HttpResponse:
    found = selectors.find_evidence(request.acting, evidence_id)
    try:
        row = verify_evidence(request.acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        if row.act == Custody.Act.VERIFIED:
            messages.success(request, gettext("Unchanged: the hash computed now is the one of its arrival."))
        else:
            words = gettext(
                "The file is not as it was, or is gone. Do not work with it: tell the administrator to restore it from "
                "a backup, and check it again."
            )
            messages.error(request, words)
    return redirect("evidence:piece", evidence_id=found.pk)


@desk_view("evidence.keep", "GET", "POST")
def correct(request: DeskRequest, evidence_id: UUID) -> HttpResponse:
    found = selectors.find_evidence(request.acting, evidence_id)
    initial = {name: getattr(found, name) for name in ("source", "obtained", "obtained_on", "description")}
    form = CorrectForm(request.POST if request.method == "POST" else None, initial=initial)
    if form.is_bound and form.is_valid():
        try:
            correct_evidence(request.acting, found, form.about(), reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            return redirect("evidence:piece", evidence_id=found.pk)
    lead = gettext("What stood there before stays to be read. The file itself cannot be changed.")
    return form_page(request, form, gettext("Correct the record"), lead, found)


def form_page(
    request: DeskRequest,
    form: CaseForm,
    title: str,
    lead: str,
    about: Evidence | None,
    *,
    save: str = "",
    takes: bool = False,
) -> HttpResponse:
    """One form on one page; 422 when something is to be put right. `takes`: the answer is a file, the page stays."""
    context = {"form": form, "title": title, "lead": lead, "piece": about, "save": save, "takes": takes}
    return render(request, "evidence/form.html", context, status=422 if form.errors else 200)

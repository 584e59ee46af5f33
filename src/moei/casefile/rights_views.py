"""The person's own rights: one page of the case, and the forms behind it (P01, P05, P15)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, override

from moei.access.acting import Invalid
from moei.access.journalled import was_read
from moei.access.papers import paper_pdf
from moei.access.policy import Section
from moei.access.web import DeskRequest, desk_view
from moei.casefile import persons_file
from moei.casefile.actions.complain import close_complaint, complain
from moei.casefile.actions.contact_plan import end_contact_plan, make_contact_plan, open_contact_plan
from moei.casefile.actions.filmed import finish_filming, record_filming
from moei.casefile.actions.rights import answer_request, end_wish, record_request, record_wish
from moei.casefile.folding import joined_into
from moei.casefile.models import Case, Complaint, ContactPlan, Filming, Request, Wish
from moei.casefile.rights_forms import (
    AnswerForm,
    ComplaintAnswerForm,
    ComplaintForm,
    ContactPlanForm,
    FilmedForm,
    OutcomeForm,
    PrintForm,
    RequestForm,
    WishForm,
)
from moei.casefile.selectors import rights as selectors
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves


@case_view("rights.read")
def rights(request: DeskRequest, case: Case) -> HttpResponse:
    acting = request.acting
    file = open_case(acting, case)
    today = case.site.day_of(acting.now)
    plan = selectors.contact_plan(file) if file.shows(Section.CONTACT) else None
    wishes = selectors.wishes(file)
    context: dict[str, Any] = {
        "case": case,
        "file": file,
        "wishes": wishes,
        "never_contact": any(wish.kind == Wish.Kind.NEVER_CONTACT for wish in wishes),
        "requests": selectors.requests(file),
        "complaints": selectors.complaints(file),
        "filmings": selectors.filmings(file),
        "plan": plan,
        "plan_holds": bool(plan and plan.holds_on(today)),
        "today": today,
        "shows_contact": file.shows(Section.CONTACT),
        "shows_register": file.shows(Section.CONSENT),
        "may": {
            "record": file.allows("rights.record"),
            "plan": file.allows("contact_plan.make"),
            "print": file.allows("persons_file.print") and not file.allows("determination.sign"),
            "decide": file.allows("determination.sign"),
        },
    }
    return render(request, "casefile/rights.html", context)


@case_view("rights.record", "GET", "POST")
def wish(request: DeskRequest, case: Case) -> HttpResponse:
    form = WishForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        record_wish(request.acting, case, Wish.Kind(form.cleaned_data["kind"]))
        messages.success(request, gettext("It is recorded, and binds everybody from now on."))
        return _back(case)
    lead = gettext("It binds everybody who works on this case, until the person says otherwise.")
    return _form(request, case, form, gettext("The person says"), lead)


@case_view("rights.record", "POST")
def wish_ends(request: DeskRequest, case: Case, wish_id: UUID) -> HttpResponse:
    found = get_object_or_404(Wish.objects.select_related("case__person"), pk=wish_id, **_of(case))
    try:
        end_wish(request.acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("The person took it back."))
    return _back(case)


@case_view("rights.record", "GET", "POST")
def ask_right(request: DeskRequest, case: Case) -> HttpResponse:
    form = RequestForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        record_request(
            request.acting, case, Request.Kind(form.cleaned_data["kind"]), form.cleaned_data["words"]
        )
        messages.success(request, gettext("It is recorded in the person's words."))
        return _back(case)
    lead = gettext("The person may see the file, have it corrected, and keep a statement of their own in it.")
    return _form(request, case, form, gettext("The person asks"), lead)


@case_view("rights.record", "GET", "POST")
def answer_right(request: DeskRequest, case: Case, request_id: UUID) -> HttpResponse:
    found = get_object_or_404(Request.objects.select_related("case__person"), pk=request_id, **_of(case))
    form = AnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        done = form.cleaned_data["done"] == "yes"
        try:
            answer_request(request.acting, found, done=done, answer=form.cleaned_data["answer"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The answer stands in the file. Tell the person."))
            return _back(case)
    lead = f"{found.get_kind_display()}: “{found.words}”"
    return _form(request, case, form, gettext("Answer the person"), lead)


@case_view("complaint.make", "GET", "POST")
def complain_of(request: DeskRequest, case: Case) -> HttpResponse:
    form = ComplaintForm(request.POST if request.method == "POST" else None, bodies=selectors.bodies(case))
    if form.is_bound and form.is_valid():
        try:
            made = complain(
                request.acting,
                case,
                form.cleaned_data["about"],
                body=form.cleaned_data["body"],
                body_outside=form.cleaned_data["body_outside"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request,
                gettext("The complaint has the number %(number)s. Tell the person the number.")
                % {"number": made},
            )
            return _back(case)
    lead = gettext(
        "It goes to somebody outside the agencies that decide. Those who decide cannot read or close it."
    )
    return _form(request, case, form, gettext("The person complains"), lead)


@case_view("contact_plan.make", "GET", "POST")
def plan_contact(request: DeskRequest, case: Case) -> HttpResponse:
    form = ContactPlanForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            make_contact_plan(
                request.acting, case, **{**given, "channel": ContactPlan.Channel(given["channel"])}
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The plan holds until its last day. Then nobody contacts."))
            return _back(case)
    lead = gettext(
        "Contact later may put the person at risk: only in the way that they choose, and not after the last day."
    )
    return _form(request, case, form, gettext("How the person may be contacted later"), lead)


@case_view("contact_plan.make", "POST")
def plan_ends(request: DeskRequest, case: Case) -> HttpResponse:
    end_contact_plan(request.acting, case)
    messages.success(request, gettext("The plan is ended. Nobody contacts the person in this way."))
    return _back(case)


@case_view("contact_plan.open", "POST")
def plan_opened(request: DeskRequest, case: Case) -> HttpResponse:
    """The address and the code word, for a contact now."""
    plans = ContactPlan.objects.filter(ended_at__isnull=True, **_of(case)).order_by("-made_at")
    plan = plans.select_related("case__person", "case__site").first()
    if plan is None:
        messages.error(request, gettext("There is no plan for contact. Nobody contacts the person."))
        return redirect("cases:file", case_id=case.pk)
    try:
        reach = open_contact_plan(request.acting, plan)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("cases:file", case_id=case.pk)
    return render(request, "casefile/contact.html", {"case": case, "reach": reach, "plan": plan})


@case_view("filming.record", "GET", "POST")
def filmed(request: DeskRequest, case: Case) -> HttpResponse:
    followers = selectors.followers(request.acting, case)
    form = FilmedForm(request.POST if request.method == "POST" else None, followers=followers)
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        try:
            record_filming(request.acting, case, **{**given, "wanted": Filming.Wanted(given["wanted"])})
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is recorded, with who follows it up."))
            return _back(case)
    lead = gettext(
        "Write it as the person tells it. Do not look for the film before you know what the person wants."
    )
    return _form(request, case, form, gettext("“I was filmed”"), lead)


@case_view("filming.record", "GET", "POST")
def filmed_done(request: DeskRequest, case: Case, filming_id: UUID) -> HttpResponse:
    found = get_object_or_404(Filming.objects.select_related("case__person"), pk=filming_id, **_of(case))
    form = OutcomeForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            finish_filming(request.acting, found, outcome=form.cleaned_data["outcome"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is followed up. Tell the person."))
            return _back(case)
    lead = f"{found.where} {found.when} {found.by_whom} · {found.get_wanted_display()}"
    return _form(request, case, form, gettext("What came of it"), lead)


@case_view("persons_file.print", "GET", "POST")
def print_file(request: DeskRequest, case: Case) -> HttpResponseBase:
    """The file on paper for the person, in a language that they choose among those that there are texts in."""
    file = open_case(request.acting, case)
    initial = {"language": persons_file.language_for(case) or None}
    form = PrintForm(
        request.POST if request.method == "POST" else None,
        languages=persons_file.languages(),
        initial={key: value for key, value in initial.items() if value},
    )
    try:
        persons_file.require_print(request.acting, file)
    except Invalid as invalid:
        messages.warning(request, str(invalid))
        return _back(case)
    if form.is_bound and form.is_valid():
        language = form.cleaned_data["language"]

        def make(stamp: Stamp) -> bytes:
            with override(language):
                about = {**persons_file.content(request.acting, file), "language": language}
                return paper_pdf(
                    "casefile/persons_file.html", request.acting.release, about, stamp=stamp.words()
                )

        return leaves(request, Kind.PERSONS_FILE, make, name="papers.pdf", cases=[case.id], inline=True)
    lead = gettext(
        "What the file says of the person, whom it was disclosed to, and what they may ask. Of others it says nothing."
    )
    return _form(request, case, form, gettext("Print the file for the person"), lead)


@case_view("disclosure.read")
def disclosures(request: DeskRequest, case: Case) -> HttpResponse:
    file = open_case(request.acting, case)
    context = {
        "case": case,
        "told": selectors.disclosure_register(file),
        "may": {
            "record": file.allows("disclosure.record"),
            "print": file.allows("persons_file.print") and not file.allows("determination.sign"),
        },
    }
    return render(request, "casefile/disclosures.html", context)


@case_view("persons_file.print")
def print_disclosures(request: DeskRequest, case: Case) -> HttpResponseBase:
    file = open_case(request.acting, case)
    try:
        persons_file.require_print(request.acting, file)
    except Invalid as invalid:
        messages.warning(request, str(invalid))
        return _back(case)

    def make(stamp: Stamp) -> bytes:
        about = {"case": case, "told": selectors.disclosure_register(file), "now": request.acting.now}
        return paper_pdf(
            "casefile/disclosures_paper.html", request.acting.release, about, stamp=stamp.words()
        )

    return leaves(request, Kind.DISCLOSURES, make, name="papers.pdf", cases=[case.id], inline=True)


@desk_view("complaints.answer")
def complaints(request: DeskRequest) -> HttpResponse:
    """The register, for the body that answers. It knows a case by its number."""
    rows = list(selectors.register_of_complaints(request.acting.release))
    was_read(request.acting, "complaints.listed", data={"complaints": len(rows)})
    return render(request, "casefile/complaints.html", {"rows": rows})


@desk_view("complaints.answer", "GET", "POST")
def answer_complaint(request: DeskRequest, complaint_id: UUID) -> HttpResponse:
    mine = selectors.register_of_complaints(request.acting.release)
    found: Complaint = get_object_or_404(mine, pk=complaint_id)
    form = ComplaintAnswerForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            close_complaint(request.acting, found, answer=form.cleaned_data["answer"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The complaint is answered and closed."))
            return redirect("cases:complaints")
    was_read(request.acting, "complaint.opened", case=found.case_id, subject=found.case.person_id)
    status = 422 if form.errors else 200
    return render(request, "casefile/complaint.html", {"complaint": found, "form": form}, status=status)


def _of(case: Case) -> dict[str, Any]:
    """Rows of this case and of files that were joined into it."""
    return {"case__person__in": joined_into([case.person_id])[case.person_id]}


def _back(case: Case) -> HttpResponse:
    return redirect("cases:rights", case_id=case.pk)


def _form(request: DeskRequest, case: Case, form: Form, title: str, lead: str) -> HttpResponse:
    context = {"case": case, "form": form, "title": title, "lead": lead, "back": "cases:rights"}
    return render(request, "casefile/right.html", context, status=422 if form.errors else 200)

"""The list of cases, one case file, and corrections of it."""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from babel import Locale
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext

from moei.access.acting import Invalid
from moei.access.decide import can, may
from moei.access.journalled import was_listed
from moei.access.policy import Section
from moei.access.web import DeskRequest, desk_view
from moei.casefile.actions.attachments import add_attachment, open_attachment
from moei.casefile.actions.correct_identity import CORRECTABLE, correct_identity
from moei.casefile.actions.family import join_family, leave_family
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.actions.needs import record_needs
from moei.casefile.actions.record_event import may_be_voided, void_event
from moei.casefile.actions.wristband import issue_wristband
from moei.casefile.folding import joined_into
from moei.casefile.forms import (
    SEARCHED,
    AttachmentForm,
    FamilyForm,
    IdentityForm,
    ListForm,
    MergeForm,
    NeedsForm,
    ReasonForm,
)
from moei.casefile.models import Attachment, Case, CaseEvent, Consent, PersonMerge, Wristband
from moei.casefile.selectors import case_list, case_page, rights
from moei.casefile.selectors.cases import PAGE, open_case, search, told_of, visible_cases
from moei.casefile.selectors.family_asks import family_asks, to_ask
from moei.casefile.selectors.needs import needs_of
from moei.casefile.web import case_view
from moei.casefile.words import event_label
from moei.engines.identity.countries import alpha2
from moei.leaving.models import Kind
from moei.leaving.web import leaves
from moei.signin.words import keep_words, words_of


@desk_view("")
def cases(request: DeskRequest) -> HttpResponse:
    """Everybody may ask; each sees only the cases that are theirs."""
    acting = request.acting
    countries = [(code, _country(code)) for code in case_list.nationalities(acting)]
    given = request.GET.copy()
    # Words in an address would stand in the browser's history and in the logs of whatever lies between.
    kept = words_of(request, request.GET.get("s", "")) if "s" in given else ""
    if kept is None:
        messages.info(request, gettext("That search is over. Type the words again."))
        return redirect("cases:list")
    given["q"] = kept
    form = ListForm(
        given if request.GET else None, stages=case_list.stage_labels(acting), countries=countries
    )
    chosen = form.cleaned_data if form.is_valid() else {}
    text = chosen.get("q", "").strip()
    found = case_list.listed_cases(
        acting,
        stage=chosen.get("stage", ""),
        need=chosen.get("need", ""),
        nationality=chosen.get("nationality", ""),
    )
    if text:
        found = search(acting, text, cases=found)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = case_list.rows(acting, page.object_list)
    filters = [name for name, value in chosen.items() if value and name != "q"]
    shown = [row.case.id for row in rows]
    if rows or text:
        told = told_of(found, shown) if text else shown
        was_listed(acting, "cases:list", told, words=text, filters=filters)
    context = {
        "form": form,
        "page": page,
        "rows": rows,
        "filtered": any(chosen.values()),
        "may_search": may(acting.staff, "people.search", acting.release.id),
        "may_break_glass": may(acting.staff, "break_glass.open", acting.release.id),
        "shows_procedure": case_list.shows(acting, Section.PROCEDURE),
        "shows_needs": case_list.shows(acting, Section.NEEDS),
        "reaches_cases": case_page.reaches_cases(acting),
        "families_ask": to_ask(acting) if case_list.shows(acting, Section.CONSENT) else None,
    }
    return render(request, "casefile/list.html", context)


@desk_view("people.search", "POST")
def search_cases(request: DeskRequest) -> HttpResponse:
    """Takes the words of a search and goes to the list, whose address does not hold them."""
    address = QueryDict(mutable=True)
    for name in ("stage", "need", "nationality"):
        if chosen := request.POST.get(name, "")[:SEARCHED]:
            address[name] = chosen
    if words := request.POST.get("q", "").strip():
        address["s"] = keep_words(request, words[:SEARCHED])
    return redirect(f"{reverse('cases:list')}?{address.urlencode()}")


@case_view("case.open")
def case_file(request: DeskRequest, case: Case) -> HttpResponse:
    """One case file: only the sections that the policy opens are fetched at all."""
    acting = request.acting
    file = open_case(acting, case)
    context: dict[str, Any] = {
        "case": case,
        "file": file,
        "identity": case_page.identity(acting, file),
        "may": {
            "correct": file.allows("case.correct_identity"),
            "needs": file.allows("needs.record"),
            "consent": file.allows("consent.record"),
            "disclosure": file.allows("disclosure.record"),
            "attach": file.allows("attachment.add"),
            "assign": file.allows("case.assign"),
            "support": file.allows("support_person.name"),
            "merge": file.allows("person.merge"),
            "interview": file.allows("interview.conduct"),
            "sign": file.allows("determination.sign"),
            "wristband": file.allows("wristband.renew"),
        },
    }
    if context["may"]["wristband"]:
        context["has_wristband"] = Wristband.objects.filter(case=case, ended_at__isnull=True).exists()
    if file.shows(Section.PROCEDURE):
        context |= {
            "clocks": case_page.clocks(file),
            "timeline": case_page.timeline(file),
            "joined": case_page.joined(file),
            "sees_matches": case_page.sees_matches(acting),
        }
        if context["sees_matches"]:
            context["origins"] = case_page.origins(file)
        else:
            context["mentions"] = case_page.mentions(file)
    if file.shows(Section.NEEDS):
        context["needs"] = case_page.needs(file)
    today = case.site.day_of(acting.now)
    if file.shows(Section.RIGHTS):
        context["wishes"] = rights.wishes(file)
    if file.shows(Section.PROPERTY):
        context["overdue_property"] = rights.overdue(rights.belongings(file), today)
    if file.shows(Section.CONTACT):
        plan = rights.contact_plan(file)
        context |= {
            "phones": case_page.phones(file),
            "plan": plan,
            "plan_holds": bool(plan and plan.holds_on(today)),
            "never_contact": rights.never_contact(file, context.get("wishes")),
        }
    if file.shows(Section.SCREENING):
        context["interviews"] = [event for event in file.events if event.kind.startswith("interview_")]
    if file.shows(Section.DETERMINATION):
        context |= {"outcome": case_page.outcome(file), "missing": case_page.missing_seats(file)}
    if file.shows(Section.CONSENT):
        consents = case_page.consents(file)
        context |= {"consents": consents, "disclosures": case_page.disclosures(file)}
        if context["may"]["consent"]:
            context["family_asks"] = family_asks(file, consents)
    if file.shows(Section.ATTACHMENTS):
        context["attachments"] = case_page.attachments(file)
    if context["may"]["assign"] or file.shows(Section.CONSENT):
        context["reaches"] = case_page.reaches(acting, file)
    return render(request, "casefile/file.html", context)


@case_view("case.correct_identity", "GET", "POST")
def identity(request: DeskRequest, case: Case) -> HttpResponse:
    initial = {field: getattr(case.person, field) for field in CORRECTABLE}
    today = request.acting.today
    initial["age_unsure"] |= case.person.doubted(today)
    form = IdentityForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            correct_identity(request.acting, case, form.cleaned_data)
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request, gettext("Corrected. What stood there before is kept under the person's key.")
            )
            return to_file(case)
    return render(request, "casefile/identity.html", {"case": case, "form": form})


@case_view("needs.record", "GET", "POST")
def needs(request: DeskRequest, case: Case) -> HttpResponse:
    standing = [need.code for need in needs_of([case.person_id])[case.person_id]]
    form = NeedsForm(request.POST if request.method == "POST" else None, initial={"needs": standing})
    if request.method == "POST" and form.is_valid():
        record_needs(request.acting, case, form.cleaned_data["needs"])
        messages.success(request, gettext("The needs are recorded."))
        return to_file(case)
    return render(request, "casefile/needs.html", {"case": case, "form": form})


@case_view("attachment.add", "GET", "POST")
def attach(request: DeskRequest, case: Case) -> HttpResponse:
    form = AttachmentForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            add_attachment(
                request.acting, case, Attachment.Kind(form.cleaned_data["kind"]), file.name, file.read()
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The file is kept, sealed."))
            return to_file(case)
    return render(request, "casefile/attach.html", {"case": case, "form": form})


@case_view("attachment.read")
def attachment(request: DeskRequest, case: Case, attachment_id: UUID) -> HttpResponseBase:
    """Always a download: no file that somebody brought runs inside a page. It leaves as it came, with no stamp in it."""
    people = joined_into([case.person_id])[case.person_id]
    standing = Attachment.objects.filter(case__person__in=people, voided_at__isnull=True)
    found = get_object_or_404(standing.select_related("case"), pk=attachment_id)
    return leaves(
        request,
        Kind.ATTACHMENT,
        lambda _stamp: open_attachment(request.acting, found),
        name=f"{found.pk}{_ENDINGS.get(found.content_type, '')}",
        content_type=found.content_type,
        cases=[case.id],
    )


_ENDINGS = {
    "application/pdf": ".pdf",
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "audio/wav": ".wav",
    "audio/ogg": ".ogg",
    "audio/mp4": ".m4a",
}


@case_view("wristband.renew", "POST")
def renew_wristband(request: DeskRequest, case: Case) -> HttpResponse:
    issue_wristband(request.acting, case)
    messages.success(
        request, gettext("There is a new wristband. The old one stopped working; print the new one.")
    )
    return to_file(case)


@case_view("person.merge", "GET", "POST")
def merge(request: DeskRequest, case: Case) -> HttpResponse:
    """Join another file into this one."""
    acting = request.acting
    form = MergeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mine = visible_cases(acting.staff, acting.release.id, now=acting.now)
        other = mine.filter(number=form.cleaned_data["number"].strip()).first()
        try:
            if other is None:
                raise Invalid({"number": gettext("None of your cases has this number.")})
            merge_people(acting, case, other, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The two are one file now. You can take them apart again."))
            return to_file(case)
    return render(request, "casefile/merge.html", {"case": case, "form": form})


@case_view("case.correct_identity", "GET", "POST")
def family(request: DeskRequest, case: Case) -> HttpResponse:
    """Say with whom the person belongs together, or that they no longer do."""
    acting = request.acting
    if "leave" in request.POST:
        with suppress(Invalid):  # somebody else was quicker: the person has left already
            leave_family(acting, case)
        return to_file(case)
    form = FamilyForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        mine = visible_cases(acting.staff, acting.release.id, now=acting.now)
        other = mine.filter(number=form.cleaned_data["number"].strip()).first()
        try:
            if other is None:
                raise Invalid({"number": gettext("None of your cases has this number.")})
            join_family(acting, case, other)
        except Invalid as invalid:
            form.take(invalid)
        else:
            return to_file(case)
    return render(request, "casefile/family.html", {"case": case, "form": form})


@case_view("person.unmerge", "GET", "POST")
def unmerge(request: DeskRequest, case: Case, merge_id: UUID) -> HttpResponse:
    mine = PersonMerge.objects.filter(kept_id=case.person_id, undone_at__isnull=True)
    found = get_object_or_404(mine.select_related("merged__case"), pk=merge_id)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            unmerge_people(request.acting, found, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("They are two files again, each with all that was its own."))
            return to_file(case)
    title = gettext("Take case %(number)s out of this one again") % {"number": found.merged.case.number}
    lead = gettext("Both files will stand again as they were. Nothing is lost.")
    return _reason_page(request, case, form, title, lead)


@case_view("case.void_event", "GET", "POST")
def void(request: DeskRequest, case: Case, event_id: UUID) -> HttpResponse:
    # Also of a file that was joined into this one: its events stand in the same timeline.
    people = joined_into([case.person_id])[case.person_id]
    events = CaseEvent.objects.filter(case__person_id__in=people).select_related("case")
    event = get_object_or_404(events, pk=event_id)
    acting = request.acting
    if not may_be_voided(event, lambda action: can(acting.staff, action, event.case, now=acting.now)):
        raise Http404
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            void_event(request.acting, event, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Voided. The entry stays readable, and no longer counts."))
            return to_file(case)
    title = gettext("Void “%(event)s”") % {"event": event_label(event.kind)}
    lead = gettext("It was recorded in error and never happened. Stage and clocks are computed without it.")
    return _reason_page(request, case, form, title, lead)


def _reason_page(request: DeskRequest, case: Case, form: ReasonForm, title: str, lead: str) -> HttpResponse:
    return render(request, "casefile/reason.html", {"case": case, "form": form, "title": title, "lead": lead})


def to_file(case: Case) -> HttpResponse:
    return redirect("cases:file", case_id=case.pk)


def consent_of(case: Case, consent_id: UUID) -> Any:
    people = joined_into([case.person_id])[case.person_id]
    consents = Consent.objects.filter(case__person__in=people).select_related("recipient", "case")
    found = consents.filter(pk=consent_id).first()
    if found is None:
        raise Http404
    return found


def _country(code: str) -> str:
    names = Locale.parse((get_language() or "en").replace("-", "_")).territories
    return str(names.get(alpha2(code), code))

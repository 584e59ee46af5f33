"""An embassy's own desk: nationals who agreed that it is told of them, and nobody else (P01, P12).

Whoever withdraws is gone: their page, an answer to it and a sheet with it say what is said of somebody who never was.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext, ngettext

from moei.access.acting import Invalid
from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.casefile.feared_states import states_of
from moei.casefile.models import Case, PersonName
from moei.casefile.selectors.cases import open_case
from moei.desks.embassies import selectors
from moei.desks.embassies.actions.answer import MAX_ANSWERS, Answer, answer_requests
from moei.desks.embassies.actions.answer_sheet import RowErrors, answer_by_sheet
from moei.desks.embassies.actions.remind import see_reminders, unseen_reminders
from moei.desks.embassies.forms import AnswerForm, IssueForm, SheetForm
from moei.desks.embassies.models import VerificationRequest
from moei.desks.embassies.sheets import request_sheet
from moei.desks.embassies.views.of_case import settle_paper
from moei.desks.embassies.working import NotOpen, nationals
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import SPREADSHEET, leaves

PAGE = 50


@desk_view("nationals.view")
def listed(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    page = Paginator(selectors.listed_nationals(acting), PAGE).get_page(request.GET.get("page"))
    rows = selectors.as_nationals(acting, list(page))
    if rows:
        was_listed(acting, "embassies:nationals", [row.case.pk for row in rows])
    context = {
        "page": page,
        "rows": rows,
        "reminders": unseen_reminders(acting).count() if rows else 0,
    }
    return render(request, "embassies/nationals.html", context)


@desk_view("nationals.view")
def one(request: DeskRequest, case_id: UUID) -> HttpResponse:
    return _page(request, _national(request, case_id))


@desk_view("nationals.answer", "POST")
def answer(request: DeskRequest, verification_id: UUID) -> HttpResponse:
    acting = request.acting
    asked = selectors.own_requests(acting).filter(pk=verification_id).first()
    if asked is None:
        raise Http404
    form = AnswerForm(request.POST)
    if form.is_valid():
        given = form.cleaned_data
        try:
            answer_requests(acting, [Answer(asked.pk, given["answer"], given["remark"])])
        except NotOpen:
            # The person withdrew between the page and this answer: nothing is stored, and no other words are said.
            raise Http404 from None
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("Your answer is stored."))
            return redirect("embassies:nationals")
    return _page(request, asked.case, form=form, status=422)


@desk_view("nationals.answer", "POST")
def paper(request: DeskRequest, paper_id: UUID) -> HttpResponse:
    document = selectors.own_papers(request.acting).filter(pk=paper_id).select_related("case").first()
    if document is None:
        raise Http404
    form = IssueForm(request.POST)
    if form.is_valid():
        try:
            settle_paper(request, document.pk, form)
        except NotOpen:
            raise Http404 from None
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is stored."))
            return redirect("embassies:national", case_id=document.case_id)
    case = _national(request, document.case_id)
    return _page(request, case, paper_form=form, paper_id=document.pk, status=422)


@desk_view("nationals.answer", "POST")
def seen(request: DeskRequest) -> HttpResponse:
    see_reminders(request.acting)
    return redirect("embassies:nationals")


@desk_view("nationals.answer", "GET", "POST")
def upload(request: DeskRequest) -> HttpResponse:
    """An answered spreadsheet: every row is taken, or none is, and each that is wrong is named."""
    form = SheetForm(request.POST, request.FILES) if request.method == "POST" else SheetForm()
    rows: list[str] = []
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            with transaction.atomic():
                count = answer_by_sheet(request.acting, file.read(), file.name)
        except NotOpen:
            form.add_error(None, gettext("A request in this sheet is not open to you. Download a new sheet."))
        except RowErrors as errors:
            form.add_error(None, str(errors))
            rows = errors.rows
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request,
                ngettext("%(n)s answer is stored.", "%(n)s answers are stored.", count) % {"n": count},
            )
            return redirect("embassies:nationals")
    context = {"form": form, "row_errors": rows}
    return render(request, "embassies/upload.html", context, status=422 if form.errors else 200)


@desk_view("nationals.answer")
def download(request: DeskRequest) -> HttpResponseBase:
    """What waits for an answer, as a spreadsheet to fill in."""
    acting = request.acting
    waiting = selectors.own_requests(acting).filter(status=VerificationRequest.Status.ASKED)
    requests = list(waiting.order_by("asked_at", "reference")[:MAX_ANSWERS])
    if not requests:
        messages.info(request, gettext("Nothing waits for your answer."))
        return redirect("embassies:nationals")

    def make(stamp: Stamp) -> bytes:
        named = [row.case_id for row in requests]
        was_listed(acting, "embassies:nationals_sheet", named, action="cases.exported")
        title = gettext("Is each of these a national of the state named beside it?")
        return request_sheet(title, selectors.sheet_rows(requests), acting.release, stamp)

    return leaves(
        request,
        Kind.EMBASSY,
        make,
        name="requests.xlsx",
        content_type=SPREADSHEET,
        cases=[row.case_id for row in requests],
    )


def _national(request: DeskRequest, case_id: UUID) -> Case:
    case = nationals(request.acting).select_related("person", "site").filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


def _page(
    request: DeskRequest,
    case: Case,
    *,
    form: AnswerForm | None = None,
    paper_form: IssueForm | None = None,
    paper_id: UUID | None = None,
    status: int = 200,
) -> HttpResponse:
    """Identity, needs for travel and papers; whereabouts, other missions and other answers are fetched nowhere here."""
    acting = request.acting
    case = _national(request, case.pk)
    file = open_case(acting, case)
    agency = acting.staff.agency
    states = states_of([agency])[agency.pk] if agency else set()
    requests = list(selectors.own_requests(acting).filter(case=case).order_by("-asked_at"))
    context = {
        "case": case,
        "names": PersonName.objects.filter(person__in=file.people)
        .exclude(text__in=[case.person.name, case.person.name_native])
        .order_by("text"),
        "documents": selectors.papers_of([case.person_id], states).get(case.person_id, []),
        "born": selectors.born(case),
        "needs": selectors.needs_of([case.person_id]).get(case.person_id, []),
        "requests": requests,
        "waiting": next((row for row in requests if row.is_open), None),
        "papers": [
            (
                paper,
                paper_form
                if paper_form is not None and paper.pk == paper_id
                else IssueForm(auto_id=f"id_{paper.pk}_%s"),
            )
            for paper in selectors.own_papers(acting).filter(case=case).order_by("asked_at")
        ],
        "form": form or AnswerForm(),
        "errors_of": paper_form or form,
        "crumbs": [
            {"label": gettext("Our nationals"), "url": reverse("embassies:nationals")},
            {"label": str(case.person)},
        ],
    }
    return render(request, "embassies/national.html", context, status=status)

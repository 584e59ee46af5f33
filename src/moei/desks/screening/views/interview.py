"""The interview page: confirm, ask, pause, stop, read back. Each step is a form of its own; htmx saves as typed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from moei.access.acting import Invalid
from moei.access.models import Staff
from moei.access.policy import Section
from moei.access.web import DeskRequest, is_htmx
from moei.casefile.folding import protocol, state_of
from moei.casefile.holds import holds_interview
from moei.casefile.models import Case
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.desks.screening import selectors
from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.confirm_facts import confirm_facts
from moei.desks.screening.actions.pause_interview import ask_break, resume, stop_interview
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import StaleAnswers, save_answers
from moei.desks.screening.actions.start_interview import change_interpreter, start_interview
from moei.desks.screening.evidence import CODE_WORDS, evidence
from moei.desks.screening.form import identification_form
from moei.desks.screening.forms import (
    ReadBackForm,
    ScreeningForm,
    StartForm,
    StopForm,
    spoken_by,
)
from moei.desks.screening.models import Answer, Confirmation, Interview
from moei.desks.screening.recording import people_of
from moei.desks.screening.views.drawing import answers_form, groups_of, operation_of, put_onto
from moei.desks.screening.words import label_of, language

State = Interview.State


@case_view("interview.read", "GET")
def interview(request: DeskRequest, case: Case) -> HttpResponse:
    """Where the case stands with this desk, and the one thing to do next."""
    return _page(request, case)


@case_view("screening.record", "POST")
def screening(request: DeskRequest, case: Case) -> HttpResponse:
    form = ScreeningForm(request.POST)
    if not form.is_valid():
        said = Invalid({name: str(words[0]) for name, words in form.errors.items()})
        return _page(request, case, invalid=said, screening_form=form)
    try:
        record_screening(
            request.acting, case, note=form.cleaned_data["note"], operation=operation_of(request)
        )
    except Invalid as invalid:
        return _page(request, case, invalid=invalid, screening_form=form)
    messages.success(
        request, _("The preliminary screening is recorded. Start the interview when the person is ready.")
    )
    return redirect("screening:interview", case.id)


@case_view("interview.conduct", "POST")
def start(request: DeskRequest, case: Case) -> HttpResponse:
    form = _start_form(request, case, request.POST)
    form.is_valid()
    given = form.cleaned_data
    try:
        start_interview(
            request.acting,
            case,
            language=given.get("language", ""),
            interpreter=given.get("interpreter"),
            no_tie=given.get("no_tie", False),
            operation=operation_of(request),
        )
    except Invalid as invalid:
        return _page(request, case, invalid=invalid, start_form=form)
    return redirect("screening:interview", case.id)


@case_view("interview.conduct", "GET", "POST")
def interpreter(request: DeskRequest, case: Case) -> HttpResponse:
    """Another interpreter, at anybody's wish."""
    sitting = _open(case)
    if sitting is None:
        return redirect("screening:interview", case.id)
    form = _start_form(request, case, request.POST or None, {"language": sitting.language})
    errors: list[dict[str, str]] = []
    if request.method == "POST":
        form.is_valid()
        given = form.cleaned_data
        try:
            change_interpreter(
                request.acting,
                sitting,
                given.get("interpreter"),
                language=given.get("language", ""),
                no_tie=given.get("no_tie", False),
            )
        except Invalid as invalid:
            errors = put_onto(form, invalid)
        else:
            messages.success(
                request, _("The interpreter is changed. The former one no longer sees this case.")
            )
            return redirect("screening:interview", case.id)
    context = {"case": case, "interview": sitting, "form": form, "errors": errors}
    return render(request, "screening/interpreter.html", context, status=422 if errors else 200)


@case_view("interview.conduct", "POST")
def facts(request: DeskRequest, case: Case) -> HttpResponse:
    sitting = _open(case)
    given = {
        fact: (request.POST[f"{fact}-right"] == "yes", request.POST.get(f"{fact}-said", ""))
        for fact in Confirmation.Fact.values
        if request.POST.get(f"{fact}-right") in ("yes", "no")
    }
    try:
        if sitting is None:
            raise Invalid(_("No interview is going on."))
        confirm_facts(request.acting, sitting, given)
    except Invalid as invalid:
        return _page(request, case, invalid=invalid, facts_given=given)
    messages.success(request, _("What the person said about these facts is saved."))
    return redirect("screening:interview", case.id)


@case_view("interview.conduct", "POST", answers_change=True)
def answers(request: DeskRequest, case: Case) -> HttpResponse:
    """Saves one answer (htmx, `?question=`) or all that were changed on the page (plain submit)."""
    sitting = _open(case)
    only = request.GET.get("question", "") if is_htmx(request) else ""
    given, base = _given(request, case, only)
    try:
        if sitting is None:
            raise Invalid(_("No interview is going on."))
        save_answers(request.acting, sitting, given, base=base)
    except Invalid as invalid:
        if only:
            return _answer_refused(request, case, only, given, invalid)
        return _page(request, case, invalid=_with_theirs(invalid), answers_given=request.POST)
    if only:
        return _answer_saved(request, case, only)
    messages.success(request, _("The answers are saved."))
    return redirect("screening:interview", case.id)


@case_view("interview.conduct", "POST")
def take_break(request: DeskRequest, case: Case) -> HttpResponse:
    return _step(request, case, lambda sitting: ask_break(request.acting, sitting))


@case_view("interview.conduct", "POST")
def go_on(request: DeskRequest, case: Case) -> HttpResponse:
    return _step(request, case, lambda sitting: resume(request.acting, sitting))


@case_view("interview.conduct", "POST")
def stop(request: DeskRequest, case: Case) -> HttpResponse:
    reason = request.POST.get("reason") or Interview.StopReason.PERSON
    return _step(request, case, lambda sitting: stop_interview(request.acting, sitting, reason=reason))


@case_view("interview.conduct", "POST")
def complete(request: DeskRequest, case: Case) -> HttpResponse:
    sent = operation_of(request)
    return _step(request, case, lambda sitting: complete_interview(request.acting, sitting, operation=sent))


@case_view("interview.conduct", "POST")
def confirm_statement(request: DeskRequest, case: Case) -> HttpResponse:
    agreed, sent = request.POST.get("agreed") == "on", operation_of(request)
    return _step(
        request, case, lambda sitting: read_back(request.acting, sitting, agreed=agreed, operation=sent)
    )


def _step(request: DeskRequest, case: Case, take: Any) -> HttpResponse:
    sitting = _meant(request, case)
    try:
        if sitting is None:
            raise Invalid(_("No interview is going on."))
        take(sitting)
    except Invalid as invalid:
        return _page(request, case, invalid=invalid)
    return redirect("screening:interview", case.id)


def _page(request: DeskRequest, case: Case, *, invalid: Invalid | None = None, **given: Any) -> HttpResponse:
    file = open_case(request.acting, case)
    sittings = selectors.interviews_of(case)
    # A sitting of a file that was joined in is read, not gone on with.
    sitting = next((row for row in reversed(sittings) if row.case_id == case.id), None)
    latest = selectors.answers_of(case)
    values = selectors.values_of(latest)
    form = answers_form(latest, given.get("answers_given"), invalid)
    conducts = file.allows("interview.conduct")
    correcting = sitting is not None and sitting.state == State.COMPLETED and "correct" in request.GET
    errors = [
        {"text": words, "href": f"#id_{name}" if name else ""}
        for name, words in (invalid.errors if invalid else {}).items()
    ]
    for name in ("screening_form", "start_form"):
        if invalid and name in given:
            put_onto(given[name], invalid)
    rules = protocol(case.protocol)
    context = {
        "case": case,
        "file": file,
        "state": file.state,
        "sittings": sittings,
        "interview": sitting,
        "conducts": conducts,
        # An interpreter interprets; what answers evidence is for those who ask and those who decide.
        "weighs": conducts or file.shows(Section.DETERMINATION),
        "records_screening": file.allows("screening.record"),
        "asks": conducts
        and sitting is not None
        and (sitting.state in (State.RUNNING, State.PAUSED) or correcting),
        "correcting": correcting,
        "reads_back": sitting is not None and sitting.state == State.COMPLETED and not correcting,
        "waits": holds_interview(case, now=request.acting.now) if conducts else [],
        "may_start": conducts and (sitting is None or sitting.state not in Interview.OPEN),
        "groups": groups_of(form, latest, sitting),
        "form": form,
        "quotes": selectors.quotes(values),
        "panel": evidence(identification_form(), values, selectors.is_child(case, file.state)),
        "code_words": CODE_WORDS,
        "facts": selectors.known_facts(case.person, sitting),
        "facts_given": given.get("facts_given", {}),
        "screening_form": given.get("screening_form") or ScreeningForm(),
        "start_form": given.get("start_form") or _start_form(request, case),
        "stop_form": StopForm(),
        "read_back_form": ReadBackForm(),
        "standard": label_of(rules.standard_of_proof.value),
        "standard_verified": rules.standard_of_proof.verified,
        "errors": errors,
        "language": language(),
    }
    return render(request, "screening/interview.html", context, status=422 if invalid else 200)


def _start_form(
    request: DeskRequest, case: Case, data: Any = None, values: dict[str, Any] | None = None
) -> StartForm:
    spoken = spoken_by(case)
    found: list[Staff] = list(selectors.interpreters(request.acting.release.id))
    start = values or ({"language": spoken[0]} if spoken else {})
    return StartForm(found, [*spoken, *request.acting.staff.languages], data=data, initial=start)


def _open(case: Case) -> Interview | None:
    """The sitting that is going on or waits to be read back."""
    return _sittings(case).filter(state__in=Interview.OPEN).first()


def _meant(request: DeskRequest, case: Case) -> Interview | None:
    """The sitting of which the form was drawn: sent again, it may be over. Without a usable name, the open one."""
    try:
        named = UUID(request.POST.get("interview", ""))
    except ValueError:
        return _open(case)
    return _sittings(case).filter(pk=named).first()


def _sittings(case: Case) -> QuerySet[Interview]:
    rows = Interview.objects.filter(case=case)
    return rows.select_related("case__site", "interpreter", "interviewer")


def _given(request: DeskRequest, case: Case, only: str) -> tuple[dict[str, object], dict[str, int]]:
    """What was changed on the page: question -> value, and the revisions the writer saw."""
    shown: dict[tuple[str, int], str] = {}
    if not only:
        shown = {
            (row.question, row.revision): row.value
            for row in Answer.objects.filter(case__person_id__in=people_of(case))
        }
    given: dict[str, object] = {}
    base: dict[str, int] = {}
    for question in identification_form():
        seen = request.POST.get(f"base-{question.name}", "")
        if (only and question.name != only) or not seen.isdecimal() or len(seen) > 6:
            continue
        many = question.type == "select_multiple"
        value = (
            " ".join(request.POST.getlist(question.name))
            if many
            else request.POST.get(question.name, "").strip()
        )
        if not only and value.replace("\r\n", "\n") == shown.get((question.name, int(seen)), ""):
            continue
        given[question.name], base[question.name] = value.replace("\r\n", "\n"), int(seen)
    return given, base


def _answer_saved(request: DeskRequest, case: Case, name: str) -> HttpResponse:
    """The state of the saved answer, with the evidence panel and the questions that depend on it beside it."""
    latest = selectors.answers_of(case)
    values = selectors.values_of(latest)
    child = selectors.is_child(case, state_of(case, now=request.acting.now))
    sitting = _open(case)
    dependent = [
        asked
        for group in groups_of(answers_form(latest, None, None), latest, sitting)
        for asked in group["questions"]
        if any(condition.question == name for condition in asked.question.relevant)
    ]
    context = {
        "case": case,
        "name": name,
        "answer": latest.get(name),
        "panel": evidence(identification_form(), values, child),
        "code_words": CODE_WORDS,
        "dependent": dependent,
        "asks": True,
        "language": language(),
    }
    return render(request, "screening/_saved.html", context)


def _with_theirs(invalid: Invalid) -> Invalid:
    """On the whole page, a stale answer's error quotes what stands now."""
    if not isinstance(invalid, StaleAnswers):
        return invalid
    errors = {}
    for name, answer in invalid.current.items():
        question = identification_form().question(name)
        stands = question.shown(answer.value, language()) if question else answer.value
        theirs = _("%(who)s saved: “%(answer)s”.") % {"who": answer.saved_by, "answer": stands}
        errors[name] = f"{invalid.errors[name]} {theirs}"
    return Invalid(errors)


def _answer_refused(
    request: DeskRequest, case: Case, name: str, given: Mapping[str, object], invalid: Invalid
) -> HttpResponse:
    question = identification_form().question(name)
    stale = isinstance(invalid, StaleAnswers)
    current = invalid.current.get(name) if isinstance(invalid, StaleAnswers) else None
    context = {
        "case": case,
        "name": name,
        "words": invalid.errors.get(name) or str(invalid),
        "current": current,
        "current_words": question.shown(current.value, language()) if question and current else "",
        "base": request.POST.get(f"base-{name}", "0"),
        "given": given.get(name, ""),
    }
    return render(request, "screening/_refused.html", context, status=409 if stale else 422)

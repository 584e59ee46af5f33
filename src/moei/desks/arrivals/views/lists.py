"""Lists: what came in, what was understood of each file, taking it in and out again."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext, ngettext

from moei.access.acting import Invalid
from moei.access.journalled import was_listed, was_read
from moei.access.web import DeskRequest, desk_view
from moei.desks.arrivals import progress
from moei.desks.arrivals.actions.correct_import import correct_import
from moei.desks.arrivals.actions.start_work import start_commit
from moei.desks.arrivals.actions.undo_import import acted_on_count, undo_import
from moei.desks.arrivals.actions.upload_list import upload_list
from moei.desks.arrivals.exports import problems_workbook
from moei.desks.arrivals.forms import MEANING_WORDS, CommitForm, CorrectForm, ReasonForm, UploadForm
from moei.desks.arrivals.models import ListImport
from moei.desks.arrivals.selectors import imports as selectors
from moei.desks.arrivals.selectors import reconciliation
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import SPREADSHEET, leaves

PAGE = 50


@desk_view("lists.read", "GET")
def lists(request: DeskRequest) -> HttpResponseBase:
    acting = request.acting
    page = Paginator(selectors.imports(acting), PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "counts": reconciliation.counts(acting),
        "totals": reconciliation.wrong_totals(acting),
    }
    return render(request, "arrivals/lists.html", context)


@desk_view("lists.upload", "GET", "POST")
def upload(request: DeskRequest) -> HttpResponseBase:
    form = (
        UploadForm(request.POST or None, request.FILES or None) if request.method == "POST" else UploadForm()
    )
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            imp = upload_list(request.acting, file.name, file.read(), form.cleaned_data["sender"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            if imp.uploaded_at < request.acting.now:
                messages.info(request, gettext("This very file was uploaded before. Nothing was changed."))
            return redirect("arrivals:import", imp.pk)
    return render(request, "arrivals/upload.html", {"form": form}, status=422 if form.errors else 200)


@desk_view("lists.read", "GET")
def one(request: DeskRequest, import_id: UUID) -> HttpResponseBase:
    imp = _find(request, import_id)
    return _page(request, imp)


@desk_view("lists.correct", "POST")
def correct(request: DeskRequest, import_id: UUID) -> HttpResponseBase:
    imp = _find(request, import_id)
    form = CorrectForm(request.POST, columns=selectors.columns_of(imp))
    if form.is_valid():
        try:
            correct_import(
                request.acting,
                imp,
                kind=form.cleaned_data["kind"] if form.cleaned_data["kind"] != imp.kind else None,
                corrections=form.corrections(),
                as_of=form.cleaned_data["as_of"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("The list was read again with your corrections."))
            return redirect("arrivals:import", imp.pk)
    return _page(request, imp, correct_form=form, status=422)


@desk_view("lists.commit", "POST")
def commit(request: DeskRequest, import_id: UUID) -> HttpResponseBase:
    imp = _find(request, import_id)
    form = CommitForm(
        request.POST, zone=request.acting.release.site.zone, earlier=selectors.earlier_versions(imp)
    )
    if form.is_valid():
        moment: datetime = form.cleaned_data["happened_at"]
        try:
            done = start_commit(request.acting, imp, moment, replaces=form.cleaned_data["replaces"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            if done:
                words = ngettext(
                    "%d row was taken in and matched.", "%d rows were taken in and matched.", imp.rows
                )
                messages.success(request, words % imp.rows)
                return redirect("arrivals:lists")
            return redirect("arrivals:import", imp.pk)
    return _page(request, imp, commit_form=form, status=422)


@desk_view("lists.read", "GET")
def state(request: DeskRequest, import_id: UUID) -> HttpResponseBase:
    """How far the background work is; the import page asks every second."""
    imp = _find(request, import_id)
    response = render(request, "arrivals/_progress.html", {"imp": imp, "work": progress.progress_of(imp.id)})
    if not imp.working_since:
        response.headers["HX-Refresh"] = "true"
    return response


@desk_view("lists.undo", "GET", "POST")
def undo(request: DeskRequest, import_id: UUID) -> HttpResponseBase:
    imp = _find(request, import_id)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            undo_import(request.acting, imp, reason=form.cleaned_data["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request, gettext("The list was taken out. Its rows are kept, and count no more.")
            )
            return redirect("arrivals:lists")
    context = {"imp": imp, "form": form, "acted_on": acted_on_count(imp)}
    return render(request, "arrivals/undo.html", context, status=422 if form.errors else 200)


@desk_view("lists.read", "GET")
def problems(request: DeskRequest, import_id: UUID) -> HttpResponseBase:
    imp = _find(request, import_id)

    def make(stamp: Stamp) -> bytes:
        rows = selectors.rows_with_problems(imp)
        about: dict[str, Any] = {"import": str(imp.id), "rows": len(rows)}
        was_listed(
            request.acting,
            "arrivals:problems",
            action="list.problems_exported",
            people=len(rows),
            **about,
        )
        return problems_workbook(imp, rows, imp.release, stamp)

    return leaves(request, Kind.PROBLEMS, make, name="problems.xlsx", content_type=SPREADSHEET)


@desk_view("lists.read", "GET")
def changes(request: DeskRequest, import_id: UUID, old_id: UUID) -> HttpResponseBase:
    """What a staged list changes against an earlier one."""
    imp, old = _find(request, import_id), _find(request, old_id)
    found = selectors.version_changes(imp, old)
    was_listed(
        request.acting,
        "arrivals:changes",
        people=len(found.changed) + len(found.added) + len(found.dropped),
        new=str(imp.id),
        old=str(old.id),
    )
    context = {"imp": imp, "old": old, "changes": found}
    return render(request, "arrivals/changes.html", context)


def _find(request: DeskRequest, import_id: UUID) -> ListImport:
    found: ListImport = get_object_or_404(
        selectors.imports(request.acting).select_related("release__site"), pk=import_id
    )
    return found


def _page(
    request: DeskRequest,
    imp: ListImport,
    *,
    correct_form: CorrectForm | None = None,
    commit_form: CommitForm | None = None,
    status: int = 200,
) -> HttpResponse:
    staged = imp.state == ListImport.State.STAGED
    columns = selectors.columns_of(imp)
    context = {
        "imp": imp,
        "staged": staged,
        "work": progress.progress_of(imp.id) if imp.working_since else {},
    }
    if staged:
        earlier = selectors.earlier_versions(imp)
        likely = selectors.likely_replaced(imp)
        correct_form = correct_form or CorrectForm(
            columns=columns,
            initial={"kind": imp.kind, "as_of": imp.as_of.strftime("%d.%m.%Y") if imp.as_of else ""},
        )
        context |= {
            "earlier": earlier,
            "likely": likely,
            "correct_form": correct_form,
            "commit_form": commit_form
            or CommitForm(
                zone=imp.release.site.zone,
                earlier=earlier,
                initial={
                    "happened_at": likely.happened_at if likely else imp.release.began_at,
                    "replaces": likely,
                },
            ),
        }
    context["columns"] = [
        {
            **column,
            "words": MEANING_WORDS.get(column["meaning"], column["meaning"]) if column["meaning"] else "",
            "field": correct_form[f"column-{n}"] if correct_form else None,
        }
        for n, column in enumerate(columns)
    ]
    context["problem_rows"] = [
        {**row, "problems": [text.partition(": ")[2] or text for text in row["problems"]]}
        for row in imp.reading.get("problem_rows", [])
    ]
    # Columns show examples of what stands in them, names among them.
    was_read(request.acting, "list.opened", data={"import": str(imp.id), "rows": imp.rows})
    context["form"] = next((form for form in (correct_form, commit_form) if form and form.is_bound), None)
    return render(request, "arrivals/import.html", context, status=status)

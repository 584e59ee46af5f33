"""The journal and the emergencies, for auditors. Reading them is journalled like any other reading (P11)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Max, QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.actions.break_glass import review_break_glass
from moei.access.journalled import was_read
from moei.access.models import BreakGlass
from moei.access.policy import Duty
from moei.access.reach import of_releases, reached
from moei.access.web import DeskRequest, desk_view
from moei.casefile.models import Case
from moei.journal.models import Entry
from moei.journal.verify import verify
from moei.web.journal_anchors import warning
from moei.web.journal_export import stamped_csv
from moei.web.journal_forms import ExportForm, FilterForm, PeriodForm, ReadingsForm, UnusualForm
from moei.web.journal_names import covered
from moei.web.journal_selectors import (
    COLUMNS,
    Total,
    entries,
    exported,
    journal_of,
    lines,
    named,
    period,
    shown,
    totals,
)
from moei.web.journal_unusual import MOST, RULES, Unusual, unusual

PAGE = 50
_Chosen = TypeVar("_Chosen", bound=PeriodForm)


class ReviewForm(forms.Form):
    justified = forms.ChoiceField(
        label=_("Was it justified?"),
        choices=[("yes", _("Yes, it was justified")), ("no", _("No, it was not"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


@desk_view("journal.read", "GET", "POST")
def journal(request: DeskRequest) -> HttpResponse:
    """What is chosen comes by POST, so that the number of a case is in no address; its random id is."""
    form = _chosen(request, FilterForm)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{request.path}?{form.address()}")
    found = entries(journal_of(request.acting), form.filters(), request.acting.release.site.zone)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    # Read before this reading becomes an entry itself.
    shown = lines(page.object_list)
    _was_looked_at(request, "journal.searched")
    context = {"form": form, "page": page, "lines": shown, "anchor_warning": warning(request.acting.now)}
    return render(request, "web/journal.html", context)


@desk_view("journal.read", "GET", "POST")
def readings(request: DeskRequest) -> HttpResponse:
    """Who opened what: added up by person at the desk, agency or case, for a period."""
    form = _chosen(request, ReadingsForm)
    if request.method == "POST" and form.is_valid():
        return redirect(f"{request.path}?{form.address()}")
    filters = form.filters()
    begin, end = _period(request, filters)
    by = filters.get("by") or "staff"
    page = Paginator(totals(journal_of(request.acting), filters, begin, end), PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "form": form,
        "page": page,
        "rows": [(row, _entries_of(row, by, request, begin, end)) for row in named(page.object_list, by)],
        "by": by,
        "by_words": dict(form.fields["by"].choices)[by],  # type: ignore[attr-defined]
        "begin": begin,
        "end": end - timedelta(days=1),
        "anchor_warning": warning(request.acting.now),
    }
    _was_looked_at(request, "journal.readings_seen")
    return render(request, "web/journal_readings.html", context)


@desk_view("journal.read")
def unusual_reading(request: DeskRequest) -> HttpResponse:
    """What plain rules point at; each finding leads to its entries."""
    form = UnusualForm(request.GET or None)
    filters = form.filters()
    begin, end = _period(request, filters)
    found = _findings(request, filters, begin, end)
    page = Paginator(found.findings, PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "page": page,
        "rows": shown(page.object_list),
        "found": found,
        "most": MOST,
        "rules": RULES,
        "anchor_warning": warning(request.acting.now),
        "begin": begin,
        "end": end - timedelta(days=1),
    }
    _was_looked_at(request, "journal.unusual_seen")
    return render(request, "web/journal_unusual.html", context)


@desk_view("journal.read", "POST")
def verify_journal(request: DeskRequest) -> HttpResponse:
    return render(request, "web/journal_verified.html", {"result": verify()})


@desk_view("journal.read", "GET", "POST")
def export_journal(request: DeskRequest) -> HttpResponseBase:
    """Entries, sums or findings, as they are filtered, once it is said why they leave. The export is an entry itself."""
    what = request.GET.get("what", "")
    what = what if what in EXPORTS else "entries"
    form = ExportForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        columns, rows, count = EXPORTS[what](request)
        return stamped_csv(request, what, columns, rows, count=count, **form.cleaned_data)
    # What is chosen is not lost on the way: the form is sent to the address it stands at.
    return render(request, "web/journal_export.html", {"form": form, "what": what})


Export = tuple[Sequence[str], Iterable[Sequence[str]], int]


def _entries_out(request: DeskRequest) -> Export:
    filters = FilterForm(request.GET or None, acting=request.acting).filters()
    found = entries(journal_of(request.acting), filters, request.acting.release.site.zone)
    # What is written while the file goes out, its own entry too, is left to the next one.
    found = found.filter(seq__lte=Entry.objects.aggregate(last=Max("seq"))["last"] or 0)
    return COLUMNS, exported(found), found.count()


def _readings_out(request: DeskRequest) -> Export:
    filters = ReadingsForm(request.GET or None, acting=request.acting).filters()
    added = totals(journal_of(request.acting), filters, *_period(request, filters))
    rows = named(added, filters.get("by") or "staff")
    columns = ("of", "agency", "openings", "cases", "readers", "searches", "lists", "exports", "last")
    said = [
        (
            *(row.label, row.agency),
            *map(str, (row.openings, row.cases, row.readers, row.searches, row.lists, row.exports)),
            row.last.isoformat(),
        )
        for row in rows
    ]
    return columns, said, len(said)


def _unusual_out(request: DeskRequest) -> Export:
    filters = UnusualForm(request.GET or None).filters()
    found = _findings(request, filters, *_period(request, filters))
    columns = ("rule", "who", "agency", "first", "last", "cases", "entries")
    said = [
        (
            *(row.finding.rule, row.who, row.agency),
            *(
                row.finding.first.isoformat(),
                row.finding.last.isoformat(),
                str(row.finding.cases),
                row.numbers,
            ),
        )
        for row in shown(found.findings)
    ]
    return columns, said, len(said)


EXPORTS: dict[str, Callable[[DeskRequest], Export]] = {
    "entries": _entries_out,
    "readings": _readings_out,
    "unusual": _unusual_out,
}


def _chosen(request: DeskRequest, form: type[_Chosen]) -> _Chosen:
    if request.method == "POST":
        return form(request.POST, acting=request.acting, typed=True)
    return form(request.GET or None, acting=request.acting)


def _period(request: DeskRequest, filters: dict[str, Any]) -> tuple[datetime, datetime]:
    return period(filters, request.acting.release.site.zone, request.acting.now)


def _findings(request: DeskRequest, filters: dict[str, Any], begin: datetime, end: datetime) -> Unusual:
    rule, staff = filters.get("rule", ""), filters.get("staff")
    return unusual(journal_of(request.acting), begin, end, rule=rule, staff=staff)


def _entries_of(row: Total, by: str, request: DeskRequest, begin: datetime, end: datetime) -> str:
    """The journal's filter that shows what a sum was added up from."""
    chosen = {name: request.GET[name] for name in ("staff", "agency", "case") if request.GET.get(name)}
    chosen[by] = str(row.key)
    days = {"first": begin.date().isoformat(), "last": (end - timedelta(days=1)).date().isoformat()}
    return urlencode({**chosen, **days, "kind": Entry.Kind.READ.value})


def _was_looked_at(request: DeskRequest, action: str) -> None:
    used = sorted(name for name, value in request.GET.items() if value)
    was_read(request.acting, action, data={"filters": used})


@desk_view("break_glass.review")
def emergencies(request: DeskRequest) -> HttpResponse:
    """Every opening in an emergency where they review them, those that nobody reviewed first."""
    rows = _opened(request).order_by("reviewed_at", "-opened_at")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    was_read(request.acting, "break_glass.listed")
    numbers = _numbers(row.case_id for row in page.object_list)
    reasons = covered([(row.case_id, row.reason) for row in page.object_list])
    listed = [
        (row, numbers.get(row.case_id, ""), reason)
        for row, reason in zip(page.object_list, reasons, strict=True)
    ]
    context = {"page": page, "rows": listed, "anchor_warning": warning(request.acting.now)}
    return render(request, "web/emergencies.html", context)


@desk_view("break_glass.review", "GET", "POST")
def review_emergency(request: DeskRequest, opened_id: UUID) -> HttpResponse:
    opened = get_object_or_404(_opened(request), pk=opened_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            justified = form.cleaned_data["justified"] == "yes"
            review_break_glass(request.acting, opened, justified=justified, note=form.cleaned_data["note"])
        except Invalid as invalid:
            for field, words in invalid.errors.items():
                form.add_error(field or None, words)
        else:
            messages.success(request, gettext("Your review is in the journal."))
            return redirect("web:emergencies")
    about = entries(journal_of(request.acting), {}, request.acting.release.site.zone).filter(
        actor=opened.staff_id,
        case=opened.case_id,
        recorded_at__gte=opened.opened_at,
        recorded_at__lte=opened.closed_at or opened.ends_at,
    )
    reason, note = covered([(opened.case_id, opened.reason), (opened.case_id, opened.review_note)])
    context = {
        "form": form,
        "opened": opened,
        "reason": reason,
        "note": note,
        "number": _numbers([opened.case_id]).get(opened.case_id, ""),
        "lines": lines(about[:200]),
    }
    return render(request, "web/emergency_review.html", context)


def _opened(request: DeskRequest) -> QuerySet[BreakGlass]:
    releases = reached(request.acting.staff, Duty.BREAK_GLASS_REVIEW, now=request.acting.now)
    return BreakGlass.objects.filter(of_releases(releases)).select_related("staff__agency", "reviewed_by")


def _numbers(case_ids: Iterable[UUID]) -> dict[UUID, str]:
    cases = Case.objects.within_program("an auditor knows a case by its number").filter(id__in=list(case_ids))
    return dict(cases.values_list("id", "number"))

"""The journal and the emergencies, for auditors. Reading them is journalled like any other reading (P11)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.actions.break_glass import review_break_glass
from moei.access.journalled import was_read
from moei.access.models import BreakGlass, Staff
from moei.access.web import DeskRequest, desk_view
from moei.casefile.models import Case
from moei.journal.models import Entry
from moei.journal.verify import verify
from moei.web.journal_selectors import COLUMNS, actions_used, entries, exported, lines

PAGE = 50
# What a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class FilterForm(forms.Form):
    staff = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Who"), required=False, empty_label=_("Everybody")
    )
    case = forms.CharField(label=_("Case number"), required=False, max_length=11)
    action = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("All kinds")),
            (Entry.Kind.CHANGE, _("Changes")),
            (Entry.Kind.READ, _("Readings")),
            (Entry.Kind.ACCESS, _("Access")),
        ],
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = Staff.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["action"].choices = [("", _("Everything")), *actions_used()]  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        chosen = self.cleaned_data if self.is_valid() else {}
        staff = chosen.get("staff")
        return {**chosen, "staff": staff.pk if staff else None}


class ReviewForm(forms.Form):
    justified = forms.ChoiceField(
        label=_("Was it justified?"),
        choices=[("yes", _("Yes, it was justified")), ("no", _("No, it was not"))],
        widget=forms.RadioSelect,
    )
    note = forms.CharField(label=_("Why"), widget=forms.Textarea(attrs={"rows": 4}), max_length=2000)


@desk_view("journal.read")
def journal(request: DeskRequest) -> HttpResponse:
    form = FilterForm(request.GET or None)
    found = entries(form.filters(), request.acting.release.site.zone)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    # Read before this reading becomes an entry itself.
    shown = lines(page.object_list)
    used = sorted(name for name, value in request.GET.items() if value)
    was_read(request.acting, "journal.searched", data={"filters": used})
    return render(request, "web/journal.html", {"form": form, "page": page, "lines": shown})


@desk_view("journal.read", "POST")
def verify_journal(request: DeskRequest) -> HttpResponse:
    return render(request, "web/journal_verified.html", {"result": verify()})


@desk_view("journal.read")
def export_journal(request: DeskRequest) -> StreamingHttpResponse:
    """The filtered entries as CSV; the export is an entry itself."""
    form = FilterForm(request.GET or None)
    found = entries(form.filters(), request.acting.release.site.zone)
    entry = was_read(request.acting, "journal.exported", data={"entries": found.count()})
    response = StreamingHttpResponse(_csv(exported(found)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="journal-to-{entry.seq}.csv"'
    return response


@desk_view("break_glass.review")
def emergencies(request: DeskRequest) -> HttpResponse:
    """Every opening in an emergency, those that nobody reviewed first."""
    rows = BreakGlass.objects.select_related("staff__agency", "reviewed_by").order_by(
        "reviewed_at", "-opened_at"
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    was_read(request.acting, "break_glass.listed")
    numbers = _numbers(row.case_id for row in page.object_list)
    listed = [(row, numbers.get(row.case_id, "")) for row in page.object_list]
    return render(request, "web/emergencies.html", {"page": page, "rows": listed, "now": request.acting.now})


@desk_view("break_glass.review", "GET", "POST")
def review_emergency(request: DeskRequest, opened_id: UUID) -> HttpResponse:
    opened = get_object_or_404(
        BreakGlass.objects.select_related("staff__agency", "reviewed_by"), pk=opened_id
    )
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
    about = entries({}, request.acting.release.site.zone).filter(
        actor=opened.staff_id,
        case=opened.case_id,
        recorded_at__gte=opened.opened_at,
        recorded_at__lte=opened.closed_at or opened.ends_at,
    )
    context = {
        "form": form,
        "opened": opened,
        "number": _numbers([opened.case_id]).get(opened.case_id, ""),
        "lines": lines(about[:200]),
    }
    return render(request, "web/emergency_review.html", context)


def _numbers(case_ids: Iterable[UUID]) -> dict[UUID, str]:
    cases = Case.objects.within_program("an auditor knows a case by its number").filter(id__in=list(case_ids))
    return dict(cases.values_list("id", "number"))


class _Echo:
    def write(self, value: str) -> str:
        return value


def _csv(rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(COLUMNS)
    for row in rows:
        yield writer.writerow([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row])

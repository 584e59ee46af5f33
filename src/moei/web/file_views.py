"""The register of files that left, for auditors: by whom, what, whose, and by the digest of a file that was found."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from moei.access.journalled import was_read
from moei.access.models import Release, Staff
from moei.access.web import DeskRequest, desk_view
from moei.casefile.models import Case
from moei.leaving.models import Departure, DepartureCase, Kind, Why

PAGE = 50
# More cases than this in one file are told by their number alone.
SHOWN = 5


class FilesForm(forms.Form):
    staff = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Who"), required=False, empty_label=_("Everybody")
    )
    kind = forms.ChoiceField(label=_("What"), required=False, choices=[("", _("All kinds")), *Kind.choices])
    why = forms.ChoiceField(label=_("Why"), required=False, choices=[("", _("All reasons")), *Why.choices])
    case = forms.CharField(label=_("Case number"), required=False, max_length=11)
    known_by = forms.CharField(
        label=_("Number or SHA-256 of a file"),
        required=False,
        max_length=64,
        help_text=_("For a file that was found somewhere"),
    )
    first = forms.DateField(label=_("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}))
    last = forms.DateField(label=_("To"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = Staff.objects.order_by("name")  # type: ignore[attr-defined]


@desk_view("journal.read")
def files_left(request: DeskRequest) -> HttpResponse:
    """Newest first. An auditor knows a case by its number; names are nowhere on this page but those of staff."""
    form = FilesForm(request.GET or None)
    chosen = form.cleaned_data if form.is_valid() else {}
    found = _found(request.acting.release, chosen)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    filters = sorted(name for name, value in chosen.items() if value)
    was_read(request.acting, "files.listed", data={"filters": filters, "files": len(rows)})
    context = {"form": form, "page": page, "rows": [(row, numbers) for row, numbers in _numbered(rows)]}
    return render(request, "web/files_left.html", context)


def _found(release: Release, chosen: dict[str, Any]) -> QuerySet[Departure]:
    found = Departure.objects.filter(release=release).select_related("staff", "agency").order_by("-number")
    for name in ("staff", "kind", "why"):
        if chosen.get(name):
            found = found.filter(**{name: chosen[name]})
    if chosen.get("case"):
        numbered = Case.objects.within_program("the register names cases by number")
        ids = numbered.filter(number=chosen["case"].strip()).values("id")
        found = found.filter(cases__case_id__in=ids)
    if known := chosen.get("known_by", "").strip():
        number = re.fullmatch(r"[Dd]?0*(\d{1,15})", known)
        found = found.filter(number=int(number[1])) if number else found.filter(sha256=known.lower())
    zone = release.site.zone
    if chosen.get("first"):
        found = found.filter(left_at__gte=datetime.combine(chosen["first"], time(), zone))
    if chosen.get("last"):
        found = found.filter(left_at__lt=datetime.combine(chosen["last"] + timedelta(days=1), time(), zone))
    return found


def _numbered(rows: list[Departure]) -> list[tuple[Departure, list[str]]]:
    """Each row with the numbers of its cases, if they are few. Two queries, however many rows."""
    few = [row.number for row in rows if row.people <= SHOWN]
    cases: dict[int, list[UUID]] = {}
    for number, case_id in DepartureCase.objects.filter(departure__in=few).values_list(
        "departure_id", "case_id"
    ):
        cases.setdefault(number, []).append(case_id)
    ids = {case_id for found in cases.values() for case_id in found}
    named = Case.objects.within_program("an auditor knows a case by its number").filter(id__in=ids)
    numbers = dict(named.values_list("id", "number"))
    return [(row, [numbers[c] for c in cases.get(row.number, []) if c in numbers]) for row in rows]

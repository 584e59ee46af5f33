"""Statistics: as of a date, and as files."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from moei.access.acting import Invalid
from moei.access.decide import may
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import CSV, SPREADSHEET, leaves
from moei.overview.actions.count_statistics import count_statistics, next_date
from moei.overview.models import Statistics
from moei.overview.selectors.statistics import agency_names, dates_of, newest_of_each_release, statistics_of
from moei.overview.statistics_files import as_csv, as_json, as_workbook
from moei.overview.statistics_page import by_release, days_rows, notes, sections

Make = Callable[[Statistics, Mapping[str, str], Stamp], bytes]
FORMATS: Mapping[str, tuple[str, Make]] = {
    "csv": (CSV, as_csv),
    "xlsx": (SPREADSHEET, as_workbook),
    "json": ("application/json", as_json),
}


@desk_view("statistics.view")
def statistics(request: DeskRequest) -> HttpResponse:
    """The newest."""
    return _page(request, statistics_of(request.acting).first())


@desk_view("statistics.view")
def statistics_as_of(request: DeskRequest, statistics_id: UUID) -> HttpResponse:
    return _page(request, get_object_or_404(statistics_of(request.acting), pk=statistics_id))


@desk_view("bulletin.publish", "POST")
def count(request: DeskRequest) -> HttpResponse:
    try:
        done = count_statistics(request.acting)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, _("Counted as of %s.") % date_format(done.as_of, "j F Y"))
    return redirect("overview:statistics")


@desk_view("statistics.view")
def statistics_file(request: DeskRequest, statistics_id: UUID, extension: str) -> HttpResponseBase:
    found = get_object_or_404(statistics_of(request.acting), pk=statistics_id)
    if extension not in FORMATS:
        raise Http404
    content_type, make = FORMATS[extension]

    def content(stamp: Stamp) -> bytes:
        data = {"statistics": str(found.id), "format": extension}
        was_read(request.acting, "statistics.exported", data=data)
        return make(found, agency_names(found.shown), stamp)

    name = f"{found.release.code}-statistics-{found.as_of.isoformat()}.{extension}"
    return leaves(request, Kind.STATISTICS, content, name=name, content_type=content_type)


def _page(request: DeskRequest, found: Statistics | None) -> HttpResponse:
    acting = request.acting
    dates = dates_of(acting)
    following = next_date(dates[0]) if dates else None
    due = following is None or acting.today >= following
    context: dict[str, object] = {
        "statistics": found,
        "may_count": due and may(acting.staff, "bulletin.publish", acting.release.id),
    }
    if found:
        tables = sections(found, agency_names(found.shown))
        newest = newest_of_each_release(acting)
        context |= {
            "way": tables[0],
            "tables": tables[1:],
            "days": days_rows(found),
            "releases": by_release(newest) if len(newest) > 1 else None,
            "notes": notes(found, tables),
            "dates": dates,
            "next": following,
            "formats": list(FORMATS),
        }
    return render(request, "overview/statistics.html", context)

"""The board, and bulletins."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from moei.access.acting import Invalid
from moei.access.decide import may
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.leaving.models import Kind
from moei.leaving.stamp import Stamp
from moei.leaving.web import leaves
from moei.overview import labels
from moei.overview.actions.publish_bulletin import draft_bulletin, publish_bulletin
from moei.overview.selectors.board import board as board_of
from moei.overview.selectors.board import next_step, recent_counts
from moei.overview.selectors.bulletins import bulletins_of
from moei.overview.showing import audit_rows, shown_tables


@desk_view("board.view")
def board(request: DeskRequest) -> HttpResponse:
    """The page a director keeps open; `?part=1` gives the part that renews itself."""
    acting = request.acting
    found = board_of(acting, recent_counts(acting.release, acting.now))
    counts = found.counts
    may_load = may(acting.staff, "lists.upload", acting.release.id)
    context = {
        "board": found,
        "counts": counts,
        "next_step": next_step(found),
        "funnel": [{"label": labels.REACHED[step], "value": n} for step, n in counts.reached.items()],
        "ages": [(labels.AGES[band], n) for band, n in counts.by_age.items()],
        "needs": labels.needs(counts.needs),
        "may_load": may_load,
        "lists_desk": _lists_desk() if may_load else "",
    }
    template = "overview/board_part.html" if "part" in request.GET else "overview/board.html"
    return render(request, template, context)


@desk_view("bulletin.view")
def bulletins(request: DeskRequest) -> HttpResponse:
    acting = request.acting
    found = list(bulletins_of(acting))
    today = acting.today
    context = {
        "bulletins": found,
        "may_publish": may(acting.staff, "bulletin.publish", acting.release.id),
        "published_today": bool(found) and found[0].as_of >= today,
    }
    return render(request, "overview/bulletins.html", context)


@desk_view("bulletin.view")
def bulletin(request: DeskRequest, bulletin_id: UUID) -> HttpResponse:
    """A bulletin as it was published; never counted anew."""
    acting = request.acting
    found = get_object_or_404(bulletins_of(acting), pk=bulletin_id)
    context = {"bulletin": found, "tables": shown_tables(found.shown, acting.release.protocol)}
    if may(acting.staff, "bulletin.publish", acting.release.id):
        context["audit"] = audit_rows(found.audit, found.shown, acting.release.protocol)
    return render(request, "overview/bulletin.html", context)


@desk_view("bulletin.view")
def bulletin_pdf(request: DeskRequest, bulletin_id: UUID) -> HttpResponseBase:
    found = get_object_or_404(bulletins_of(request.acting), pk=bulletin_id)

    def make(_stamp: Stamp) -> bytes:
        """As it was published: a stamp would change the digest that the bulletin states."""
        was_read(request.acting, "bulletin.exported", data={"bulletin": str(found.id), "format": "pdf"})
        return found.pdf_path.read_bytes()

    return leaves(request, Kind.BULLETIN, make, name=found.pdf)


@desk_view("bulletin.publish", "GET", "POST")
def prepare(request: DeskRequest) -> HttpResponse:
    """What would be published now, with what an attacker could compute; then publish exactly that."""
    acting = request.acting
    errors: list[str] = []
    if request.method == "POST":
        try:
            done = publish_bulletin(acting, seen=request.POST.get("seen", ""))
        except Invalid as invalid:
            errors = list(invalid.errors.values())
        else:
            messages.success(request, _("Bulletin %s is published.") % done.number)
            return redirect("overview:bulletin", bulletin_id=done.pk)
    context: dict[str, object] = {"errors": errors}
    try:
        draft = draft_bulletin(acting)
    except Invalid as invalid:
        context["errors"] = errors or list(invalid.errors.values())
    else:
        context |= {
            "draft": draft,
            "tables": shown_tables(draft.shown, acting.release.protocol),
            "audit": audit_rows(draft.audit, draft.shown, acting.release.protocol),
        }
    return render(request, "overview/prepare.html", context, status=422 if errors else 200)


def _lists_desk() -> str:
    """Where lists are loaded, if that desk is installed."""
    try:
        return reverse("arrivals:lists")
    except NoReverseMatch:
        return ""

"""The case's side: what was handed over of somebody, and handing something over. Investigators have no part in it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.limits import ask_why_first
from moei.access.web import DeskRequest
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case
from moei.casefile.selectors.cases import open_case
from moei.casefile.web import case_view
from moei.desks.investigations.actions.give_statement import NamesSomebody, give_statement
from moei.desks.investigations.facts import MOST_FACTS
from moei.desks.investigations.forms import ROWS, FactForm, FactFormSet, StatementForm, facts_of, filled_rows
from moei.desks.investigations.selectors.statements import agencies_agreed_to, handed_over


@case_view("statement.give")
def case(request: DeskRequest, case: Case) -> HttpResponse:
    if decides(request.acting.staff, case, now=request.acting.now):
        return _kept(request, case)
    file = open_case(request.acting, case)
    context = {"case": case, "handed": handed_over(file), "agencies": agencies_agreed_to(file)}
    return render(request, "investigations/case.html", context)


@case_view("statement.give", "GET", "POST")
def give(request: DeskRequest, case: Case) -> HttpResponse:
    if decides(request.acting.staff, case, now=request.acting.now):
        return _kept(request, case)
    ask_why_first(request.acting)
    file = open_case(request.acting, case)
    agencies = agencies_agreed_to(file)
    asks = request.method == "POST"
    form = StatementForm(request.POST if asks else None, agencies=agencies)
    rows = FactFormSet(_rows(request.POST) if asks else _empty(), prefix="facts")
    held: tuple[str, ...] = ()
    sends = asks and "more" not in request.POST
    if sends and form.is_valid() & rows.is_valid():
        try:
            said = facts_of(rows)
            give_statement(request.acting, case, form.cleaned_data["agency"], form.draft(said))
        except NamesSomebody as names:
            held = names.held.words
            form.take(names)
        except Invalid as invalid:
            _take(form, filled_rows(rows), invalid)
        else:
            words = gettext(
                "It is handed over. Investigators see it when its week or month is over, under a pseudonym."
            )
            messages.success(request, words)
            return redirect("investigations:case", case_id=case.pk)
    failed = sends and bool(form.errors or rows.total_error_count())
    context = {"case": case, "form": form, "rows": rows, "held": held, "agencies": agencies}
    return render(request, "investigations/give.html", context, status=422 if failed else 200)


def _kept(request: DeskRequest, case: Case) -> HttpResponse:
    """Whoever may sign the determination is told that this is kept from them, and nothing else (P03)."""
    return render(request, "investigations/kept.html", {"case": case})


def _empty() -> dict[str, str]:
    return {"facts-TOTAL_FORMS": str(ROWS), "facts-INITIAL_FORMS": "0"}


def _rows(data: QueryDict) -> QueryDict:
    """What was sent, with some rows more if they were asked for; a count of rows that is none is mended."""
    sent = data.copy()
    try:
        total = int(sent.get("facts-TOTAL_FORMS", ""))
    except ValueError:
        total = ROWS
    total += ROWS if "more" in data else 0
    sent["facts-TOTAL_FORMS"] = str(max(0, min(total, MOST_FACTS)))
    sent["facts-INITIAL_FORMS"] = "0"
    return sent


def _take(form: StatementForm, filled: list[FactForm], invalid: Invalid) -> None:
    """Each message beside the row that it is about."""
    for field, words in invalid.errors.items():
        name, _dash, place = field.partition("-")
        if name == "facts" and place.isdigit() and int(place) < len(filled):
            filled[int(place)].add_error("text", words)
            form.add_error(None, words)
        else:
            form.add_error(field if field in form.fields else None, words)

"""The network: what several people mention, one entity with what lies around it, names to judge, what was when."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import may
from moei.access.journalled import was_read
from moei.access.web import DeskRequest, desk_view
from moei.desks.investigations.actions.judge import judge, undo_judgement
from moei.desks.investigations.forms import JudgeForm, UndoForm
from moei.desks.investigations.models import Fact
from moei.desks.investigations.selectors import leads as lead_selectors
from moei.desks.investigations.selectors import network as selectors
from moei.desks.investigations.templatetags.investigations import kind_words, tie_words
from moei.desks.investigations.words import KIND_WORDS
from moei.desks.investigations.working import facts
from moei.engines.networks import NAMED

PAGE = 50
# Rows of the table beside the drawing; the drawing has them all.
SHOWN = 30
OPENED = 8


@desk_view("network.view", "GET", "POST")
def entities(request: DeskRequest) -> HttpResponse:
    """Everything that is mentioned, or what several people mention. What is looked for stands in no address."""
    acting = request.acting
    kind, several = request.GET.get("kind", ""), request.GET.get("several", "1") == "1"
    text = request.POST.get("q", "").strip()[:100].replace("\x00", "")
    rows = selectors.mentioned(acting, kind=kind, text=text, at_least=2 if several and not text else 1)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    nodes = selectors.nodes_of(acting, page.object_list)
    was_read(acting, "network.read", data={"page": "entities", "searched": bool(text)})
    context = {"page": page, "nodes": nodes, "kind": kind, "kinds": KIND_WORDS, "several": several, "q": text}
    return render(request, "investigations/entities.html", context)


@desk_view("network.view", "GET", "POST")
def entity(request: DeskRequest, fact_id: UUID) -> HttpResponse:
    acting = request.acting
    fact = selectors.find_fact(acting, fact_id)
    may_work = may(acting.staff, "network.work", acting.release.id)
    leads = lead_selectors.leads_of(acting, fact) if may_work else []
    form = JudgeForm(request.POST if request.method == "POST" else None, among=[lead.value for lead in leads])
    if form.is_bound and form.is_valid():
        given = form.cleaned_data
        others = [UUID(one) for value in given["others"] for one in value.split(",")]
        try:
            judge(acting, fact, others, given["verdict"], reason=given["reason"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is judged. You can undo it below."))
            return redirect("investigations:entity", fact_id=fact.pk)
    around = selectors.around(acting, fact.entity)
    was_read(acting, "network.read", data={"page": "entity", "fact": str(fact.pk)})
    labels = {node.entity: node for node in around.nodes}
    beside = [
        (labels[edge.other if edge.one == fact.entity else edge.one], edge, edge.one == fact.entity)
        for edge in around.edges
        if fact.entity in (edge.one, edge.other)
    ]
    page = Paginator(selectors.mentions_of(acting, fact.entity), PAGE).get_page(request.GET.get("page"))
    context = {
        "fact": fact,
        "around": around,
        "node": around.centre,
        "beside": beside[: SHOWN if request.GET.get("all") != "1" else None],
        "hidden": max(0, len(beside) - SHOWN) if request.GET.get("all") != "1" else 0,
        "spellings": selectors.spellings_of(acting, fact.entity) if fact.kind in NAMED else [],
        "page": page,
        "leads": leads,
        "judgements": lead_selectors.judgements_of(acting, fact.entity),
        "form": form,
        "may_work": may_work,
    }
    return render(request, "investigations/entity.html", context, status=422 if form.errors else 200)


@desk_view("network.view")
def graph(request: DeskRequest, fact_id: UUID) -> HttpResponse:
    """What the drawing on the page of an entity shows. `more`: facts of entities that were opened on it."""
    acting = request.acting
    fact = selectors.find_fact(acting, fact_id)
    opened = [found for one in request.GET.getlist("more")[:OPENED] if (found := _fact(acting, one))]
    around = selectors.around(acting, fact.entity, more=[one.entity for one in opened])
    was_read(acting, "network.read", data={"page": "graph", "fact": str(fact.pk)})
    place = {node.entity: str(number) for number, node in enumerate(around.nodes)}
    return JsonResponse(
        {
            "nodes": [
                {
                    "id": place[node.entity],
                    "label": node.label,
                    "kind": node.kind,
                    "kindWords": kind_words(node.kind),
                    "voices": node.voices,
                    "fact": str(node.fact),
                    "url": reverse("investigations:entity", args=[node.fact]),
                    "centre": node.entity == fact.entity,
                }
                for node in around.nodes
            ],
            "edges": [
                {
                    "source": place[edge.one],
                    "target": place[edge.other],
                    "role": tie_words(edge.role),
                    "stated": edge.stated,
                    "weight": edge.said,
                }
                for edge in around.edges
            ],
            "leftOut": around.left_out,
        }
    )


@desk_view("network.work")
def names(request: DeskRequest) -> HttpResponse:
    """Spellings that several statements have, and nobody has judged yet."""
    acting = request.acting
    page = Paginator(lead_selectors.to_judge(acting), PAGE).get_page(request.GET.get("page"))
    was_read(acting, "network.read", data={"page": "names"})
    return render(request, "investigations/names.html", {"page": page, "rows": _with_facts(acting, page)})


@desk_view("network.work", "GET", "POST")
def undo(request: DeskRequest, verdict_id: UUID) -> HttpResponse:
    acting = request.acting
    found = lead_selectors.find_judgement(acting, verdict_id)
    form = UndoForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            undo_judgement(acting, found, why=form.cleaned_data["why"])
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(request, gettext("It is undone."))
            return redirect("investigations:entity", fact_id=found.one_id)
    context = {"form": form, "judgement": found}
    return render(request, "investigations/undo.html", context, status=422 if form.errors else 200)


@desk_view("network.view")
def timeline(request: DeskRequest) -> HttpResponse:
    """Everything that was said of a week, or what stands beside one entity (`fact`)."""
    acting = request.acting
    fact = _fact(acting, request.GET.get("fact", ""))
    rows = selectors.dated(acting, fact.entity if fact else "")
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    was_read(acting, "network.read", data={"page": "timeline"})
    return render(request, "investigations/timeline.html", {"page": page, "fact": fact})


def _fact(acting: Acting, text: str) -> Fact | None:
    try:
        return facts(acting).exclude(entity="").filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _with_facts(acting: Acting, page: Any) -> list[dict[str, Any]]:
    """Each spelling with a fact that is written so; one query."""
    texts = [row["text"] for row in page.object_list]
    found = facts(acting).filter(text__in=texts).order_by("-pk")
    first = {(kind, text): pk for kind, text, pk in found.values_list("kind", "text", "pk")}
    return [row | {"fact": first[row["kind"], row["text"]]} for row in page.object_list]

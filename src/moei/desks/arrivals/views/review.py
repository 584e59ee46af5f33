"""Who is who: one question at a time."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext

from moei.access.acting import Invalid
from moei.access.journalled import was_listed
from moei.access.web import DeskRequest, desk_view
from moei.desks.arrivals import progress
from moei.desks.arrivals.actions.judge_pair import judge_pair, unjudge_pair
from moei.desks.arrivals.actions.start_work import start_matching
from moei.desks.arrivals.selectors import review as selectors

PAGE = 50


@desk_view("review.judge", "GET")
def review(request: DeskRequest) -> HttpResponseBase:
    acting = request.acting
    question = selectors.next_question(acting)
    warnings = selectors.warnings(acting)
    if question or warnings:
        # The words of a warning name the people whom it is about.
        warned = dict.fromkeys(case.id for _warning, cases in warnings for case in cases)
        pair = [str(question.pair.left_id), str(question.pair.right_id)] if question else []
        was_listed(
            acting,
            "arrivals:review",
            warned,
            action="pair.opened" if question else "people.listed",
            people=len(warned) + len(pair),
            records=pair,
        )
    context = {
        "question": question,
        "queue": selectors.queue(acting),
        "last": selectors.last_answer(acting),
        "warnings": warnings,
        "work": progress.progress_of(acting.release.id),
    }
    return render(request, "arrivals/review.html", context)


@desk_view("review.judge", "POST")
def judge(request: DeskRequest, pair_id: UUID) -> HttpResponseBase:
    pairs = selectors.visible_pairs(request.acting).select_related("left", "right")
    pair = get_object_or_404(pairs, pk=pair_id)
    try:
        done = judge_pair(
            request.acting,
            pair.left,
            pair.right,
            request.POST.get("verdict", ""),
            request.POST.get("reason", ""),
        )
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        if done.merged:
            messages.success(
                request,
                gettext(
                    "Two case files were joined. They can be taken apart here, among the decisions, or from "
                    "the case file."
                ),
            )
    return redirect("arrivals:review")


@desk_view("review.judge", "GET")
def decisions(request: DeskRequest) -> HttpResponseBase:
    page = Paginator(selectors.decisions(request.acting), PAGE).get_page(request.GET.get("page"))
    records = dict.fromkeys(str(record) for row in page for record in (row.left_id, row.right_id))
    if records:
        was_listed(request.acting, "arrivals:decisions", people=len(records), records=list(records))
    return render(request, "arrivals/decisions.html", {"page": page})


@desk_view("review.judge", "POST")
def take_back(request: DeskRequest, judgement_id: UUID) -> HttpResponseBase:
    judgement = get_object_or_404(selectors.decisions(request.acting), pk=judgement_id)
    try:
        apart = unjudge_pair(request.acting, judgement, resolve=False)
        start_matching(request.acting)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("The decision was taken back. The program may ask again."))
        if apart:
            messages.success(
                request,
                gettext(
                    "The two case files are apart again, with all that stands in them. A consent that ended because "
                    "the other file refused it stays ended: ask the person again."
                ),
            )
    return redirect("arrivals:review" if request.POST.get("from") == "review" else "arrivals:decisions")


@desk_view("review.judge", "POST")
def match(request: DeskRequest) -> HttpResponseBase:
    if start_matching(request.acting):
        messages.success(request, gettext("All records were matched again."))
    return redirect("arrivals:review")

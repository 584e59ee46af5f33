"""What one agency proposed and another decides, and roles given in an emergency, for review."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Acting, Invalid
from moei.access.actions.approve import approve, collect, decline
from moei.access.actions.grant_role import review_emergency_role
from moei.access.actions.propose import propose
from moei.access.agreed_policy import policy_digest, policy_in_force
from moei.access.changes import needs_collecting
from moei.access.decide import may
from moei.access.models import Proposal, RoleGrant, Staff
from moei.access.policy import ROLES, Duty
from moei.access.reach import of_releases, reached, reaches, releases_concerned
from moei.access.web import DeskRequest, desk_view
from moei.web.proposal_words import described

PAGE = 50
RECENT = timedelta(days=30)
# Together they let whoever collects the password in as somebody else.
WAY_IN = {Proposal.Kind.PASSWORD, Proposal.Kind.SECOND_FACTOR}


class DecisionForm(forms.Form):
    note = forms.CharField(
        label=_("Why not"),
        help_text=_("Only if you decline"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class ReviewForm(forms.Form):
    note = forms.CharField(
        label=_("What you found"), max_length=500, widget=forms.Textarea(attrs={"rows": 2})
    )


@desk_view("changes.approve")
def proposals(request: DeskRequest) -> HttpResponse:
    """What waits, what is to be reviewed, and what was decided, newest first."""
    acting = request.acting
    found = Proposal.objects.select_related(
        "staff", "proposed_by", "proposing_agency", "decided_by", "deciding_agency"
    )
    waiting = list(found.filter(decided_at__isnull=True, lapses_at__gt=acting.now).order_by("proposed_at"))
    rest = found.exclude(pk__in=[proposal.pk for proposal in waiting])
    page = Paginator(rest, PAGE).get_page(request.GET.get("page"))
    context = {
        "waiting": [(proposal, _may_decide(acting, proposal)) for proposal in waiting],
        "page": page,
        "joined": _joined(acting),
        "policy_in_force": policy_in_force(),
        "may_propose": may(acting.staff, "staff.manage", acting.release.id),
        "now": acting.now,
    }
    return render(request, "web/proposals.html", context)


@desk_view("changes.approve", "GET", "POST")
def proposal(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """What would change, by whom and why; approving it does it."""
    found = _found(proposal_id)
    form = DecisionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            if request.POST.get("decision") == "approve":
                approve(request.acting, found)
                messages.success(request, gettext("Approved. It is in the journal with both names."))
            else:
                decline(request.acting, found, note=form.cleaned_data["note"])
                messages.success(request, gettext("Declined. Nothing was changed."))
        except Invalid as invalid:
            for field, words in invalid.errors.items():
                form.add_error(field if field in form.fields else None, words)
        else:
            return redirect("web:proposals")
    acting = request.acting
    mine, others = found.proposed_by_id == acting.staff.pk, _others(found)
    context = {
        "proposal": found,
        "lines": described(found),
        "form": form,
        "waits": found.waits(acting.now),
        "works_already": found.works_already and found.waits(acting.now),
        "may_decide": _may_decide(acting, found),
        "others": others,
        "someones_way_in": {one.kind for one in (found, *others)} >= WAY_IN,
        "mine": mine,
        "may_collect": mine and needs_collecting(found) and found.may_be_collected(acting.now),
        "needs_collecting": needs_collecting(found),
    }
    return render(request, "web/proposal.html", context)


@desk_view("staff.manage", "POST")
def collect_secret(request: DeskRequest, proposal_id: UUID) -> HttpResponse:
    """The only page that ever shows it."""
    found = _found(proposal_id)
    try:
        secret = collect(request.acting, found)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("web:proposal", proposal_id=found.pk)
    what = gettext("Token") if found.kind == Proposal.Kind.TOKEN else gettext("New password")
    return render(request, "web/shown_once.html", {"member": found.staff, "what": what, "secret": secret})


@desk_view("staff.manage", "POST")
def propose_policy(request: DeskRequest) -> HttpResponse:
    """The table that the program carries is not the one that was accepted: propose to accept it."""
    try:
        made = propose(
            request.acting,
            Proposal.Kind.POLICY,
            what={"digest": policy_digest()},
            reason=gettext("The program carries a changed policy table."),
        )
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return redirect("web:proposals")
    return redirect("web:proposal", proposal_id=made.pk)


@desk_view("changes.approve", "GET", "POST")
def review_role(request: DeskRequest, given_id: UUID) -> HttpResponse:
    """A role that one administrator gave alone: another agency says what it found."""
    grant = get_object_or_404(_given_alone(request.acting), pk=given_id)
    form = ReviewForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            review_emergency_role(request.acting, grant, form.cleaned_data["note"])
        except Invalid as invalid:
            form.add_error(None, str(invalid))
        else:
            messages.success(request, gettext("Your review is in the journal."))
            return redirect("web:proposals")
    context = {"grant": grant, "form": form, "role": _role_label(grant)}
    return render(request, "web/review_role.html", context)


def _joined(acting: Acting) -> list[tuple[RoleGrant, str]]:
    """Roles given in an emergency, those without a review first."""
    rows = _given_alone(acting).order_by("reviewed_at", "-granted_at")
    return [(row, _role_label(row)) for row in rows[:PAGE]]


def _given_alone(acting: Acting) -> QuerySet[RoleGrant]:
    """Roles given in an emergency, in the releases in which they approve."""
    where = of_releases(reached(acting.staff, Duty.APPROVE, now=acting.now))
    found = RoleGrant.objects.filter(where).exclude(emergency="")
    return found.select_related("staff__agency", "granted_by__agency", "reviewed_by")


def _role_label(grant: RoleGrant) -> str:
    return gettext(ROLES[grant.role].label) if grant.role in ROLES else grant.role


def _may_decide(acting: Acting, found: Proposal) -> bool:
    """Whether the page offers it; the action asks again."""
    staff: Staff = acting.staff
    return (
        found.waits(acting.now)
        and staff.agency_id not in (None, found.proposing_agency_id)
        and staff.pk not in (found.proposed_by_id, found.staff_id)
        and reaches(staff, Duty.APPROVE, releases_concerned(found, now=acting.now), now=acting.now)
    )


def _others(found: Proposal) -> list[Proposal]:
    """What else was proposed of late about the same person: a new password and no second factor are a way in."""
    if found.staff_id is None:
        return []
    since = found.proposed_at - RECENT
    rows = Proposal.objects.filter(staff=found.staff_id, proposed_at__gt=since).exclude(pk=found.pk)
    return list(rows.select_related("proposed_by")[:5])


def _found(proposal_id: UUID) -> Proposal:
    rows = Proposal.objects.select_related(
        "staff__agency", "release", "proposed_by", "proposing_agency", "decided_by", "deciding_agency"
    )
    return get_object_or_404(rows, pk=proposal_id)

"""Accounts, roles and tokens, for administrators. What gives access is proposed here; what takes it away is done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext

from moei.access.acting import Invalid, Refused
from moei.access.actions.add_in_emergency import add_in_emergency
from moei.access.actions.grant_role import end_role, join_in_emergency
from moei.access.actions.issue_token import revoke_token
from moei.access.actions.manage_staff import close_account
from moei.access.actions.propose import propose
from moei.access.models import ApiToken, Proposal, RoleGrant, Staff
from moei.access.policy import ROLES
from moei.access.web import DeskRequest, desk_view
from moei.signin.words import keep_words, words_of
from moei.web.staff_forms import (
    AccountForm,
    ChangeForm,
    EmergencyAccountForm,
    EmergencyRoleForm,
    PersonForm,
    ReasonForm,
    RoleForm,
    TokenForm,
)

PAGE = 50
SEARCHED = 120
Kind = Proposal.Kind


@desk_view("staff.manage", "GET", "POST")
def staff_list(request: DeskRequest) -> HttpResponse:
    """Words of a search are sent and not put into the address: it stands in histories and logs."""
    if request.method == "POST":
        words = request.POST.get("q", "").strip()[:SEARCHED]
        return redirect(f"{reverse('web:staff')}?{urlencode({'s': keep_words(request, words)})}")
    rows = (
        Staff.objects.select_related("agency").prefetch_related("role_grants").order_by("-is_active", "name")
    )
    kept = words_of(request, request.GET["s"]) if "s" in request.GET else ""
    if kept is None:
        messages.info(request, gettext("That search is over. Type the words again."))
        return redirect("web:staff")
    text = kept.replace("\x00", "").strip()  # PostgreSQL looks up no NUL
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    listed = [(staff, _roles(request, staff)) for staff in page.object_list]
    return render(request, "web/staff.html", {"page": page, "rows": listed, "q": text})


@desk_view("staff.manage", "GET", "POST")
def add(request: DeskRequest) -> HttpResponse:
    """A new account, with a role or without: somebody of another agency approves it."""
    form = AccountForm(request.acting.release, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and (made := _propose(request, Kind.ACCOUNT, form)):
        return redirect("web:proposal", proposal_id=made.pk)
    return render(request, "web/staff_add.html", {"form": form})


@desk_view("staff.manage", "GET", "POST")
def add_alone(request: DeskRequest) -> HttpResponse:
    """An account for a day, at once; the answer is the only page that ever shows its password."""
    form = EmergencyAccountForm(request.acting.release, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            staff, secret = add_in_emergency(
                request.acting,
                given["username"],
                given["name"],
                given["role"],
                site=given["site"],
                languages=given["languages"].split(),
                reason=given["reason"],
            )
        except (Invalid, Refused) as no:
            form.take(no if isinstance(no, Invalid) else Invalid(str(no)))
        else:
            context = {"member": staff, "what": gettext("New password"), "secret": secret, "alone": True}
            return render(request, "web/shown_once.html", context)
    return render(request, "web/staff_add.html", {"form": form, "alone": True})


@desk_view("staff.manage")
def member(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.select_related("agency"), pk=staff_id)
    waiting = Proposal.objects.filter(
        staff=staff, decided_at__isnull=True, lapses_at__gt=request.acting.now
    ).select_related("proposed_by")
    context = {
        "member": staff,
        "roles": _roles(request, staff),
        "waiting": waiting,
        "own": staff.pk == request.acting.staff.pk,
        "tokens": ApiToken.objects.filter(staff=staff).order_by("-created_at"),
    }
    return render(request, "web/staff_member.html", context)


@desk_view("staff.manage", "GET", "POST")
def propose_change(request: DeskRequest, staff_id: UUID, kind: str) -> HttpResponse:
    """One form for each thing that is given to somebody."""
    staff = get_object_or_404(Staff.objects.select_related("agency"), pk=staff_id)
    form = _form(request, kind, staff)
    if request.method == "POST" and form.is_valid() and (made := _propose(request, Kind(kind), form, staff)):
        return redirect("web:proposal", proposal_id=made.pk)
    context = {"form": form, "member": staff, "title": Kind(kind).label}
    return render(request, "web/propose.html", context)


@desk_view("staff.manage", "GET", "POST")
def emergency_role(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """One administrator alone, for hours; another agency is told."""
    staff = get_object_or_404(Staff.objects.select_related("agency"), pk=staff_id)
    form = EmergencyRoleForm(request.acting.release, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            join_in_emergency(
                request.acting,
                staff,
                given["role"],
                site=given["site"],
                hours=given["hours"],
                reason=given["reason"],
            )
        except Invalid as invalid:
            form.take(invalid)
        else:
            messages.success(
                request,
                gettext("The role is given and ends by itself. Another agency is told and reviews it."),
            )
            return _to(staff)
    context = {
        "form": form,
        "member": staff,
        "title": gettext("A role in an emergency"),
        "alone": True,
    }
    return render(request, "web/propose.html", context)


@desk_view("staff.manage", "POST")
def end(request: DeskRequest, staff_id: UUID, grant_id: UUID) -> HttpResponse:
    grant = get_object_or_404(RoleGrant.objects.select_related("staff"), pk=grant_id, staff_id=staff_id)
    try:
        end_role(request.acting, grant)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("The role has ended."))
    return _to(grant.staff)


@desk_view("staff.manage", "POST")
def close(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=staff_id)
    try:
        close_account(request.acting, staff)
    except Invalid as invalid:
        messages.error(request, str(invalid))
    else:
        messages.success(request, gettext("The account is closed."))
    return _to(staff)


@desk_view("staff.manage", "POST")
def revoke(request: DeskRequest, staff_id: UUID, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("staff"), pk=token_id, staff_id=staff_id)
    revoke_token(request.acting, token)
    messages.success(request, gettext("The token no longer works."))
    return _to(token.staff)


def _propose(
    request: DeskRequest, kind: Proposal.Kind, form: ChangeForm, staff: Staff | None = None
) -> Proposal | None:
    """None, with the form saying why, if it cannot be proposed."""
    try:
        made = propose(
            request.acting, kind, staff=staff, what=form.what(), reason=form.cleaned_data["reason"]
        )
    except (Invalid, Refused) as no:
        form.take(no if isinstance(no, Invalid) else Invalid(str(no)))
        return None
    messages.success(request, gettext("Proposed. Somebody of another agency approves it within 72 hours."))
    return made


def _form(request: DeskRequest, kind: str, staff: Staff) -> ChangeForm:
    data = request.POST if request.method == "POST" else None
    release = request.acting.release
    if kind == Kind.ROLE:
        return RoleForm(release, data)
    if kind == Kind.PERSON:
        return PersonForm(release, data, staff=staff)
    if kind == Kind.TOKEN and staff.is_service:
        return TokenForm(release, data)
    if kind == Kind.OPEN or (kind in (Kind.PASSWORD, Kind.SECOND_FACTOR) and not staff.is_service):
        return ReasonForm(release, data)
    raise Http404


def _roles(request: DeskRequest, staff: Staff) -> list[tuple[str, RoleGrant]]:
    """Roles that count in this release, with their labels."""
    release_id, now = request.acting.release.pk, request.acting.now
    return [
        (gettext(ROLES[grant.role].label) if grant.role in ROLES else grant.role, grant)
        for grant in staff.role_grants.all()
        if (grant.ended_at is None or grant.ended_at > now) and grant.release_id in (None, release_id)
    ]


def _to(staff: Staff) -> HttpResponse:
    return redirect("web:member", staff_id=staff.pk)

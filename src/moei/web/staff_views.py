"""Accounts, roles and tokens, for administrators. Roles change through actions, which the journal keeps."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.actions.grant_role import end_role, grant_role
from moei.access.actions.issue_token import issue_token, revoke_token
from moei.access.actions.manage_staff import add_staff, reset_password, set_active
from moei.access.models import Agency, ApiToken, RoleGrant, Site, Staff
from moei.access.policy import ROLES
from moei.access.web import DeskRequest, desk_view
from moei.casefile.folding import protocol
from moei.casefile.words import label

PAGE = 50


class AddForm(forms.Form):
    username = forms.SlugField(
        label=_("Name for signing in"), max_length=60, help_text=_("Latin letters and digits")
    )
    name = forms.CharField(label=_("Name"), max_length=120)
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, empty_label=_("None")
    )
    profession = forms.ChoiceField(
        label=_("Profession on a panel"),
        required=False,
        help_text=_("Only for those who sign determinations"),
    )
    languages = forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=60,
        help_text=_("Codes with spaces between them: am en"),
    )
    is_service = forms.BooleanField(
        label=_("A service account: another program acts with a token, nobody signs in"), required=False
    )

    def __init__(self, protocol_name: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.all()  # type: ignore[attr-defined]
        professions = [(p.code, label(p.labels)) for p in protocol(protocol_name).professions]
        self.fields["profession"].choices = [("", _("None")), ("interpreter", _("Interpreter")), *professions]  # type: ignore[attr-defined]


class RoleForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=[(role.code, _(role.label)) for role in ROLES.values()])
    site = forms.ModelChoiceField(
        Site.objects.none(),
        label=_("Site"),
        required=False,
        help_text=_("For roles whose cases are those of a site"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["site"].queryset = Site.objects.order_by("name")  # type: ignore[attr-defined]


class TokenForm(forms.Form):
    label = forms.CharField(label=_("What uses it"), max_length=80)
    days = forms.IntegerField(label=_("Days it lives"), min_value=1, max_value=90, initial=30)


@desk_view("staff.manage")
def staff_list(request: DeskRequest) -> HttpResponse:
    rows = (
        Staff.objects.select_related("agency").prefetch_related("role_grants").order_by("-is_active", "name")
    )
    text = request.GET.get("q", "").replace("\x00", "").strip()  # PostgreSQL looks up no NUL
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(username__icontains=text))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    listed = [(staff, _roles(staff, request.acting.release.pk)) for staff in page.object_list]
    return render(request, "web/staff.html", {"page": page, "rows": listed, "q": text})


@desk_view("staff.manage", "GET", "POST")
def add(request: DeskRequest) -> HttpResponse:
    form = AddForm(request.acting.release.protocol, request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = dict(form.cleaned_data)
        given["languages"] = given["languages"].split()
        try:
            staff, password = add_staff(request.acting, given.pop("username"), given.pop("name"), **given)
        except Invalid as invalid:
            _take(form, invalid)
        else:
            return _once(request, staff, gettext("First password"), password) if password else _to(staff)
    return render(request, "web/staff_add.html", {"form": form})


@desk_view("staff.manage")
def member(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.select_related("agency"), pk=staff_id)
    return _member(request, staff)


@desk_view("staff.manage", "POST")
def give_role(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=staff_id)
    form = RoleForm(request.POST)
    if form.is_valid():
        try:
            grant_role(request.acting, staff, form.cleaned_data["role"], site=form.cleaned_data["site"])
        except Invalid as invalid:
            _take(form, invalid)
        else:
            messages.success(request, gettext("The role is given, from now on."))
            return _to(staff)
    return _member(request, staff, role_form=form)


@desk_view("staff.manage", "POST")
def end(request: DeskRequest, staff_id: UUID, grant_id: UUID) -> HttpResponse:
    grant = get_object_or_404(RoleGrant.objects.select_related("staff"), pk=grant_id, staff_id=staff_id)
    end_role(request.acting, grant)
    messages.success(request, gettext("The role has ended."))
    return _to(grant.staff)


@desk_view("staff.manage", "POST")
def active(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=staff_id)
    try:
        set_active(request.acting, staff, active=request.POST.get("active") == "yes")
    except Invalid as invalid:
        messages.error(request, str(invalid))
    return _to(staff)


@desk_view("staff.manage", "POST")
def password(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff, pk=staff_id)
    try:
        fresh = reset_password(request.acting, staff)
    except Invalid as invalid:
        messages.error(request, str(invalid))
        return _to(staff)
    return _once(request, staff, gettext("New password"), fresh)


@desk_view("staff.manage", "POST")
def issue(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    staff = get_object_or_404(Staff.objects.select_related("agency"), pk=staff_id)
    form = TokenForm(request.POST)
    if form.is_valid():
        until = request.acting.now + timedelta(days=form.cleaned_data["days"])
        try:
            _row, token = issue_token(request.acting, staff, form.cleaned_data["label"], expires_at=until)
        except Invalid as invalid:
            _take(form, invalid)
        else:
            return _once(request, staff, gettext("Token"), token)
    return _member(request, staff, token_form=form)


@desk_view("staff.manage", "POST")
def revoke(request: DeskRequest, staff_id: UUID, token_id: UUID) -> HttpResponse:
    token = get_object_or_404(ApiToken.objects.select_related("staff"), pk=token_id, staff_id=staff_id)
    revoke_token(request.acting, token)
    messages.success(request, gettext("The token no longer works."))
    return _to(token.staff)


def _member(
    request: DeskRequest,
    staff: Staff,
    *,
    role_form: RoleForm | None = None,
    token_form: TokenForm | None = None,
) -> HttpResponse:
    broken = next((form for form in (role_form, token_form) if form is not None), None)
    context = {
        "member": staff,
        "roles": _roles(staff, request.acting.release.pk),
        "role_form": role_form or RoleForm(initial={"site": request.acting.release.site_id}),
        "token_form": token_form or TokenForm(),
        "broken_form": broken,
        "tokens": ApiToken.objects.filter(staff=staff).order_by("-created_at"),
    }
    return render(request, "web/staff_member.html", context)


def _roles(staff: Staff, release_id: UUID) -> list[tuple[str, RoleGrant]]:
    """Roles that count in this release, with their labels."""
    return [
        (gettext(ROLES[grant.role].label) if grant.role in ROLES else grant.role, grant)
        for grant in staff.role_grants.all()
        if grant.ended_at is None and grant.release_id in (None, release_id)
    ]


def _once(request: DeskRequest, staff: Staff, what: str, secret: str) -> HttpResponse:
    """The only page that ever shows it."""
    return render(request, "web/shown_once.html", {"member": staff, "what": what, "secret": secret})


def _to(staff: Staff) -> HttpResponse:
    return redirect("web:member", staff_id=staff.pk)


def _take(form: forms.Form, invalid: Invalid) -> None:
    for field, words in invalid.errors.items():
        form.add_error(field if field in form.fields else None, words)

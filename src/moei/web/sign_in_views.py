"""One's own sessions and second steps; for administrators, notices and the sessions of others."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from allauth.account.views import PasswordChangeView
from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn.views import RemoveWebAuthnView
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_POST, require_safe

from moei.access.models import Staff
from moei.access.watching import secrets_given
from moei.access.web import DeskRequest, desk_view
from moei.signin.actions.forget_device import forget_device
from moei.signin.actions.notices import see_notice
from moei.signin.actions.sessions import end_own_sessions, end_sessions_of
from moei.signin.devices import device_of
from moei.signin.models import Notice, OpenSession
from moei.signin.selectors import known_devices, notices_for, open_sessions

# How many of the last resets one sees of oneself.
SHOWN = 5


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """Where one is signed in, and how one signs in."""
    staff = _staff(request)
    context = {
        "sessions": open_sessions(staff, now=datetime.now(UTC)),
        "this_key": request.session.session_key,
        "devices": known_devices(staff),
        "this_device": device_of(request),
        "given": secrets_given(staff)[:SHOWN],
    }
    return render(request, "web/sign_in.html", context)


@require_POST
def end_sessions(request: HttpRequest) -> HttpResponse:
    """`session` ends one; without it all end, this one too."""
    staff, now = _staff(request), datetime.now(UTC)
    chosen = request.POST.get("session")
    if chosen is None:
        end_own_sessions(staff, OpenSession.objects.all(), now=now)
        logout(request)
        return redirect("account_login")
    found = [row for row in open_sessions(staff, now=now) if str(row.pk) == chosen]
    if found:
        end_own_sessions(staff, OpenSession.objects.filter(pk=found[0].pk), now=now)
        if found[0].session_key == request.session.session_key:
            logout(request)
            return redirect("account_login")
        messages.success(request, gettext("Signed out there."))
    return redirect("web:sign_in")


@require_POST
def forget(request: HttpRequest, device_id: UUID) -> HttpResponse:
    """A device of one's own; that of anybody else is no device."""
    if not forget_device(_staff(request), device_id, now=datetime.now(UTC)):
        raise Http404
    messages.success(request, gettext("The device is forgotten."))
    return redirect("web:sign_in")


@desk_view("staff.manage", "POST")
def end_of(request: DeskRequest, staff_id: UUID) -> HttpResponse:
    """End all sessions of somebody: a lost telephone, or somebody who must be out now."""
    member = get_object_or_404(Staff, pk=staff_id)
    ended = end_sessions_of(request.acting, member)
    if member.pk == request.acting.staff.pk:
        logout(request)
        return redirect("account_login")
    messages.success(
        request, gettext("Signed out everywhere: %(number)d sessions ended.") % {"number": ended}
    )
    return redirect("web:member", staff_id=member.pk)


@desk_view("staff.manage")
def notices(request: DeskRequest) -> HttpResponse:
    return render(request, "web/sign_in_notices.html", {"waiting": notices_for(request.acting.staff)})


@desk_view("staff.manage", "POST")
def seen(request: DeskRequest, notice_id: UUID) -> HttpResponse:
    see_notice(request.acting, get_object_or_404(Notice, pk=notice_id))
    return redirect("web:sign_in_notices")


class RemoveKey(RemoveWebAuthnView):
    """Nobody takes away their last second step: whoever finds an open session could set up their own."""

    def form_valid(self, form: Any) -> HttpResponse:
        if not get_adapter().can_delete_authenticator(self.get_object()):
            messages.error(self.request, gettext("This is your last second step. Set up another one first."))
            return redirect("mfa_list_webauthn")
        response: HttpResponse = super().form_valid(form)
        return response


remove_key = RemoveKey.as_view()


class ChangePassword(PasswordChangeView):
    """Who signs in with a passkey only has none to change, and sets none here: that needs an administrator."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not _staff(request).has_usable_password():
            messages.info(request, gettext("You have no password. Ask an administrator if you need one."))
            return redirect("web:sign_in")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


change_password = ChangePassword.as_view()


def _staff(request: HttpRequest) -> Staff:
    assert isinstance(request.user, Staff)
    return request.user

"""A locked session, and how its owner opens it again: by password or passkey, from the page or from the lock over it."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from http import HTTPStatus

from allauth.account.adapter import get_adapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from allauth.mfa.webauthn.internal import auth
from django import forms
from django.contrib import messages
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from moei.access.models import Staff
from moei.signin.actions.sessions import note_seen
from moei.signin.clients import agent_of
from moei.signin.selectors import has_passkey
from moei.web.middleware import lock
from moei.web.views import own_address


class UnlockForm(forms.Form):
    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )


@require_POST
def lock_now(request: HttpRequest) -> HttpResponse:
    """The page found that nobody is there."""
    lock(request, now=int(time.time()))
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


@require_http_methods(["GET", "POST"])
def unlock(request: HttpRequest) -> HttpResponse:
    """`next` says where to go on. A script that sends the form gets 204, or 400 with words, or 401 when it is over."""
    by_script = request.headers.get("Accept") == "application/json"
    onward = own_address(request, request.POST.get("next") or request.GET.get("next", ""))
    if request.method == "GET":
        return _page(request, UnlockForm(), onward) if "locked_at" in request.session else redirect(onward)
    form = UnlockForm(request.POST)
    try:
        opened = ("credential" in request.POST and _by_passkey(request)) or (
            form.is_valid() and _by_password(request, form)
        )
    except ImmediateHttpResponse as refused:
        # Whoever guesses at an open session ends it.
        logout(request)
        return HttpResponse(status=HTTPStatus.UNAUTHORIZED) if by_script else refused.response
    if opened:
        _open(request)
        return HttpResponse(status=HTTPStatus.NO_CONTENT) if by_script else redirect(onward)
    if form.is_valid():
        form.add_error("password", gettext("This is not your password. Try again."))
    if by_script:
        words = [str(error) for errors in form.errors.values() for error in errors]
        if "credential" in request.POST:
            words = [gettext("The passkey was not accepted. Try again, or use your password.")]
        return JsonResponse({"words": " ".join(words)}, status=HTTPStatus.BAD_REQUEST)
    if "credential" in request.POST:
        messages.error(request, gettext("The passkey was not accepted. Try again, or use your password."))
        form = UnlockForm()
    return _page(request, form, onward)


@require_POST
def passkey(request: HttpRequest) -> HttpResponse:
    """What the browser needs to ask for a passkey of this person; 404 for somebody who has none."""
    if not (isinstance(request.user, Staff) and has_passkey(request.user)):
        raise Http404
    return JsonResponse(auth.begin_authentication(request.user))


def _page(request: HttpRequest, form: UnlockForm, onward: str) -> HttpResponse:
    # Nothing to watch over on this page: it is the lock.
    mine = isinstance(request.user, Staff) and has_passkey(request.user)
    context = {"form": form, "onward": onward, "idle_seconds": 0, "has_passkey": mine}
    return render(request, "web/unlock.html", context)


def _by_password(request: HttpRequest, form: UnlockForm) -> bool:
    assert isinstance(request.user, Staff)
    if not form.is_valid():
        return False
    return bool(get_adapter(request).reauthenticate(request.user, form.cleaned_data["password"]))


def _by_passkey(request: HttpRequest) -> bool:
    return ReauthenticateWebAuthnForm(user=request.user, data=request.POST).is_valid()


def _open(request: HttpRequest) -> None:
    session = request.session
    del session["locked_at"]
    session["seen_at"], session["agent"] = int(time.time()), agent_of(request)
    note_seen(request, now=datetime.now(UTC))

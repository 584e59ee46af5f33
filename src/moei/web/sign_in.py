"""How people sign in: allauth with our words, no self-made accounts, a second factor outside the demo."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from moei.journal.keys import keyring

Handler = Callable[[HttpRequest], HttpResponse]

_MFA = "second-factor"

# Open to somebody who still has to set up a second factor: setting it up, leaving, and what a page needs.
BEFORE_SECOND_FACTOR = ("/account/", "/language/", "/second-factor/", "/keepalive/", "/api/")


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator, never by the person who wants in."""
        return False

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Failed passwords are counted by axes, for each pair of name and address.

        allauth's own limit counts a name from everywhere: with it, anybody could lock a colleague out.
        """

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """By password or by passkey: service accounts have tokens and no sessions."""
        if user.is_service:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        return super().pre_login(request, user, **kwargs)


class SecondFactor(DefaultMFAAdapter):
    """Secrets of authenticator apps lie in the database sealed under the key file."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(keyring().seal(text.encode(), _MFA)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return keyring().open(base64.b64decode(encrypted_text), _MFA).decode()


class LoginForm(forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.pop("remember", None)


def require_second_factor(get_response: Handler) -> Handler:
    """Outside the demo, whoever has no second factor sets one up before anything else."""

    def handle(request: HttpRequest) -> HttpResponse:
        user = request.user
        if (
            settings.MFA_REQUIRED
            and user.is_authenticated
            and not request.path.startswith((*BEFORE_SECOND_FACTOR, settings.STATIC_URL))
            and not is_mfa_enabled(user)
        ):
            return HttpResponseRedirect(reverse("web:second_factor"))
        return get_response(request)

    return handle


class BackToThePage(LoginRequiredMiddleware):
    """Whose session ended signs in and is on the page again, not at the address its form was sent to."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        page = urlsplit(request.headers.get("Referer", ""))
        back = urlunsplit(("", "", page.path, page.query, "")) if page.netloc == request.get_host() else "/"
        return redirect_to_login(back, self.get_login_url(view_func), self.get_redirect_field_name(view_func))


def leave_nothing_behind(get_response: Handler) -> Handler:
    """After signing out, the browser forgets what pages had stored: tablets are shared."""

    def handle(request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        response = get_response(request)
        if signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cookies", "storage"'
        return response

    return handle

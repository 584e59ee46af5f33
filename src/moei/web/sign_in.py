"""How people sign in: allauth with our words, no self-made accounts, a second factor outside the demo."""

from __future__ import annotations

from collections.abc import Callable
from http import HTTPStatus
from typing import Any

from allauth.account import forms
from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base import forms as second
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.auth.models import AbstractBaseUser
from django.contrib.auth.views import redirect_to_login
from django.forms import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext

from moei.crypto import SealError
from moei.signin.clients import address_of
from moei.signin.devices import hand_over
from moei.signin.receivers import GIVEN
from moei.signin.second_factors import open_text, seal_text
from moei.signin.throttling import TooMany, begin_try, succeeded
from moei.signin.totp import spend
from moei.web.middleware import page_of

Handler = Callable[[HttpRequest], HttpResponse]

# Open to whoever still has something to do first: what every page needs, the lock too, or it would never open again.
_ALWAYS = ("/language/", "/keepalive/", "/lock/", "/unlock/", "/api/")

# Open to somebody who still has to set up a second factor: setting it up and leaving.
BEFORE_SECOND_FACTOR = ("/account/", "/second-factor/", *_ALWAYS)

# Open to somebody who still has to choose a password of their own: choosing it and leaving.
BEFORE_OWN_PASSWORD = ("/account/log", "/account/password/change/", *_ALWAYS)


class Adapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator, never by the person who wants in."""
        return False

    def authenticate(self, request: HttpRequest, **credentials: Any) -> AbstractBaseUser | None:
        """Counted by our own rules: allauth counts a name from everywhere, so that anybody could lock a colleague out."""
        username = str(credentials.get("username", ""))
        try:
            begun = begin_try(request, username)
        except TooMany as refused:
            page = render(request, "account/locked_out.html", status=HTTPStatus.TOO_MANY_REQUESTS)
            raise ImmediateHttpResponse(page) from refused
        user: AbstractBaseUser | None = super().authenticate(request, **credentials)
        if user is not None:
            succeeded(request, username, begun)
        return user

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """What allauth would count; `authenticate` has."""

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("web:home")

    def get_client_ip(self, request: HttpRequest) -> str:
        return address_of(request)

    def pre_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """By password or by passkey: service accounts have tokens and no sessions."""
        if user.is_service:
            raise ImmediateHttpResponse(self.respond_user_inactive(request, user))
        return super().pre_login(request, user, **kwargs)


class SecondFactor(DefaultMFAAdapter):
    """Secrets of authenticator apps lie in the database sealed under the key file, for their person."""

    def encrypt(self, text: str) -> str:
        return seal_text(text)

    def decrypt(self, encrypted_text: str) -> str:
        return open_text(encrypted_text)

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Who must have a second step sets up another one first: whoever finds an open session takes none away."""
        if not settings.MFA_REQUIRED:
            return True
        others = Authenticator.objects.filter(user_id=authenticator.user_id).exclude(pk=authenticator.pk)
        return others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()


class _EachCodeOnce:
    """A code of the second step: counted in a table that all servers share, and accepted once."""

    def clean_code(self) -> str:
        request, name = context.request, self.user.username  # type: ignore[attr-defined]
        try:
            begun = begin_try(request, name, what="code")
        except TooMany as refused:
            raise ValidationError(gettext("Too many wrong codes. Wait a quarter of an hour.")) from refused
        try:
            code: str = super().clean_code()  # type: ignore[misc]
        except SealError:
            raise ValidationError(
                gettext("Your second step was changed from outside. Tell an administrator by voice.")
            ) from None
        authenticator = self.authenticator  # type: ignore[attr-defined]
        if authenticator.type == Authenticator.Type.TOTP and not spend(authenticator, code):
            raise ValidationError(gettext("This code was used already. Wait for the next one."))
        succeeded(request, name, begun, what="code")
        return code


class CodeForm(_EachCodeOnce, second.AuthenticateForm):
    pass


class CodeAgainForm(_EachCodeOnce, second.ReauthenticateForm):
    pass


class ChangePasswordForm(forms.ChangePasswordForm):
    """Whoever found an open session guesses the password here no more often than at the sign-in."""

    def clean_oldpassword(self) -> str:
        request = context.request
        name = self.user.username  # type: ignore[union-attr]
        try:
            begun = begin_try(request, name)
        except TooMany as refused:
            raise ValidationError(
                gettext("Too many failed attempts. Wait a quarter of an hour.")
            ) from refused
        given: str = super().clean_oldpassword()
        succeeded(request, name, begun)
        return given

    def clean_password1(self) -> str:
        """Another one than now: who was given a password is not the only one who knows it."""
        chosen: str = self.cleaned_data["password1"]
        if chosen == self.cleaned_data.get("oldpassword"):
            raise ValidationError(gettext("Choose another password than the one you have now."))
        return chosen


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


def require_own_password(get_response: Handler) -> Handler:
    """Whoever signed in with a password that somebody handed them chooses one that nobody else knows, first of all."""

    def handle(request: HttpRequest) -> HttpResponse:
        if request.session.get(GIVEN) and not request.path.startswith(
            (*BEFORE_OWN_PASSWORD, settings.STATIC_URL)
        ):
            return HttpResponseRedirect(reverse("account_change_password"))
        return get_response(request)

    return handle


class BackToThePage(LoginRequiredMiddleware):
    """Whose session ended signs in and is on the page again, not at the address its form was sent to."""

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        if request.method in ("GET", "HEAD"):
            return super().handle_no_permission(request, view_func)
        return redirect_to_login(
            page_of(request), self.get_login_url(view_func), self.get_redirect_field_name(view_func)
        )


def leave_nothing_behind(get_response: Handler) -> Handler:
    """After signing out, the browser forgets pages and what they had stored: tablets are shared.

    Our cookies go one by one, because the one that tells the device stays: it says nothing of anybody, and without it
    whoever guesses at a name would lock its owner out of their own device.
    """

    def handle(request: HttpRequest) -> HttpResponse:
        signed_in = request.user.is_authenticated
        response = get_response(request)
        if signed_in and not request.user.is_authenticated:
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
            for cookie in (settings.CSRF_COOKIE_NAME, "messages"):
                response.delete_cookie(cookie)
        hand_over(request, response)
        return response

    return handle

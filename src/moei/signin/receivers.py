"""What happens at sign-in and to second steps, as the sign-in library tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.signals import password_changed
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out
from django.db.models.signals import post_save
from django.http import HttpRequest

from moei.access.models import Staff
from moei.access.signals import password_given
from moei.signin.actions.notices import announce, journal_sign_in
from moei.signin.actions.sessions import forget_session, note_sign_in, shut_out
from moei.signin.devices import remember_device
from moei.signin.models import GivenPassword, Notice
from moei.signin.selectors import has_passkey
from moei.signin.totp import spend_all_shown

# In the session: somebody else knows the password that this person signed in with.
GIVEN = "password_given"


def connect() -> None:
    user_logged_in.connect(_signed_in, dispatch_uid="moei.signin.in")
    user_logged_out.connect(_signed_out, dispatch_uid="moei.signin.out")
    password_given.connect(_given, dispatch_uid="moei.signin.given")
    password_changed.connect(_chosen, dispatch_uid="moei.signin.chosen")
    post_save.connect(_saved, sender=Staff, dispatch_uid="moei.signin.closed")
    signals.authenticator_added.connect(_added, dispatch_uid="moei.signin.added")
    signals.authenticator_removed.connect(_removed, dispatch_uid="moei.signin.removed")
    signals.authenticator_reset.connect(_renewed, dispatch_uid="moei.signin.renewed")
    signals.authenticator_used.connect(_used, dispatch_uid="moei.signin.used")


def _signed_in(sender: Any, request: HttpRequest, user: Staff, **_more: Any) -> None:
    now = datetime.now(UTC)
    request.session["began_at"] = request.session["seen_at"] = int(now.timestamp())
    request.session.pop("locked_at", None)
    _note_passkey(request, user)
    request.session[GIVEN] = (
        not _by_passkey_alone(request, user) and GivenPassword.objects.filter(staff=user).exists()
    )
    note_sign_in(request, user, now=now)
    remember_device(request, user, now=now)


def _signed_out(sender: Any, request: HttpRequest, user: Staff | None, **_more: Any) -> None:
    forget_session(request.session.session_key)


def _by_passkey_alone(request: HttpRequest, user: Staff) -> bool:
    """Whoever has a passkey may never have got the password, and cannot change what they do not know."""
    return any(step.get("passwordless") for step in get_authentication_records(request, user))


def _given(sender: Any, staff: Staff, now: datetime, **_more: Any) -> None:
    GivenPassword.objects.update_or_create(staff=staff, defaults={"given_at": now})


def _chosen(sender: Any, request: HttpRequest, user: Staff, **_more: Any) -> None:
    request.session.pop(GIVEN, None)
    GivenPassword.objects.filter(staff=user).delete()
    journal_sign_in(user, "sign_in.password_chosen", now=datetime.now(UTC))


def _note_passkey(request: HttpRequest, user: Staff) -> None:
    """The lock over every page offers a passkey to who has one: kept here, so that no page has to ask the database."""
    request.session["has_passkey"] = has_passkey(user)


def _saved(sender: Any, instance: Staff, **_more: Any) -> None:
    """However an account is closed: by the page, by another program, by part of the program not yet written."""
    if not instance.is_active:
        shut_out(instance)


def _added(
    sender: Any, request: HttpRequest, user: Staff, authenticator: Authenticator, **_more: Any
) -> None:
    _note_passkey(request, user)
    if authenticator.type == Authenticator.Type.TOTP:
        spend_all_shown(authenticator)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        journal_sign_in(user, "sign_in.factor_added", now=datetime.now(UTC), kind=authenticator.type)


def _removed(
    sender: Any, request: HttpRequest, user: Staff, authenticator: Authenticator, **_more: Any
) -> None:
    _note_passkey(request, user)
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        announce(user, Notice.Kind.FACTOR_REMOVED, now=datetime.now(UTC))


def _renewed(sender: Any, user: Staff, **_more: Any) -> None:
    journal_sign_in(user, "sign_in.codes_renewed", now=datetime.now(UTC))


def _used(sender: Any, user: Staff, authenticator: Authenticator, **_more: Any) -> None:
    if authenticator.type == Authenticator.Type.RECOVERY_CODES:
        announce(user, Notice.Kind.RECOVERY_CODE, now=datetime.now(UTC))

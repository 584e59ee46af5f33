"""Open sessions of somebody, and notices that wait for an administrator."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from moei.access.models import RoleGrant, Staff
from moei.access.policy import ROLES, Duty
from moei.signin.models import KnownDevice, Notice, OpenSession


def open_sessions(staff: Staff, *, now: datetime) -> QuerySet[OpenSession]:
    """Where somebody is signed in now, the last used first."""
    alive = Session.objects.filter(expire_date__gt=now).values("session_key")
    since = now - timedelta(seconds=settings.LONGEST_SESSION)
    return OpenSession.objects.filter(staff=staff, session_key__in=alive, began_at__gt=since)


def known_devices(staff: Staff) -> QuerySet[KnownDevice]:
    """In which somebody signed in before, the last used first."""
    return KnownDevice.objects.filter(staff=staff).order_by("-last_used_at", "-id")


def has_passkey(staff: Staff) -> bool:
    return Authenticator.objects.filter(user=staff, type=Authenticator.Type.WEBAUTHN).exists()


def notices_for(administrator: Staff) -> QuerySet[Notice]:
    """What waits to be seen: about people of their agency, and of agencies that have no other administrator."""
    waiting = Notice.objects.filter(seen_at__isnull=True).exclude(staff=administrator)
    managing = [role.code for role in ROLES.values() if Duty.STAFF in role.duties]
    grants = RoleGrant.objects.filter(role__in=managing, ended_at__isnull=True, staff__is_active=True)
    others = grants.exclude(staff=administrator).exclude(staff__agency=None)
    theirs = others.exclude(staff__agency=administrator.agency_id).values("staff__agency")
    return waiting.exclude(staff__agency__in=theirs).select_related("staff__agency")

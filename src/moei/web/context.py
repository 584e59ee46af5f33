"""What every page's layout needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from moei.access.acting import Acting
from moei.access.agreed_policy import policy_in_force
from moei.access.decide import emergency_until, has_duty, may
from moei.access.models import Staff
from moei.access.policy import Duty
from moei.access.watching import notices_for, unseen
from moei.retention.selectors.backups import past_their_end
from moei.signin.selectors import notices_for as sign_in_notices_for
from moei.web.navigation import navigation


def layout(request: HttpRequest) -> dict[str, Any]:
    acting: Acting | None = getattr(request, "acting", None)
    release = acting.release if acting else None
    user = getattr(request, "user", None)
    return {
        "demo": settings.DEMO or bool(release and release.invented),
        "nav": navigation(acting, request) if acting else [],
        # Whoever has no role yet is signed in all the same, and must be able to sign out.
        "staff": user if isinstance(user, Staff) else None,
        "release": release,
        "policy_in_force": policy_in_force(),
        "more_releases": len(getattr(request, "releases", ())) > 1,
        "site": release.site if release else None,
        "idle_seconds": settings.IDLE_SECONDS,
        "has_passkey": isinstance(user, Staff) and request.session.get("has_passkey", False),
        "sign_in_notices": _sign_in_notices(user) if isinstance(user, Staff) else 0,
        "unseen_notices": _unseen(acting) if acting else 0,
        "overdue_backups": _overdue(acting) if acting else 0,
        "break_glass": _break_glass(acting) if acting else None,
    }


def _unseen(acting: Acting) -> int:
    """How much their agency is told of that nobody there saw yet; asked only of those who watch."""
    if not may(acting.staff, "notices.read", acting.release.id):
        return 0
    return unseen(notices_for(acting.staff, now=acting.now), acting.staff).count()


def _overdue(acting: Acting) -> int:
    """How many backups should have been destroyed; asked only of those who erase by the rules."""
    if not may(acting.staff, "backup.destroyed", acting.release.id):
        return 0
    return past_their_end(now=acting.now).count()


def _break_glass(acting: Acting) -> dict[str, Any] | None:
    """Until when emergency access is open, for the banner; asked only of those who can open one."""
    if not may(acting.staff, "break_glass.open", acting.release.id):
        return None
    until = emergency_until(acting.staff, now=acting.now)
    return {"until": until, "end_url": reverse("web:end_emergency")} if until else None


def _sign_in_notices(staff: Staff) -> int:
    """How many wait for this administrator; asked only of those who manage staff."""
    return sign_in_notices_for(staff).count() if has_duty(staff, Duty.STAFF) else 0

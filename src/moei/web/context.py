"""What every page's layout needs."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from moei.access.acting import Acting
from moei.web.navigation import navigation


def layout(request: HttpRequest) -> dict[str, Any]:
    acting: Acting | None = getattr(request, "acting", None)
    release = acting.release if acting else None
    return {
        "demo": settings.DEMO or bool(release and release.invented),
        "nav": navigation(acting, request.path) if acting else [],
        "staff": acting.staff if acting else None,
        "release": release,
        "site": release.site if release else None,
        "idle_seconds": settings.IDLE_SECONDS,
    }

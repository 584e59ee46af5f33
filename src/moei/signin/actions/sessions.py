"""Open sessions: noted at sign-in, ended here and elsewhere. An ended session is refused at its next request."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from moei.access.acting import Acting
from moei.access.decide import require
from moei.access.models import Staff
from moei.access.policy import Duty
from moei.access.reach import releases_of, require_reach
from moei.journal.models import Entry
from moei.journal.record import Note, record
from moei.signin.clients import agent_of, place_of
from moei.signin.models import KnownDevice, OpenSession


def note_sign_in(request: HttpRequest, staff: Staff, *, now: datetime) -> None:
    """Write down in which browser somebody signed in; rows whose session is over are cleared."""
    if not request.session.session_key:
        request.session.save()
    key = request.session.session_key
    gone = now - timedelta(seconds=settings.LONGEST_SESSION)
    OpenSession.objects.filter(staff=staff, began_at__lt=gone).delete()
    OpenSession.objects.update_or_create(
        session_key=key,
        defaults={
            "staff": staff,
            "agent": agent_of(request),
            "place": place_of(request),
            "began_at": now,
            "last_seen_at": now,
        },
    )


def note_seen(request: HttpRequest, *, now: datetime) -> None:
    """Somebody still works in it; and from where, if that changed."""
    OpenSession.objects.filter(session_key=request.session.session_key).update(
        last_seen_at=now, agent=agent_of(request), place=place_of(request)
    )


def rename_session(session_key: str | None, new_key: str | None) -> None:
    """The same session goes on under another key, or it is over."""
    rows = OpenSession.objects.filter(session_key=session_key)
    if not new_key or OpenSession.objects.filter(session_key=new_key).exists():
        rows.delete()  # signed out, or signed in anew, which was noted
    else:
        rows.update(session_key=new_key)


def forget_session(session_key: str | None) -> None:
    """It ended by signing out or by itself."""
    OpenSession.objects.filter(session_key=session_key).delete()


@transaction.atomic
def end_own_sessions(staff: Staff, sessions: QuerySet[OpenSession], *, now: datetime) -> int:
    """End some of one's own sessions from afar; returns how many."""
    return _end(staff, staff, sessions.filter(staff=staff), "session.ended", now=now)


@transaction.atomic
def end_sessions_of(acting: Acting, staff: Staff) -> int:
    """An administrator ends every session of somebody at once, and their devices are strange again: a lost telephone."""
    require(acting, "staff.manage")
    require_reach(acting, Duty.STAFF, releases_of(staff, now=acting.now))
    KnownDevice.objects.filter(staff=staff).delete()
    return _end(
        acting.staff, staff, OpenSession.objects.filter(staff=staff), "session.ended_by_other", now=acting.now
    )


def shut_out(staff: Staff) -> None:
    """A closed account has no session and no known device: opening it again brings none of them back."""
    KnownDevice.objects.filter(staff=staff).delete()
    rows = OpenSession.objects.filter(staff=staff)
    Session.objects.filter(session_key__in=list(rows.values_list("session_key", flat=True))).delete()
    rows.delete()


def _end(by: Staff, of: Staff, sessions: QuerySet[OpenSession], action: str, *, now: datetime) -> int:
    keys = list(sessions.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    sessions.delete()
    record(
        Note(
            action,
            kind=Entry.Kind.ACCESS,
            actor=by.pk,
            agency=by.agency_id,
            data={"staff": str(of.pk), "sessions": len(keys)},
        ),
        now=now.astimezone(UTC),
    )
    return len(keys)

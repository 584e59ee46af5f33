"""Telling agencies what was done, and noticing who touches a canary. Whoever reads sees nothing of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet

from moei.access.acting import Acting
from moei.access.models import Agency, Canary, Notice, RoleGrant, Staff
from moei.access.policy import ROLES, Duty
from moei.access.reach import ALL, each_of, of_releases, reached, releases_of
from moei.access.tasks import send_notices
from moei.journal.models import Entry
from moei.journal.record import Note, record

Kind = Notice.Kind
# Within this time one person's same doing to one canary is one alarm.
SAME_ALARM = timedelta(hours=1)


def people_with(duty: Duty, releases: Iterable[UUID | None]) -> QuerySet[Staff]:
    """Active staff who hold a role with this duty in each of these releases."""
    held = _held(duty)
    found = Staff.objects.filter(pk__in=held.values("staff"), is_active=True, is_service=False)
    for release in each_of(releases):
        there = held.filter(Q(release=release) | Q(release__isnull=True))
        found = found.filter(pk__in=there.values("staff"))
    return found


def agencies_with(duty: Duty, releases: Iterable[UUID | None]) -> QuerySet[Agency]:
    return Agency.objects.filter(pk__in=people_with(duty, releases).values("agency"))


def _held(duty: Duty) -> QuerySet[RoleGrant]:
    codes = [role.code for role in ROLES.values() if duty in role.duties]
    return RoleGrant.objects.filter(role__in=codes, ended_at__isnull=True)


def tell(
    acting: Acting, kind: Notice.Kind, agencies: Iterable[Agency], *, release: UUID, **about: object
) -> list[Notice]:
    """One notice for each agency, seen by those of it who watch in the release; e-mail follows from the background,
    without a word of the case.
    """
    made = Notice.objects.bulk_create(
        [
            Notice(kind=kind, agency=agency, release_id=release, who=acting.staff, at=acting.now, **about)
            for agency in agencies
        ]
    )
    transaction.on_commit(_send)
    return made


def tell_where_they_work(
    acting: Acting, kind: Notice.Kind, agency: Agency, staff: Staff, action: str
) -> None:
    """Those of an agency who watch wherever `staff`, whom it is about, works: one notice for each release."""
    for release in each_of(releases_of(staff, now=acting.now) or {acting.release.pk}):
        tell(acting, kind, [agency], release=release, about=staff, action=action)


def _send() -> None:
    send_notices.enqueue()


def tell_two_agencies(acting: Acting, kind: Notice.Kind, **about: object) -> int:
    """The agency of whoever acts, and every other one that reviews emergencies of the acting release. Returns in how
    many somebody watches it.

    Where those are fewer than two, or nobody reviews any more, every other one that watches is told too; that there
    are not two even so is journalled.
    """
    watching = list(agencies_with(Duty.WATCH, {acting.release.pk}))
    own = [acting.staff.agency] if acting.staff.agency else []
    agencies = [*own, *_others_with(acting, Duty.BREAK_GLASS_REVIEW)]
    if sum(agency in watching for agency in agencies) < 2:
        agencies += [agency for agency in watching if agency not in agencies]
    tell(acting, kind, agencies, release=acting.release.pk, **about)
    heard = sum(agency in watching for agency in agencies)
    if heard < 2:
        _too_few(acting, kind, heard)
    return heard


def tell_auditors(acting: Acting, kind: Notice.Kind, **about: object) -> list[Notice]:
    """Every agency that keeps canaries in the acting release; where no other than one's own does, also every other one
    that watches.

    That no other agency than that of whoever acts could be told is journalled.
    """
    others = _others_with(acting, Duty.CANARIES)
    keepers = agencies_with(Duty.CANARIES, {acting.release.pk})
    own = [agency for agency in keepers if agency.pk == acting.staff.agency_id]
    told = tell(acting, kind, [*own, *others], release=acting.release.pk, **about)
    if not others:
        _too_few(acting, kind, len(told))
    return told


def _others_with(acting: Acting, duty: Duty) -> list[Agency]:
    """Other agencies with the duty; if there are none, those that watch, or at least manage staff."""
    for one in (duty, Duty.WATCH, Duty.STAFF):
        found = agencies_with(one, {acting.release.pk})
        if others := [agency for agency in found if agency.pk != acting.staff.agency_id]:
            return others
    return []


def _too_few(acting: Acting, kind: Notice.Kind, agencies: int) -> None:
    who = acting.staff
    about = {"kind": str(kind.value), "agencies": agencies}
    entry = Note(
        "notice.too_few",
        kind=Entry.Kind.ACCESS,
        actor=who.pk,
        agency=who.agency_id,
        release=acting.release.pk,
        data=about,
    )
    record(entry, now=acting.now)


def notice_canaries(acting: Acting, action: str, cases: Collection[UUID]) -> None:
    """If one of these cases is a canary, the auditors are told; the query is the same if none is.

    Who does the same to the same canary again within an hour is told of once: a program that takes the case list every
    minute, as it may, must not bury the one alarm that matters. The journal has every time.
    """
    touched = (
        list(Canary.objects.filter(case_id__in=cases).values_list("case_id", flat=True)) if cases else []
    )
    if not touched:
        return
    told = set(
        Notice.objects.filter(
            kind=Kind.CANARY,
            who=acting.staff,
            action=action,
            case_id__in=touched,
            at__gt=acting.now - SAME_ALARM,
            at__lte=acting.now,
        ).values_list("case_id", flat=True)
    )
    for case_id in touched:
        if case_id not in told:
            tell_auditors(acting, Kind.CANARY, case_id=case_id, action=action)


def notices_for(staff: Staff, *, now: datetime) -> QuerySet[Notice]:
    """What their agency is told of, in the releases in which they watch. Of canaries only those hear who keep them there:
    nobody warns a colleague.

    Where nobody of their agency keeps any, it was told because no other agency did, and never of its own people.
    """
    if not staff.agency_id:
        return Notice.objects.none()
    rows = Notice.objects.filter(of_releases(reached(staff, Duty.WATCH, now=now)), agency=staff.agency_id)
    keeps = reached(staff, Duty.CANARIES, now=now)
    if ALL in keeps:
        return rows
    unseen = Q(kind=Kind.CANARY) & ~of_releases(keeps)
    colleagues = _held(Duty.CANARIES).filter(
        staff__agency=staff.agency_id, staff__is_active=True, staff__is_service=False
    )
    kept = set(colleagues.values_list("release", flat=True))
    if ALL not in kept:
        unseen &= of_releases(kept | {ALL} if kept else kept) | Q(who__agency=staff.agency_id)
    return rows.exclude(unseen)


def unseen(notices: QuerySet[Notice], staff: Staff) -> QuerySet[Notice]:
    """Those that wait for them to look at; at what somebody did, somebody else looks."""
    return notices.filter(seen_at__isnull=True).exclude(who=staff)


def secrets_given(staff: Staff) -> list[Notice]:
    """When somebody was given a new password or lost a second factor by others, for themselves; newest first.

    Once each, in however many releases their agency was told of it.
    """
    rows = Notice.objects.filter(about=staff, kind=Kind.SECRET).select_related("who")
    return list({(row.at, row.action): row for row in rows}.values())


def canary_cases() -> QuerySet[Canary]:
    """Ids of cases that are nobody's: left out of what is published and of matching, and of nothing that officers see
    beside a list with them in it (the difference would tell who they are)."""
    return Canary.objects.values("case_id")  # type: ignore[return-value]


def canary_people() -> QuerySet[Canary]:
    return Canary.objects.values("person_id")  # type: ignore[return-value]


def canary_records() -> QuerySet[Canary]:
    return Canary.objects.values("record_id")  # type: ignore[return-value]

"""How far a decision or a duty reaches: a new password opens an account in every release in which its person works, and
who audits an exercise sees nothing of the release (P14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from moei.access.acting import Acting, Refused
from moei.access.decide import has_duty
from moei.access.models import Proposal, Release, RoleGrant, Staff
from moei.access.policy import ROLES, Duty

Kind = Proposal.Kind
# In place of a release's id: every release there is.
ALL = None


def releases_of(staff: Staff, *, now: datetime) -> set[UUID | None]:
    """Where somebody holds a role that has not ended, their account open or closed."""
    return _releases(Q(staff=staff), now)


def releases_concerned(proposal: Proposal, *, now: datetime) -> set[UUID | None]:
    """Where what is proposed would change what somebody may do."""
    what = proposal.what
    if proposal.kind == Kind.POLICY:
        return {ALL}
    if proposal.kind == Kind.CONFIGURATION:
        return _configured(str(what["model"]), what["pk"], now)
    if proposal.kind == Kind.ROLE:
        role = ROLES.get(str(what.get("role")))
        # A role that has a duty in all releases is a way into each; one without any (the interpreter's) opens nothing.
        return {ALL} if what.get("all_releases") and role and role.duties else {proposal.release_id}
    if proposal.staff is None:
        return {proposal.release_id}
    if proposal.kind == Kind.ACCOUNT:  # one that was added in an emergency: its role may have ended already
        return {proposal.release_id} | releases_of(proposal.staff, now=now)
    return releases_of(proposal.staff, now=now)


def each_of(releases: Iterable[UUID | None]) -> set[UUID]:
    """The releases one by one, in place of `ALL` those that there are."""
    wanted = set(releases)
    if ALL in wanted:
        return set(Release.objects.values_list("pk", flat=True))
    return {pk for pk in wanted if pk is not ALL}


def reached(staff: Staff, duty: Duty, *, now: datetime) -> set[UUID | None]:
    """The releases in which somebody holds the duty; `ALL` is among them if they hold it in every one there is."""
    if not has_duty(staff, duty, now=now):
        return set()
    there = {release.pk for release in releases_there(staff)}
    found: set[UUID | None] = {pk for pk in there if has_duty(staff, duty, pk, now=now)}
    return found | {ALL} if found == there else found


def releases_there(staff: Staff) -> list[Release]:
    """The releases there are, the newest first; read once per object, so once per request, as its roles are."""
    cached: list[Release] | None = getattr(staff, "_releases_there", None)
    if cached is None:
        cached = list(Release.objects.select_related("site").order_by("-began_at", "code"))
        staff._releases_there = cached  # type: ignore[attr-defined]
    return cached


def of_releases(releases: Iterable[UUID | None]) -> Q:
    """Rows of these releases. A row of no release concerns the whole instance, and is for whoever reaches `ALL`."""
    wanted = set(releases)
    found = Q(release__in=[pk for pk in wanted if pk is not ALL])
    return found | Q(release__isnull=True) if ALL in wanted else found


def reaches(staff: Staff, duty: Duty, releases: Iterable[UUID | None], *, now: datetime) -> bool:
    """Whether somebody holds the duty in each of these releases."""
    return has_duty(staff, duty, now=now) and set(releases) <= reached(staff, duty, now=now)


def require_reach(acting: Acting, duty: Duty, releases: Iterable[UUID | None]) -> None:
    """Raises `Refused` unless whoever acts holds the duty in each of these releases."""
    if not reaches(acting.staff, duty, releases, now=acting.now):
        raise Refused(
            "This reaches beyond the release you work in. Somebody who has your role in every release it concerns does "
            "this."
        )


def _configured(model: str, pk: object, now: datetime) -> set[UUID | None]:
    if model == "release":
        return {UUID(str(pk))}
    if model == "agency":
        return _releases(Q(staff__agency=UUID(str(pk))), now)
    there = Release.objects.filter(site=UUID(str(pk))).values_list("pk", flat=True)
    return set(there) | _releases(Q(site=UUID(str(pk))), now)


def _releases(of: Q, now: datetime) -> set[UUID | None]:
    standing = Q(ended_at__isnull=True) | Q(ended_at__gt=now)
    return set(RoleGrant.objects.filter(of, standing).values_list("release", flat=True))

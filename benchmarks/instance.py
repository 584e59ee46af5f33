"""A release with its cast in an empty instance, and officers who may read as much as sixteen people would."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from moei.access.cast import CAST, create_agencies, create_member
from moei.access.models import Allowance, Release, Site, Staff


def new_release(code: str, now: datetime) -> tuple[Release, dict[str, Staff]]:
    """The release, and the cast by name."""
    release = Release.objects.create(
        code=code,
        name=f"{code} (invented people)",
        began_at=now - timedelta(hours=5),
        site=Site.objects.create(name="Bench crossing"),
        invented=True,
    )
    agencies = create_agencies()
    return release, {member.username: create_member(member, release, agencies, now=now) for member in CAST}


def allow_much(release: Release, cast: dict[str, Staff], *names: str) -> None:
    """One account stands for many people here: its quotas are theirs together, and are asked at each page as always."""
    now = datetime.now(UTC)
    for name in names:
        for kind in Allowance.Kind:
            Allowance.objects.create(
                staff=cast[name],
                release=release,
                kind=kind,
                reason="the benchmark clicks for many people",
                asked_at=now,
                decided_by=cast["somsak"],
                decided_at=now,
                number=10_000_000,
                until=now + timedelta(days=1),
            )

"""The invented cast that every test and the demo play with. None of them exists."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from moei.access.agreed_policy import accept_policy
from moei.access.models import Agency, ApprovedPolicy, Release, RoleGrant, Staff
from moei.access.policy import ROLES, Cases


@dataclass(frozen=True)
class Member:
    """One invented member of staff: who they are, where they work, which roles they have."""

    username: str
    name: str
    agency: str
    profession: str
    roles: tuple[str, ...]
    languages: tuple[str, ...] = ("en",)


AGENCIES: dict[str, tuple[str, str, str]] = {
    # short name: name, kind, country
    "MSDHS Tak": (
        "Social Development and Human Security, Tak province (invented)",
        Agency.Kind.GOVERNMENT,
        "THA",
    ),
    "ATPD": ("Anti-Trafficking Police, border unit (invented)", Agency.Kind.LAW_ENFORCEMENT, "THA"),
    "Labour Tak": ("Labour Protection, Tak province (invented)", Agency.Kind.GOVERNMENT, "THA"),
    "Safe Return": ("Safe Return, an organisation for survivors (invented)", Agency.Kind.NGO, "THA"),
    "Embassy of Ethiopia": ("Embassy of Ethiopia (invented desk)", Agency.Kind.EMBASSY, "ETH"),
    "Baan Dao": ("Baan Dao shelter (invented)", Agency.Kind.SHELTER, "THA"),
    "DSI": ("Special Investigation, cross-border team (invented)", Agency.Kind.LAW_ENFORCEMENT, "THA"),
    "Statistics": ("National statistics on trafficking (invented)", Agency.Kind.GOVERNMENT, "THA"),
    "Audit": ("Oversight office (invented)", Agency.Kind.OVERSIGHT, "THA"),
    "Way Home": ("Way Home, journeys of survivors (invented)", Agency.Kind.NGO, "THA"),
    "Law Aid": ("Law Aid at the border (invented)", Agency.Kind.NGO, "THA"),
}

CAST: tuple[Member, ...] = (
    Member("anong", "Anong Srisuk", "MSDHS Tak", "social_development", ("social_worker",), ("th", "en")),
    Member("prasert", "Prasert Chaiyo", "ATPD", "police", ("panel_police",), ("th", "en")),
    Member("mali", "Mali Intha", "Labour Tak", "labour_protection", ("panel_labour",), ("th", "en")),
    Member("kanya", "Kanya Boonmee", "Safe Return", "ngo_observer", ("caseworker",), ("th", "en")),
    Member("selam", "Selam Haile", "Safe Return", "interpreter", ("interpreter",), ("am", "en")),
    Member("tesfa", "Tesfa Lemma", "Embassy of Ethiopia", "", ("embassy",), ("am", "en")),
    Member("dao", "Dao Kaewta", "Baan Dao", "", ("shelter_worker",), ("th",)),
    Member("niran", "Niran Phon", "DSI", "", ("investigator",), ("th", "en")),
    Member("vera", "Vera Lindqvist", "Statistics", "", ("statistician",)),
    Member("somsak", "Somsak Dee", "Audit", "", ("auditor",), ("th",)),
    Member("lawan", "Lawan Suwan", "Law Aid", "", ("support_person",), ("th", "en")),
    Member("ploy", "Ploy Rattana", "Way Home", "", ("returns_officer",), ("th", "en")),
    Member("admin", "Arthit (administrator)", "MSDHS Tak", "", ("administrator",)),
    Member("mallory", "Mallory", "", "", ()),
)


def create_agencies() -> dict[str, Agency]:
    """All agencies of the cast, by short name."""
    for short, (name, kind, country) in AGENCIES.items():
        Agency.objects.get_or_create(
            name=name, defaults={"short_name": short, "kind": kind, "country": country}
        )
    return {agency.short_name: agency for agency in Agency.objects.all()}


def create_member(member: Member, release: Release, agencies: dict[str, Agency], *, now: datetime) -> Staff:
    """One of the cast, with roles in `release`; no password, so nobody can sign in until one is set."""
    staff = Staff(
        username=member.username,
        name=member.name,
        agency=agencies.get(member.agency),
        profession=member.profession,
        languages=list(member.languages),
        is_staff="administrator" in member.roles,
    )
    staff.set_unusable_password()
    staff.save()
    if not ApprovedPolicy.objects.exists():
        accept_policy(now=now)  # as the first run does
    for role in member.roles:
        RoleGrant.objects.create(
            staff=staff,
            role=role,
            release=release,
            site=release.site if ROLES[role].cases is Cases.SITE else None,
            granted_at=now,
        )
    return staff

"""Setting an instance up: the first administrator, agencies, sites, releases. No default password anywhere."""

from __future__ import annotations

import zoneinfo
from datetime import datetime

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction

from moei.access.accounts import new_password
from moei.access.acting import Invalid
from moei.access.agreed_policy import accept_policy
from moei.access.models import Agency, Release, RoleGrant, Site, Staff
from moei.access.signals import password_given
from moei.journal.models import Entry
from moei.journal.record import Note, record

ADMINISTRATOR = "administrator"


@transaction.atomic
def create_administrator(
    username: str, name: str, password: str | None = None, *, agency: Agency | None = None, now: datetime
) -> tuple[Staff, str]:
    """The first administrator, for all releases, and the password: the one given, or one made now.

    Refused once there is an active administrator: from then on, administrators are made on the staff pages. The policy
    table that the program carries counts as accepted from then on (P14).
    """
    active = RoleGrant.objects.filter(role=ADMINISTRATOR, ended_at__isnull=True, staff__is_active=True)
    if active.exists():
        raise Invalid("There is an administrator already. Add others on the staff pages.")
    made = _administrator(username, name, password, agency=agency, now=now)
    accept_policy(now=now)
    return made


@transaction.atomic
def create_two_administrators(
    first: tuple[str, Agency], second: tuple[str, Agency], *, now: datetime
) -> list[tuple[Staff, str]]:
    """The first two, of two agencies: nothing is given afterwards without both. Each is (user name, agency)."""
    if first[1] == second[1]:
        raise Invalid("The two administrators belong to two agencies: name another one.")
    if first[0].strip().lower() == second[0].strip().lower():
        raise Invalid("The two administrators sign in by two names: name another one.")
    made = create_administrator(first[0], "Administrator", agency=first[1], now=now)
    return [made, _administrator(second[0], "Second administrator", None, agency=second[1], now=now)]


def _administrator(
    username: str, name: str, password: str | None, *, agency: Agency | None, now: datetime
) -> tuple[Staff, str]:
    staff = Staff(
        username=username.strip().lower(), name=name.strip() or username, agency=agency, is_staff=True
    )
    if not staff.username:
        raise Invalid({"username": "Give a name for signing in."})
    if Staff.objects.filter(username=staff.username).exists():
        raise Invalid({"username": "This name for signing in is taken."})
    if password is not None:
        try:
            validate_password(password, staff)
        except ValidationError as error:
            raise Invalid({"password": " ".join(error.messages)}) from error
    secret = password or new_password()
    staff.set_password(secret)
    staff.save()
    if password is None:
        password_given.send(Staff, staff=staff, now=now)
    RoleGrant.objects.create(staff=staff, role=ADMINISTRATOR, granted_at=now)
    record(Note("administrator.created", kind=Entry.Kind.ACCESS, data={"staff": str(staff.id)}), now=now)
    return staff, secret


@transaction.atomic
def create_agency(name: str, short_name: str, kind: str, country: str, *, now: datetime) -> Agency:
    """An organisation; `kind` of `Agency.Kind`, `country` ISO 3166 alpha-3. The same name again is the same agency."""
    if kind not in Agency.Kind.values:
        raise Invalid({"kind": f"Choose one of: {', '.join(Agency.Kind.values)}."})
    if len(country) != 3:
        raise Invalid({"country": "Give the three letters of ISO 3166, for example THA."})
    values = {"short_name": short_name, "kind": kind, "country": country.upper()}
    agency, created = Agency.objects.get_or_create(name=name.strip(), defaults=values)
    if created:
        record(Note("agency.added", kind=Entry.Kind.ACCESS, data={"agency": str(agency.id)}), now=now)
    return agency


@transaction.atomic
def create_site(name: str, time_zone: str = "Asia/Bangkok", *, now: datetime) -> Site:
    """A place of work, with the time zone that its clocks are told in."""
    if time_zone not in zoneinfo.available_timezones():
        raise Invalid({"time_zone": f"There is no time zone “{time_zone}”."})
    site, created = Site.objects.get_or_create(name=name.strip(), defaults={"time_zone": time_zone})
    if created:
        record(Note("site.added", kind=Entry.Kind.ACCESS, data={"site": str(site.id)}), now=now)
    return site


@transaction.atomic
def create_release(
    code: str,
    name: str,
    *,
    began_at: datetime,
    site: Site,
    now: datetime,
    protocol: str = "thailand",
    invented: bool = False,
) -> Release:
    """A mass release. Raises `Invalid` when the code is taken, or for real people in a demo."""
    if settings.DEMO and not invented:
        raise Invalid("This is a demo: its rules are too weak for real people. Unset MOEI_DEMO.")
    if Release.objects.filter(code=code).exists():
        raise Invalid({"code": f"There is a release “{code}” already."})
    release = Release.objects.create(
        code=code, name=name, began_at=began_at, site=site, protocol=protocol, invented=invented
    )
    record(Note("release.added", kind=Entry.Kind.ACCESS, release=release.id, data={"code": code}), now=now)
    return release

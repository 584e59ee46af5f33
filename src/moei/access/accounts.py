"""Accounts made, handed over and shut. Whether it may be done is for the action that calls this."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import forget_grants
from moei.access.guards import take_from_guard
from moei.access.journalled import changed
from moei.access.models import Agency, ApiToken, Proposal, Staff
from moei.access.signals import password_given
from moei.crypto import new_code
from moei.journal.models import Entry

Kind = Proposal.Kind
# No letters or digits that are mistaken for one another when they are read aloud.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_password() -> str:
    """Five groups of four characters: about 115 bits."""
    return "-".join(new_code(_ALPHABET, 4) for _ in range(5))


def check_email(email: str) -> None:
    """Where alarms are mailed to; none is allowed. Raises `Invalid`."""
    try:
        Staff._meta.get_field("email").run_validators(email)
    except ValidationError as error:
        raise Invalid({"email": "Write an e-mail address, such as name@agency.example"}) from error


def check_account(
    username: str, name: str, agency: Agency | None, *, is_service: bool, email: str = ""
) -> None:
    """Raises `Invalid` unless such an account can be made."""
    if not username.strip() or not name.strip():
        raise Invalid({"username" if not username.strip() else "name": "Fill this in."})
    if Staff.objects.filter(username__iexact=username.strip()).exists():
        raise _taken()
    if is_service and agency is None:
        raise Invalid({"agency": "A service account acts for an agency: choose which."})
    check_email(email)


def make_account(
    username: str,
    name: str,
    *,
    agency: Agency | None,
    profession: str = "",
    languages: Sequence[str] = (),
    email: str = "",
    is_service: bool = False,
) -> Staff:
    """An account with no password yet. Of two of one name made at the same moment, the second raises `Invalid`."""
    check_account(username, name, agency, is_service=is_service, email=email)
    staff = Staff(
        username=username.strip().lower(),
        name=name.strip(),
        agency=agency,
        profession=profession.strip(),
        languages=list(languages),
        email=email,
        is_service=is_service,
    )
    staff.set_unusable_password()
    try:
        with transaction.atomic():
            staff.save()
    except IntegrityError:
        raise _taken() from None
    return staff


def never_agreed(staff: Staff) -> bool:
    """Whether one administrator alone added this account, in an emergency, and no two agencies agreed on it since."""
    about = Proposal.objects.filter(staff=staff)
    added = about.filter(kind=Kind.ACCOUNT).exclude(approved=True)
    return (
        added.exists()
        and not about.filter(approved=True, kind__in=(Kind.ACCOUNT, Kind.OPEN, Kind.ROLE)).exists()
    )


def hand_password(staff: Staff, *, now: datetime) -> str:
    """A new password, to be shown once. At the next sign-in its person chooses another."""
    password = new_password()
    staff.set_password(password)
    staff.save(update_fields=["password"])
    password_given.send(Staff, staff=staff, now=now)
    return password


def shut_account(acting: Acting, staff: Staff) -> None:
    """Their sessions and tokens stop working at once; every agency that watches is told if they did."""
    if not staff.is_active:
        return
    take_from_guard(acting, staff, action="staff.closed")
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    ApiToken.objects.filter(staff=staff, revoked_at__isnull=True).update(revoked_at=acting.now)
    forget_grants(staff)
    changed(acting, "staff.closed", kind=Entry.Kind.ACCESS, data={"staff": str(staff.id)})


def _taken() -> Invalid:
    return Invalid({"username": "This name for signing in is taken. Choose another one."})

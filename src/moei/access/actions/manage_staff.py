"""Accounts of staff: made by an administrator, with a password that is shown once."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency, ApiToken, Staff
from moei.journal.models import Entry

# No letters or digits that are mistaken for one another when they are read aloud.
_ALPHABET = "abcdefghjkmnpqrstuvwxyzABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_password() -> str:
    """Five groups of four characters: about 115 bits."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(5))


@transaction.atomic
def add_staff(
    acting: Acting,
    username: str,
    name: str,
    *,
    agency: Agency | None,
    profession: str = "",
    languages: Sequence[str] = (),
    is_service: bool = False,
) -> tuple[Staff, str]:
    """A new account and its first password; a service account has none and returns an empty text."""
    require(acting, "staff.manage")
    username, name = username.strip().lower(), name.strip()
    if not username or not name:
        raise Invalid({"username" if not username else "name": "Fill this in."})
    if Staff.objects.filter(username__iexact=username).exists():
        raise Invalid({"username": "This name for signing in is taken. Choose another one."})
    if is_service and agency is None:
        raise Invalid({"agency": "A service account acts for an agency: choose which."})
    staff = Staff(
        username=username,
        name=name,
        agency=agency,
        profession=profession.strip(),
        languages=list(languages),
        is_service=is_service,
    )
    password = "" if is_service else new_password()
    staff.set_password(password or None)
    staff.save()
    changed(
        acting, "staff.added", kind=Entry.Kind.ACCESS, data={"staff": str(staff.id), "service": is_service}
    )
    return staff, password


@transaction.atomic
def reset_password(acting: Acting, staff: Staff) -> str:
    """A new password for somebody who lost theirs, shown once; their open sessions end."""
    require(acting, "staff.manage")
    if staff.is_service:
        raise Invalid("A service account has tokens, no password.")
    password = new_password()
    staff.set_password(password)
    staff.save(update_fields=["password"])
    changed(acting, "staff.password_reset", kind=Entry.Kind.ACCESS, data={"staff": str(staff.id)})
    return password


@transaction.atomic
def set_active(acting: Acting, staff: Staff, *, active: bool) -> None:
    """Let somebody in again, or no longer; their sessions and tokens stop working at once."""
    require(acting, "staff.manage")
    if staff.id == acting.staff.id:
        raise Invalid("Nobody closes their own account. Ask another administrator.")
    if staff.is_active == active:
        return
    staff.is_active = active
    staff.save(update_fields=["is_active"])
    if not active:
        ApiToken.objects.filter(staff=staff, revoked_at__isnull=True).update(revoked_at=acting.now)
    action = "staff.opened" if active else "staff.closed"
    changed(acting, action, kind=Entry.Kind.ACCESS, data={"staff": str(staff.id)})

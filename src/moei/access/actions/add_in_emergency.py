"""Somebody who has no account is needed tonight: one administrator alone lets them in for a day (P14)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from moei.access.accounts import hand_password, make_account, never_agreed
from moei.access.acting import Acting, Invalid
from moei.access.actions.grant_role import give_in_emergency
from moei.access.actions.propose import propose
from moei.access.journalled import changed
from moei.access.models import Notice, Proposal, Site, Staff
from moei.access.policy import EMERGENCY_ROLE_HOURS
from moei.access.watching import tell_two_agencies
from moei.journal.models import Entry
from moei.journal.record import Note, record

Kind = Proposal.Kind


@transaction.atomic
def add_in_emergency(
    acting: Acting,
    username: str,
    name: str,
    role_code: str,
    *,
    site: Site | None,
    languages: Sequence[str] = (),
    reason: str,
) -> tuple[Staff, str]:
    """The account, with a role of `EMERGENCY_ROLES` for a day, and its password, shown once.

    It belongs to the agency of whoever adds it and has no profession, so it signs nothing. It is a proposal at the
    same time: unless another agency approves it within the day, it ends. All that is asked of a role in an emergency
    is asked (`join_in_emergency`), so nobody adds a second person before the first was reviewed. Raises `Invalid`
    where no other agency could be told.
    """
    # Of two at the same moment, the second sees the first.
    Staff.objects.select_for_update(no_key=True).get(pk=acting.staff.pk)
    what = {
        "username": username,
        "name": name,
        "agency": str(acting.staff.agency_id or ""),
        "profession": "",
        "languages": list(languages),
        "is_service": False,
        "role": role_code,
        "site": str(site.pk) if site else "",
    }
    proposal = propose(acting, Kind.ACCOUNT, what=what, reason=reason)
    staff = make_account(username, name, agency=acting.staff.agency, languages=languages)
    give_in_emergency(acting, staff, role_code, site=site, hours=EMERGENCY_ROLE_HOURS, reason=reason)
    proposal.staff = staff
    proposal.lapses_at = acting.now + timedelta(hours=EMERGENCY_ROLE_HOURS)
    # Nobody collects a second password for somebody who works with the first.
    proposal.collected_at = acting.now
    proposal.save(update_fields=["staff", "lapses_at", "collected_at"])
    action = "staff.added_in_emergency"
    if tell_two_agencies(acting, Notice.Kind.EMERGENCY_ROLE, about=staff, action=action) < 2:
        raise Invalid(
            "There is no other agency that could be told of this. Two agencies add somebody: propose it."
        )
    data = {"staff": str(staff.pk), "proposal": str(proposal.pk), "role": role_code}
    changed(acting, action, kind=Entry.Kind.ACCESS, data=data)
    return staff, hand_password(staff, now=acting.now)


@transaction.atomic
def close_lapsed(staff: Staff, *, now: datetime) -> bool:
    """Shuts an account that was added in an emergency, if its day is over and no two agencies agreed on its person.

    Asked when somebody without any role shows up: their role ended by itself at the same moment. True if it was shut.
    """
    about = Proposal.objects.filter(staff=staff, kind=Kind.ACCOUNT, lapses_at__lte=now)
    # Held, so that an approval of the last moment is seen.
    if not list(about.exclude(approved=True).select_for_update()) or not never_agreed(staff):
        return False
    staff.is_active = False
    staff.save(update_fields=["is_active"])
    record(Note("staff.lapsed", kind=Entry.Kind.ACCESS, data={"staff": str(staff.pk)}), now=now)
    return True

"""Accounts of staff. What gives access is agreed on by two agencies; closing an account takes one person (P14)."""

from __future__ import annotations

from collections.abc import Sequence

from allauth.mfa.models import Authenticator
from django.db import transaction

from moei.access.accounts import check_email, hand_password, make_account, shut_account
from moei.access.acting import Acting, Invalid
from moei.access.agreed import require_agreed
from moei.access.decide import forget_grants, require
from moei.access.journalled import changed
from moei.access.models import Agency, Notice, Proposal, Staff
from moei.access.policy import Duty
from moei.access.reach import releases_of, require_reach
from moei.access.watching import tell_where_they_work
from moei.journal.models import Entry
from moei.journal.record import Changes

Kind = Proposal.Kind


@transaction.atomic
def add_staff(
    acting: Acting,
    username: str,
    name: str,
    *,
    proposal: Proposal,
    agency: Agency | None,
    profession: str = "",
    languages: Sequence[str] = (),
    email: str = "",
    is_service: bool = False,
) -> Staff:
    """A new account, with no password yet: whoever proposed it collects the first one (`give_password`)."""
    require_agreed(proposal, Kind.ACCOUNT)
    staff = make_account(
        username,
        name,
        agency=agency,
        profession=profession,
        languages=languages,
        email=email,
        is_service=is_service,
    )
    _journal(acting, "staff.added", staff, proposal, changes=_differs(None, email), service=is_service)
    return staff


@transaction.atomic
def change_person(
    acting: Acting,
    staff: Staff,
    *,
    proposal: Proposal,
    agency: Agency | None,
    profession: str,
    languages: Sequence[str],
    email: str,
) -> None:
    """Where somebody works and what they are: an agency opens cases, a profession signs, a language interprets.

    To `email` alarms are mailed, if they watch; "" for none.
    """
    require_agreed(proposal, Kind.PERSON)
    check_email(email)
    changes, left = _differs(staff.email, email), staff.agency
    staff.agency, staff.profession, staff.languages = agency, profession.strip(), list(languages)
    staff.email = email
    staff.save(update_fields=["agency", "profession", "languages", "email"])
    if left is not None and left != agency:
        tell_where_they_work(acting, Notice.Kind.MOVED, left, staff, "staff.changed")
    _journal(acting, "staff.changed", staff, proposal, changes=changes)


@transaction.atomic
def give_password(acting: Acting, staff: Staff, *, proposal: Proposal) -> str:
    """A new password for a new account or for somebody who lost theirs, shown once; their open sessions end.

    At their next sign-in they choose another: whoever hands it over knows this one.
    """
    require(acting, "staff.manage")
    require_agreed(proposal, Kind.PASSWORD, Kind.ACCOUNT)
    if staff.is_service:
        raise Invalid("A service account has tokens, no password.")
    password = hand_password(staff, now=acting.now)
    if proposal.kind == Kind.PASSWORD:
        _tell_theirs(acting, staff, "staff.password_reset")
    _journal(acting, "staff.password_reset", staff, proposal)
    return password


@transaction.atomic
def remove_second_factor(acting: Acting, staff: Staff, *, proposal: Proposal) -> None:
    """Somebody lost their keys: at the next sign-in, by their own password, they set up new ones."""
    require_agreed(proposal, Kind.SECOND_FACTOR)
    gone, _kinds = Authenticator.objects.filter(user=staff).delete()
    _tell_theirs(acting, staff, "staff.second_factor_removed")
    _journal(acting, "staff.second_factor_removed", staff, proposal, factors=gone)


@transaction.atomic
def open_account(acting: Acting, staff: Staff, *, proposal: Proposal) -> None:
    """Let somebody in again whose account was closed."""
    require_agreed(proposal, Kind.OPEN)
    staff.is_active = True
    staff.save(update_fields=["is_active"])
    forget_grants(staff)
    _journal(acting, "staff.opened", staff, proposal)


@transaction.atomic
def close_account(acting: Acting, staff: Staff) -> None:
    """Let somebody in no longer; their sessions and tokens stop working at once. One person does this."""
    require(acting, "staff.manage")
    if staff.id == acting.staff.id:
        raise Invalid("Nobody closes their own account. Ask another administrator.")
    require_reach(acting, Duty.STAFF, releases_of(staff, now=acting.now))
    shut_account(acting, staff)


def _tell_theirs(acting: Acting, staff: Staff, action: str) -> None:
    """Those who watch in the person's agency, wherever the person works, and the person: who did not ask finds out."""
    if staff.agency is not None:
        tell_where_they_work(acting, Notice.Kind.SECRET, staff.agency, staff, action)


def _differs(before: str | None, email: str) -> Changes:
    return {"email": (before or None, email or None)} if (before or "") != email else {}


def _journal(
    acting: Acting,
    action: str,
    staff: Staff,
    proposal: Proposal,
    *,
    changes: Changes | None = None,
    **about: object,
) -> None:
    data = {"staff": str(staff.id), "proposal": str(proposal.pk), **about}
    changed(acting, action, kind=Entry.Kind.ACCESS, changes=changes, data=data)

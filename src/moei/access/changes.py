"""What each kind of proposal is checked for, and what carrying it out does."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from moei.access.accounts import check_account, check_email, shut_account
from moei.access.acting import Acting, Invalid
from moei.access.actions.grant_role import grant_role, role_to_give
from moei.access.actions.issue_token import check_token, issue_token
from moei.access.actions.manage_staff import (
    add_staff,
    change_person,
    give_password,
    open_account,
    remove_second_factor,
)
from moei.access.agreed import require_agreed
from moei.access.agreed_policy import accept_policy, policy_digest, policy_in_force
from moei.access.journalled import changed
from moei.access.models import Agency, Proposal, Release, Site, Staff
from moei.access.policy import ROLES, Cases
from moei.journal.models import Entry

Kind = Proposal.Kind
# What two agencies change by hand on the configuration pages.
CONFIGURED: Mapping[str, type[models.Model]] = {"agency": Agency, "site": Site, "release": Release}


@dataclass(frozen=True)
class Change:
    """`check` raises `Invalid` before it is proposed; `apply` is done by whoever approves, in the same transaction.

    With `collect`, whoever proposed it comes back for something that is shown once; `undo` is done when it is declined.
    """

    check: Callable[[Acting, Proposal], None]
    apply: Callable[[Acting, Proposal], None]
    collect: Callable[[Acting, Proposal], str] | None = None
    undo: Callable[[Acting, Proposal], None] = lambda acting, proposal: None


def _nothing(acting: Acting, proposal: Proposal) -> None:
    """Carried out only when whoever proposed it collects."""


def _about(proposal: Proposal) -> Staff:
    if proposal.staff is None:
        raise Invalid("This is about somebody: choose whom.")
    return proposal.staff


def _row(model: type[models.Model], pk: object) -> Any:
    """The row, or None for no id. Raises `Invalid` if there is none of this id."""
    if not pk:
        return None
    try:
        found = model._default_manager.filter(pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    if found is None:
        raise Invalid("What this names is no longer there.")
    return found


def _in_its_release(acting: Acting, proposal: Proposal) -> Acting:
    """Whoever approves may be working in another release; a role is given in the one it was proposed in."""
    return replace(acting, release=proposal.release) if proposal.release else acting


def _check_account(acting: Acting, proposal: Proposal) -> None:
    what = proposal.what
    agency = _row(Agency, what.get("agency"))
    email = what.get("email", "")
    check_account(what["username"], what["name"], agency, is_service=what["is_service"], email=email)
    if what.get("role"):
        role_to_give(acting, Staff(), what["role"], _row(Site, what.get("site")))


def _add_account(acting: Acting, proposal: Proposal) -> None:
    """Or keep the one that was added in an emergency; its role of a day becomes one that stays."""
    what = proposal.what
    if proposal.staff is not None and not proposal.staff.is_active:
        raise Invalid("This account was closed meanwhile. Decline this; opening it again is proposed anew.")
    staff = proposal.staff or add_staff(
        acting,
        what["username"],
        what["name"],
        proposal=proposal,
        agency=_row(Agency, what.get("agency")),
        profession=what["profession"],
        languages=what["languages"],
        email=what.get("email", ""),
        is_service=what["is_service"],
    )
    proposal.staff = staff
    proposal.save(update_fields=["staff"])
    if what.get("role"):
        grant_role(
            _in_its_release(acting, proposal),
            staff,
            what["role"],
            site=_row(Site, what.get("site")),
            proposal=proposal,
        )


def _shut_account(acting: Acting, proposal: Proposal) -> None:
    """Of one that was added in an emergency; otherwise there is none yet."""
    if proposal.staff is not None:
        shut_account(acting, proposal.staff)


def _collect_first_password(acting: Acting, proposal: Proposal) -> str:
    return give_password(acting, _about(proposal), proposal=proposal)


def _check_person(acting: Acting, proposal: Proposal) -> None:
    check_email(proposal.what.get("email", ""))
    _about(proposal)
    _row(Agency, proposal.what.get("agency"))


def _change_person(acting: Acting, proposal: Proposal) -> None:
    what, staff = proposal.what, _about(proposal)
    change_person(
        acting,
        staff,
        proposal=proposal,
        agency=_row(Agency, what.get("agency")),
        profession=what["profession"],
        languages=what["languages"],
        email=what.get("email", staff.email),  # proposed before there were addresses
    )


def _check_role(acting: Acting, proposal: Proposal) -> None:
    what = proposal.what
    role_to_give(
        acting,
        _about(proposal),
        what["role"],
        _row(Site, what.get("site")),
        all_releases=what["all_releases"],
    )


def _give_role(acting: Acting, proposal: Proposal) -> None:
    what, role = proposal.what, ROLES.get(proposal.what["role"])
    grant_role(
        _in_its_release(acting, proposal),
        _about(proposal),
        what["role"],
        proposal=proposal,
        site=_row(Site, what.get("site")) if role and role.cases is Cases.SITE else None,
        all_releases=what["all_releases"],
    )


def _check_open(acting: Acting, proposal: Proposal) -> None:
    if _about(proposal).is_active:
        raise Invalid("This account is open.")


def _check_person_signs_in(acting: Acting, proposal: Proposal) -> None:
    if _about(proposal).is_service:
        raise Invalid("A service account has tokens, no password.")


def _check_token(acting: Acting, proposal: Proposal) -> None:
    check_token(_about(proposal), int(proposal.what["days"]))
    if not str(proposal.what["label"]).strip():
        raise Invalid({"label": "Fill this in."})


def _collect_token(acting: Acting, proposal: Proposal) -> str:
    what = proposal.what
    _row_of_token, token = issue_token(
        acting, _about(proposal), what["label"], days=int(what["days"]), proposal=proposal
    )
    return token


def _check_configuration(acting: Acting, proposal: Proposal) -> None:
    row = _row(CONFIGURED[proposal.what["model"]], proposal.what["pk"])
    _set_fields(row, proposal.what["to"])
    try:
        row.full_clean()
    except ValidationError as error:
        raise Invalid(" ".join(error.messages)) from error


def _change_configuration(acting: Acting, proposal: Proposal) -> None:
    require_agreed(proposal, Kind.CONFIGURATION)
    _check_configuration(acting, proposal)
    model, fields = proposal.what["model"], proposal.what["to"]
    row = _row(CONFIGURED[model], proposal.what["pk"])
    _set_fields(row, fields)
    row.save()
    changed(
        acting,
        f"{model}.changed",
        kind=Entry.Kind.ACCESS,
        data={model: str(row.pk), "fields": sorted(fields), "proposal": str(proposal.pk)},
    )


def _set_fields(row: models.Model, fields: Mapping[str, Any]) -> None:
    for name, value in fields.items():
        field = row._meta.get_field(name)
        setattr(row, getattr(field, "attname", name), value)
    row.clean_fields()


def _check_policy(acting: Acting, proposal: Proposal) -> None:
    if policy_in_force():
        raise Invalid("The policy table of this program is the one that was accepted last.")
    if proposal.what["digest"] != policy_digest():
        raise Invalid("The program carries another policy table by now: propose that one.")


def _accept_policy(acting: Acting, proposal: Proposal) -> None:
    require_agreed(proposal, Kind.POLICY)
    _check_policy(acting, proposal)
    accept_policy(now=acting.now, proposal=proposal)
    changed(
        acting,
        "policy.accepted",
        kind=Entry.Kind.ACCESS,
        data={"digest": proposal.what["digest"], "proposal": str(proposal.pk)},
    )


CHANGES: Mapping[str, Change] = {
    Kind.ACCOUNT: Change(_check_account, _add_account, _collect_first_password, _shut_account),
    Kind.PERSON: Change(_check_person, _change_person),
    Kind.ROLE: Change(_check_role, _give_role),
    Kind.OPEN: Change(_check_open, lambda acting, p: open_account(acting, _about(p), proposal=p)),
    Kind.PASSWORD: Change(_check_person_signs_in, _nothing, _collect_first_password),
    Kind.SECOND_FACTOR: Change(
        _check_person_signs_in, lambda acting, p: remove_second_factor(acting, _about(p), proposal=p)
    ),
    Kind.TOKEN: Change(_check_token, _nothing, _collect_token),
    Kind.CONFIGURATION: Change(_check_configuration, _change_configuration),
    Kind.POLICY: Change(_check_policy, _accept_policy),
}


def needs_collecting(proposal: Proposal) -> bool:
    """Whether it gives something that is shown once to whoever proposed it."""
    service = proposal.kind == Kind.ACCOUNT and proposal.what.get("is_service")
    return CHANGES[proposal.kind].collect is not None and not service

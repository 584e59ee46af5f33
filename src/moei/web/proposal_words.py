"""What a proposal would change, in words: for whoever decides it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from moei.access.changes import CONFIGURED
from moei.access.matrix import matrix
from moei.access.models import Agency, Proposal, Site
from moei.access.policy import ROLES

Kind = Proposal.Kind
Line = tuple[str, str]


def described(proposal: Proposal) -> list[Line]:
    """(what, how it would be), with what it is now where that differs."""
    what, staff = proposal.what, proposal.staff
    lines: list[Line] = []
    if proposal.kind == Kind.ACCOUNT:
        lines = [(_("Name"), what["name"]), (_("Name for signing in"), what["username"])]
        if what["is_service"]:
            lines.append((_("Service account"), _("Yes")))
    elif staff is not None:
        lines = [(_("About"), f"{staff} ({staff.username}, {staff.agency or '–'})")]
    if proposal.kind in (Kind.ACCOUNT, Kind.PERSON):
        now = staff if proposal.kind == Kind.PERSON and proposal.decided_at is None else None
        lines += [
            (_("Agency"), _change(now.agency if now else None, _named(Agency, what.get("agency")), now)),
            (_("Profession on a panel"), _change(now.profession if now else None, what["profession"], now)),
            (
                _("Languages"),
                _change(" ".join(now.languages) if now else None, " ".join(what["languages"]), now),
            ),
        ]
        if "email" in what:
            lines.append((_("E-mail"), _change(now.email if now else None, what["email"], now)))
    if what.get("role"):
        role = ROLES.get(what["role"])
        lines.append((_("Role"), _(role.label) if role else what["role"]))
        if role:
            lines.append((_("Cases it opens"), _(str(role.cases))))
        if site := _named(Site, what.get("site")):
            lines.append((_("Site"), site))
        if what.get("all_releases"):
            lines.append((_("Release"), _("All releases there are and will be")))
        elif proposal.release:
            lines.append((_("Release"), str(proposal.release)))
    if proposal.kind == Kind.TOKEN:
        lines += [(_("What uses it"), what["label"]), (_("Days it lives"), str(what["days"]))]
    if proposal.kind == Kind.CONFIGURATION:
        lines += _configuration(what)
    if proposal.kind == Kind.POLICY:
        lines += [
            (_("Digest of the table"), what["digest"][:16]),
            (_("Roles in it"), str(len(matrix()["roles"]))),
        ]
    return lines


def _configuration(what: dict[str, Any]) -> list[Line]:
    model = CONFIGURED[what["model"]]
    lines = [(capfirst(str(model._meta.verbose_name)), _named(model, what["pk"]))]
    for name, after in what["to"].items():
        label = capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name)))
        lines.append((label, _change(what["from"].get(name), after, True)))
    return lines


def _change(before: object, after: object, differs: object) -> str:
    """ "before → after", or only what would be where nothing stands yet."""
    nothing = _("none")
    if not differs or str(before or "") == str(after or ""):
        return str(after or nothing)
    return f"{before or nothing} → {after or nothing}"


def _named(model: type[Model], pk: Any) -> str:
    if not pk:
        return ""
    try:
        found = model._default_manager.filter(pk=UUID(str(pk))).first()
    except ValueError:
        found = None
    return str(found or "")

"""Forms of what is given to staff; each knows what a proposal of it holds."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.models import Agency, Release, Site, Staff
from moei.access.policy import EMERGENCY_ROLE_HOURS, EMERGENCY_ROLES, ROLES
from moei.casefile.folding import protocol
from moei.casefile.words import label


class ChangeForm(forms.Form):
    """`what()` is what the proposal holds: ids and codes."""

    def __init__(self, release: Release, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.release = release
        self.fields["reason"] = forms.CharField(
            label=_("Why"),
            max_length=500,
            widget=forms.Textarea(attrs={"rows": 2}),
            help_text=_("Whoever decides reads this. Do not name people of cases."),
        )

    def what(self) -> dict[str, Any]:
        return {}

    def take(self, invalid: Invalid) -> None:
        for field, words in invalid.errors.items():
            self.add_error(field if field in self.fields else None, words)


class ReasonForm(ChangeForm):
    """Nothing but why: a new password, a second factor, an account opened again."""


class _WithRole(ChangeForm):
    given: ClassVar[Collection[str]] = ROLES

    def __init__(self, release: Release, data: Any = None, *, optional: bool = False, **kwargs: Any) -> None:
        super().__init__(release, data, **kwargs)
        roles = [(role.code, _(role.label)) for role in ROLES.values() if role.code in self.given]
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[("", _("None yet") if optional else _("Choose one")), *roles],
            required=not optional,
        )
        self.fields["site"] = forms.ModelChoiceField(
            Site.objects.order_by("name"),
            label=_("Site"),
            required=False,
            initial=release.site_id,
            help_text=_("For roles whose cases are those of a site"),
        )
        self.order_fields([name for name in self.fields if name != "reason"])

    def role(self) -> dict[str, str]:
        site = self.cleaned_data["site"]
        return {"role": self.cleaned_data["role"], "site": str(site.pk) if site else ""}


class RoleForm(_WithRole):
    def what(self) -> dict[str, Any]:
        return {**self.role(), "all_releases": False}


class EmergencyRoleForm(_WithRole):
    given = EMERGENCY_ROLES
    hours = forms.IntegerField(
        label=_("Hours it lasts"), min_value=1, max_value=EMERGENCY_ROLE_HOURS, initial=EMERGENCY_ROLE_HOURS
    )


class _WithName(forms.Form):
    username = forms.SlugField(
        label=_("Name for signing in"), max_length=60, help_text=_("Latin letters and digits")
    )
    name = forms.CharField(label=_("Name"), max_length=120)


def _languages() -> forms.CharField:
    return forms.CharField(
        label=_("Languages"),
        required=False,
        max_length=60,
        help_text=_("Codes with spaces between them: am en"),
    )


class EmergencyAccountForm(_WithName, _WithRole):
    given = EMERGENCY_ROLES
    languages = _languages()


class _WithPerson(ChangeForm):
    def __init__(self, release: Release, data: Any = None, **kwargs: Any) -> None:
        super().__init__(release, data, **kwargs)
        self.fields["agency"] = forms.ModelChoiceField(
            Agency.objects.all(), label=_("Agency"), required=False, empty_label=_("None")
        )
        professions = [(p.code, label(p.labels)) for p in protocol(release.protocol).professions]
        self.fields["profession"] = forms.ChoiceField(
            label=_("Profession on a panel"),
            choices=[("", _("None")), ("interpreter", _("Interpreter")), *professions],
            required=False,
            help_text=_("Only for those who sign determinations"),
        )
        self.fields["languages"] = _languages()
        self.fields["email"] = forms.EmailField(
            label=_("E-mail"),
            required=False,
            max_length=254,
            help_text=_("For alarms, if they watch: it says that there is something, not what"),
        )
        self.order_fields([name for name in self.fields if name != "reason"])

    def person(self) -> dict[str, Any]:
        agency = self.cleaned_data["agency"]
        return {
            "agency": str(agency.pk) if agency else "",
            "profession": self.cleaned_data["profession"],
            "languages": self.cleaned_data["languages"].split(),
            "email": self.cleaned_data["email"],
        }


class PersonForm(_WithPerson):
    def __init__(self, release: Release, data: Any = None, *, staff: Staff, **kwargs: Any) -> None:
        initial = {
            "agency": staff.agency_id,
            "profession": staff.profession,
            "languages": " ".join(staff.languages),
            "email": staff.email,
        }
        super().__init__(release, data, initial=initial, **kwargs)

    def what(self) -> dict[str, Any]:
        return self.person()


class AccountForm(_WithName, _WithPerson, _WithRole):
    is_service = forms.BooleanField(
        label=_("A service account: another program acts with a token, nobody signs in"), required=False
    )

    def __init__(self, release: Release, data: Any = None, **kwargs: Any) -> None:
        super().__init__(release, data, optional=True, **kwargs)
        last = ("is_service", "role", "site", "reason")
        self.order_fields(
            [
                "username",
                "name",
                *(name for name in self.fields if name not in ("username", "name", *last)),
                *last,
            ]
        )

    def what(self) -> dict[str, Any]:
        given = self.cleaned_data
        return {
            "username": given["username"],
            "name": given["name"],
            "is_service": given["is_service"],
            **self.person(),
            **self.role(),
        }


class TokenForm(ChangeForm):
    label = forms.CharField(label=_("What uses it"), max_length=80)
    days = forms.IntegerField(label=_("Days it lives"), min_value=1, max_value=90, initial=30)

    def what(self) -> dict[str, Any]:
        return {"label": self.cleaned_data["label"], "days": self.cleaned_data["days"]}

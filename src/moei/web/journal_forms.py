"""Forms of the auditor's desk."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Acting
from moei.access.models import Agency, Staff
from moei.access.policy import Duty
from moei.access.reach import of_releases, reached
from moei.casefile.models import Case
from moei.journal.models import Entry, Recipient
from moei.web.journal_selectors import actions_used, journal_of
from moei.web.journal_unusual import RULES

_DATE = forms.DateInput(attrs={"type": "date"})


class CaseField(forms.CharField):
    """A case: people know it by its number, an address only by its random id, which says nothing of anybody."""

    typed = False  # into the form, not written into an address
    acting: Acting  # it is looked for in the releases whose journal they read

    def clean(self, value: Any) -> UUID | None:
        """Its id; None if none was given."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return UUID(text)
        except ValueError:
            if not self.typed:
                raise ValidationError(
                    gettext("Type the number here: addresses do not hold numbers of cases.")
                ) from None
        found = self._numbered().filter(number=text).values_list("id", flat=True).first()
        if found is None:
            raise ValidationError(gettext("No case has this number."))
        return found

    def prepare_value(self, value: Any) -> Any:
        """The number, for the field on the page."""
        try:
            found = self._numbered().filter(id=UUID(str(value)))
        except ValueError:
            return value
        return found.values_list("number", flat=True).first() or value

    def _numbered(self) -> QuerySet[Case]:
        cases = Case.objects.within_program("the journal names cases by number")
        return cases.filter(of_releases(reached(self.acting.staff, Duty.JOURNAL, now=self.acting.now)))


class PeriodForm(forms.Form):
    """Whose, in which days of the site. `typed` says that it was sent as a form, not read from an address; `acting` whose
    journal it is."""

    staff = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Who"), required=False, empty_label=_("Everybody")
    )
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency"), required=False, empty_label=_("All agencies")
    )
    case = CaseField(label=_("Case number"), required=False, widget=forms.TextInput(attrs={"maxlength": 11}))
    first = forms.DateField(label=_("From"), required=False, widget=_DATE)
    last = forms.DateField(label=_("To"), required=False, widget=_DATE)

    def __init__(self, *args: Any, acting: Acting, typed: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.acting = acting
        self.fields["staff"].queryset = Staff.objects.order_by("name")  # type: ignore[attr-defined]
        self.fields["agency"].queryset = Agency.objects.order_by("name")  # type: ignore[attr-defined]
        case: Any = self.fields["case"]
        case.typed, case.acting = typed, acting

    def address(self) -> str:
        """What is chosen, as an address holds it. The form is valid."""
        given = {name: self.data[name] for name in self.fields if self.data.get(name)}
        if case := self.cleaned_data["case"]:
            given["case"] = str(case)
        return urlencode(given)

    def filters(self) -> dict[str, Any]:
        chosen = self.cleaned_data if self.is_valid() else {}
        staff, agency = chosen.get("staff"), chosen.get("agency")
        return {**chosen, "staff": staff.pk if staff else None, "agency": agency.pk if agency else None}


class FilterForm(PeriodForm):
    action = forms.ChoiceField(label=_("What"), required=False)
    kind = forms.ChoiceField(
        label=_("Kind"),
        required=False,
        choices=[
            ("", _("All kinds")),
            (Entry.Kind.CHANGE, _("Changes")),
            (Entry.Kind.READ, _("Readings")),
            (Entry.Kind.ACCESS, _("Access")),
        ],
    )
    numbers = forms.CharField(
        label=_("Entry numbers"), required=False, max_length=4000, help_text=_("Such as 12 15-20")
    )
    field_order = ("staff", "agency", "case", "action", "kind", "first", "last", "numbers")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["action"].choices = [("", _("Everything")), *actions_used(journal_of(self.acting))]  # type: ignore[attr-defined]

    def clean_numbers(self) -> list[tuple[int, int]]:
        ranges = []
        for part in self.cleaned_data["numbers"].replace(",", " ").split():
            found = re.fullmatch(r"(\d{1,18})(?:-(\d{1,18}))?", part, re.ASCII)
            if not found:
                raise ValidationError(gettext("Write numbers and ranges with spaces between them: 12 15-20"))
            ranges.append((int(found[1]), int(found[2] or found[1])))
        return ranges


class ReadingsForm(PeriodForm):
    by = forms.ChoiceField(
        label=_("Added up by"),
        required=False,
        choices=[("staff", _("Person at the desk")), ("agency", _("Agency")), ("case", _("Case"))],
    )
    field_order = ("by", "staff", "agency", "case", "first", "last")


class UnusualForm(forms.Form):
    rule = forms.ChoiceField(
        label=_("Rule"),
        required=False,
        choices=[("", _("All rules")), *((rule.code, rule.title) for rule in RULES)],
    )
    staff = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Who"), required=False, empty_label=_("Everybody")
    )
    first = forms.DateField(label=_("From"), required=False, widget=_DATE)
    last = forms.DateField(label=_("To"), required=False, widget=_DATE)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["staff"].queryset = Staff.objects.order_by("name")  # type: ignore[attr-defined]

    def filters(self) -> dict[str, Any]:
        chosen = self.cleaned_data if self.is_valid() else {}
        staff = chosen.get("staff")
        return {**chosen, "staff": staff.pk if staff else None}


class ExportForm(forms.Form):
    """Why entries leave. Codes and a reference only: what is typed stands in the file and in the journal."""

    why = forms.ChoiceField(
        label=_("Why they leave"),
        choices=[
            ("review", _("Regular review")),
            ("complaint", _("A complaint")),
            ("incident", _("An incident")),
            ("oversight", _("Asked for by an oversight body or a court")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose why the entries leave.")},
    )
    reference = forms.RegexField(
        r"^[A-Za-z0-9/.-]*$",
        label=_("Your file’s reference"),
        required=False,
        max_length=30,
        help_text=_("Letters, digits, / . and -; no names"),
    )


class RecipientForm(forms.Form):
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Agency that keeps them"), empty_label=_("Choose one")
    )
    channel = forms.ChoiceField(
        label=_("How"),
        choices=[
            (Recipient.Channel.EMAIL, Recipient.Channel.EMAIL.label),
            (Recipient.Channel.WEBHOOK, Recipient.Channel.WEBHOOK.label),
        ],
        widget=forms.RadioSelect,
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=300,
        help_text=_("A mailbox, or a web address that begins with https://"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = Agency.objects.order_by("name")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        address, channel = given.get("address", "").strip(), given.get("channel")
        if channel == Recipient.Channel.WEBHOOK:
            parts = urlsplit(address)
            if parts.scheme != "https" or not parts.hostname or parts.username or parts.password:
                self.add_error(
                    "address", gettext("Write an address that begins with https://, without a password.")
                )
        elif channel == Recipient.Channel.EMAIL and address:
            try:
                forms.EmailField().clean(address)
            except ValidationError:
                self.add_error("address", gettext("Write a mailbox, such as anchors@oversight.example"))
        return {**given, "address": address}

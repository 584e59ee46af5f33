"""Forms of support plans, notes, rights and claims. What is allowed is decided by the actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.utils.translation import gettext_lazy as _

from moei.access.models import Staff
from moei.casefile.forms import CaseForm
from moei.desks.care.actions.write_note import LONGEST
from moei.desks.care.forms import LanguagesField
from moei.desks.care.models import CareNote, Claim, SupportPlan


def _day(label: Any, **about: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **about)


def _words(label: Any, **about: Any) -> forms.CharField:
    about.setdefault("max_length", LONGEST)
    return forms.CharField(label=label, widget=forms.Textarea(attrs={"rows": 4}), **about)


class PlanForm(CaseForm):
    type = forms.ChoiceField(label=_("Kind of plan"), choices=SupportPlan.Type.choices)
    objectives = _words(_("What the person wants to reach, in their words"))
    review_on = _day(_("Looked at again on"))
    planned_end = _day(_("Planned to end on"), required=False)


class ReviewForm(CaseForm):
    words = _words(_("What you found together"))
    next_on = _day(_("Looked at again on"))


class EndPlanForm(CaseForm):
    ended_as = forms.ChoiceField(
        label=_("How it ends"), choices=SupportPlan.Ended.choices, widget=forms.RadioSelect
    )


class GoalForm(CaseForm):
    words = forms.CharField(label=_("What is to be done"), max_length=300)
    due_on = _day(_("By which day"), required=False)


class SettleForm(CaseForm):
    reached = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("yes", _("It is reached")), ("no", _("It is not followed any more"))],
        widget=forms.RadioSelect,
    )


class NoteForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What it was"),
        choices=[one for one in CareNote.Kind.choices if one[0] != CareNote.Kind.REVIEW],
        widget=forms.RadioSelect,
    )
    on = _day(_("On which day"))
    words = _words(
        _("What was said or done"), help_text=_("No illness, and nothing of where a shelter lies.")
    )

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Now, for today; else noon of that day at the site."""
        day: date = self.cleaned_data["on"]
        return now if day == now.astimezone(zone).date() else datetime.combine(day, time(12), zone)


class RightsForm(CaseForm):
    codes = forms.MultipleChoiceField(
        label=_("Told now"), required=False, widget=forms.CheckboxSelectMultiple
    )
    language = LanguagesField(label=_("In which language"), max_length=60)
    interpreter = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Interpreter"), required=False, empty_label=_("Nobody")
    )

    def __init__(
        self, *args: Any, rights: Iterable[tuple[str, str]], interpreters: Iterable[Staff], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["codes"].choices = list(rights)  # type: ignore[attr-defined]
        ids = [staff.pk for staff in interpreters]
        self.fields["interpreter"].queryset = Staff.objects.filter(pk__in=ids)  # type: ignore[attr-defined]


def _amount(label: Any, **about: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, max_digits=14, decimal_places=2, min_value=0, **about)


class AskClaimForm(CaseForm):
    asked_on = _day(_("The person asked for it on"))
    file_by = _day(_("Last day on which it may be filed"), required=False)


class FileClaimForm(CaseForm):
    filed_on = _day(_("Filed on"))
    filed_with = forms.CharField(label=_("With which court or office"), max_length=120)
    amount = _amount(_("Amount"))
    currency = forms.CharField(
        label=_("Currency"), max_length=3, min_length=3, help_text=_("Three letters, as THB")
    )

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()


class DecideClaimForm(CaseForm):
    decided_on = _day(_("Decided on"))
    outcome = forms.ChoiceField(
        label=_("What was decided"), choices=Claim.Outcome.choices, widget=forms.RadioSelect
    )
    awarded = _amount(_("Amount that was awarded"), required=False)
    appeal_by = _day(_("Last day on which the decision may be fought"), required=False)


class PayClaimForm(CaseForm):
    paid_on = _day(_("Paid on"))
    paid = _amount(_("Amount that the person got"))

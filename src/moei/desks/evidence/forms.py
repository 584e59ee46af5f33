"""Forms of the evidence desk. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from moei.casefile.forms import CaseForm
from moei.desks.evidence.actions.receive import MOST_WORDS, About
from moei.desks.evidence.actions.take import Which
from moei.desks.evidence.models import Evidence


class AboutForm(CaseForm):
    source = forms.CharField(
        label=_("Who gave it"),
        max_length=80,
        help_text=_("A source code or a pseudonym. Never a name or a case number."),
    )
    obtained = forms.ChoiceField(
        label=_("How it came here"), choices=Evidence.Obtained.choices, widget=forms.RadioSelect
    )
    obtained_on = forms.DateField(
        label=_("On which day"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Leave empty if nobody knows"),
    )
    description = forms.CharField(
        label=_("What it shows"),
        required=False,
        max_length=MOST_WORDS,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("No names of people who were freed"),
    )

    def about(self) -> About:
        given = self.cleaned_data
        return About(
            source=given["source"].strip(),
            obtained=Evidence.Obtained(given["obtained"]),
            obtained_on=given["obtained_on"],
            description=given["description"].strip(),
        )


class AddForm(AboutForm):
    file = forms.FileField(
        label=_("File"),
        help_text=_("As it is: do not open, rotate or rename it first. Large files are taken as well."),
    )
    field_order = ("file", "source", "obtained", "obtained_on", "description")


class CorrectForm(AboutForm):
    reason = forms.CharField(label=_("Why it changes"), max_length=200)


class TakeForm(CaseForm):
    which = forms.ChoiceField(
        label=_("Which"),
        widget=forms.RadioSelect,
        choices=[
            (Which.WORKING.value, _("The working copy, without metadata")),
            (Which.ORIGINAL.value, _("The original, with all that it says of who made it")),
        ],
    )
    why = forms.CharField(
        label=_("What it is needed for"),
        max_length=300,
        help_text=_("It stands in the custody log. No names of people who were freed."),
    )


class DiscloseForm(TakeForm):
    to_whom = forms.CharField(
        label=_("To whom"), max_length=120, help_text=_("An agency and an office there")
    )
    field_order = ("to_whom", "which", "why")


class FindForm(CaseForm):
    q = forms.CharField(label=_("Number, name, source or hash"), required=False, max_length=80)

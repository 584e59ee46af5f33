"""Forms of the retention pages."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class StopForm(forms.Form):
    reason = forms.CharField(
        label=_("Why is it stopped?"), widget=forms.Textarea(attrs={"rows": 3}), max_length=1000
    )


class HoldForm(forms.Form):
    number = forms.CharField(
        label=_("Number of the case"),
        required=False,
        max_length=11,
        help_text=_("Empty: everything of this release is held"),
    )
    reason = forms.CharField(
        label=_("Why must it be kept?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
        help_text=_("For example which court asks. Without names."),
    )
    until = forms.DateField(label=_("Last day of the hold"), widget=forms.DateInput(attrs={"type": "date"}))


class EndHoldForm(forms.Form):
    reason = forms.CharField(
        label=_("Why need it not be kept any longer?"),
        widget=forms.Textarea(attrs={"rows": 3}),
        max_length=1000,
    )


class DestroyedForm(forms.Form):
    how = forms.CharField(
        label=_("How was it destroyed?"), max_length=200, help_text=_("With every copy of it")
    )

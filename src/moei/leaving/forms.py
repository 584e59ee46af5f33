"""The form that asks why somebody takes a file."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from moei.leaving.models import Why


class WhyForm(forms.Form):
    why = forms.ChoiceField(
        label=_("What you need it for"),
        choices=[(why.value, why.label) for why in Why if why is not Why.ITSELF],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what you need the file for.")},
    )
    note = forms.CharField(
        label=_("More about it"),
        required=False,
        max_length=200,
        help_text=_("No names. An auditor reads it."),
    )

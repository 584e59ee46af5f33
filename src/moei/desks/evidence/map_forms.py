"""Forms of places, interventions and harm."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.casefile.forms import CaseForm
from moei.desks.evidence.actions.interventions import AboutHarm, AboutIntervention
from moei.desks.evidence.actions.places import AboutPlace
from moei.desks.evidence.models import Harm, Intervention, Place
from moei.desks.evidence.moments import read_moment

_WHEN = _("As 2025-02-05 09:00, 2025-02-05, 2025-02 or 2025: no more than is known")


class PlaceForm(CaseForm):
    name = forms.CharField(label=_("Name"), max_length=80)
    kind = forms.ChoiceField(label=_("What it is"), choices=Place.Kind.choices, widget=forms.RadioSelect)
    latitude = forms.CharField(label=_("Degrees north"), max_length=12, help_text=_("As 16.70312"))
    longitude = forms.CharField(label=_("Degrees east"), max_length=12, help_text=_("As 98.50791"))
    aliases = forms.CharField(
        label=_("Other names"),
        required=False,
        max_length=2600,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("One on each line, in any script"),
    )
    source = forms.CharField(label=_("Where the position is from"), max_length=200)

    def about(self) -> AboutPlace:
        given = self.cleaned_data
        return AboutPlace(
            given["name"],
            Place.Kind(given["kind"]),
            given["latitude"],
            given["longitude"],
            given["source"],
            given["aliases"].splitlines(),
        )


class InterventionForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What was done"), choices=Intervention.Kind.choices, widget=forms.RadioSelect
    )
    when = forms.CharField(label=_("When it began"), max_length=20, help_text=_WHEN)
    until = forms.CharField(
        label=_("When it ended"),
        max_length=20,
        required=False,
        help_text=_("Empty if it goes on or is not known"),
    )
    by_whom = forms.CharField(label=_("By whom"), max_length=120)
    places = forms.ModelMultipleChoiceField(
        Place.objects.none(),
        label=_("Against which places"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    area = forms.CharField(
        label=_("Where, in words"), max_length=200, required=False, help_text=_("For what is no single place")
    )
    source = forms.CharField(label=_("Source of the information"), max_length=300)
    effects = forms.CharField(
        label=_("What came of it"), max_length=4000, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args: Any, places: QuerySet[Place], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["places"].queryset = places  # type: ignore[attr-defined]

    def about(self) -> AboutIntervention:
        """Raises `Invalid` for a moment that cannot be read."""
        given = self.cleaned_data
        began_at, precision = read_moment(given["when"], self.zone, "when")
        ended_at, ended_precision = None, ""
        if given["until"].strip():
            ended_at, ended_precision = read_moment(given["until"], self.zone, "until")
        return AboutIntervention(
            kind=Intervention.Kind(given["kind"]),
            began_at=began_at,
            precision=precision,
            ended_at=ended_at,
            ended_precision=ended_precision,
            by_whom=given["by_whom"],
            places=tuple(given["places"]),
            area=given["area"],
            source=given["source"],
            effects=given["effects"],
        )


class CorrectInterventionForm(InterventionForm):
    reason = forms.CharField(label=_("Why it changes"), max_length=200)


class HarmForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What kind of harm"), choices=Harm.Kind.choices, widget=forms.RadioSelect
    )
    when = forms.CharField(label=_("When"), max_length=20, help_text=_WHEN)
    place = forms.ModelChoiceField(
        Place.objects.none(), label=_("Place"), required=False, empty_label=_("Not a place listed here")
    )
    least = forms.IntegerField(
        label=_("At least how many people"), min_value=0, max_value=9_999_999, required=False
    )
    most = forms.IntegerField(
        label=_("At most how many people"), min_value=0, max_value=9_999_999, required=False
    )
    what = forms.CharField(
        label=_("What happened"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Without names"),
    )
    source = forms.CharField(label=_("Source of the information"), max_length=300)

    def __init__(self, *args: Any, places: QuerySet[Place], zone: ZoneInfo, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["place"].queryset = places  # type: ignore[attr-defined]

    def about(self) -> AboutHarm:
        """Raises `Invalid` for a moment that cannot be read."""
        given = self.cleaned_data
        began_at, precision = read_moment(given["when"], self.zone, "when")
        return AboutHarm(
            kind=Harm.Kind(given["kind"]),
            began_at=began_at,
            precision=precision,
            what=given["what"],
            source=given["source"],
            place=given["place"],
            least=given["least"],
            most=given["most"],
        )


class TakeBackForm(CaseForm):
    reason = forms.CharField(label=_("Why it is taken back"), max_length=200)


class ImportForm(CaseForm):
    file = forms.FileField(label=_("Table as CSV"))

    def table(self) -> bytes:
        """What was sent. Raises `Invalid` when it is larger than any such table."""
        file = self.cleaned_data["file"]
        if file.size > 2 * 1024 * 1024:
            raise Invalid({"file": "This table is larger than 2 MB. Send it in several parts."})
        return bytes(file.read())

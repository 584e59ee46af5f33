"""Forms of the shelter desk. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from moei.casefile.forms import CaseForm
from moei.casefile.models import Case
from moei.desks.shelter.actions.keep_place import MOST_BEDS
from moei.desks.shelter.models import (
    ApartGroup,
    Declined,
    HealthScreening,
    Outcome,
    Place,
    Room,
    SafetyFlag,
    Stay,
)
from moei.desks.shelter.selectors import Beds

NOW, KEEP = "now", "keep"


class PlaceForm(CaseForm):
    code_name = forms.CharField(
        label=_("Neutral name"),
        max_length=40,
        help_text=_("As “Teak” or “Lotus”. It says nothing of where the place is, or whose it is."),
    )
    address = forms.CharField(
        label=_("Address"),
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_(
            "Sealed as soon as it is saved. It opens only when another agency agrees, each time anew."
        ),
    )


class AddressForm(CaseForm):
    address = forms.CharField(
        label=_("Address"),
        max_length=400,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "off"}),
        help_text=_("It takes the place of what was there, and is shown to nobody."),
    )


class WhyForm(CaseForm):
    why = forms.CharField(label=_("Why"), max_length=200)


class RoomForm(CaseForm):
    number = forms.CharField(label=_("Number or letter of the room"), max_length=10)
    kept_for = forms.ChoiceField(label=_("For whom"), choices=Room.For.choices, widget=forms.RadioSelect)
    beds = forms.IntegerField(label=_("Beds"), min_value=1, max_value=MOST_BEDS)


class BedsForm(CaseForm):
    beds = forms.IntegerField(
        label=_("Beds"),
        min_value=0,
        max_value=MOST_BEDS,
        help_text=_("With 0 beds the room is out of use. Who slept there before stays to be read."),
    )


def _place_choices(places: Sequence[Place], beds: Mapping[UUID, Beds]) -> list[tuple[str, str]]:
    """Those with a free bed, with how many there are for whom."""
    found = []
    for place in places:
        free = beds[place.pk]
        if free.free_in_all:
            says = ", ".join(f"{label}: {count}" for label, count in free.in_words)
            words = ngettext("%(n)d bed free", "%(n)d beds free", free.free_in_all) % {"n": free.free_in_all}
            found.append((str(place.pk), f"{place.code_name}, {words} ({says})"))
    return found


class BedForm(CaseForm):
    """`room` narrows to one room; empty, the first bed that fits."""

    place = forms.ChoiceField(label=_("Place"), widget=forms.RadioSelect)
    room = forms.CharField(
        label=_("Room"),
        max_length=10,
        required=False,
        help_text=_("Leave this empty: then it is the first bed that fits."),
    )
    when = forms.ChoiceField(
        label=_("When"),
        choices=[(NOW, _("The person has come")), (KEEP, _("Keep a bed for 48 hours"))],
        widget=forms.RadioSelect,
        initial=NOW,
    )
    apart_agreed = forms.BooleanField(
        label=_("The family wishes to sleep apart"),
        required=False,
        help_text=_("Only when they were asked one by one, and said so."),
    )

    def __init__(
        self,
        *args: Any,
        places: Sequence[Place],
        beds: Mapping[UUID, Beds],
        moving: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].choices = _place_choices(places, beds)  # type: ignore[attr-defined]
        self._places = {str(place.pk): place for place in places}
        if moving:
            del self.fields["when"]

    def where(self) -> tuple[Place, Room | None]:
        """Raises `forms.ValidationError` for a room that the place does not have: shown beside the field."""
        place = self._places[self.cleaned_data["place"]]
        number = self.cleaned_data["room"].strip()
        room = place.rooms.filter(number=number).first() if number else None
        return place, room

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if given.get("room") and given.get("place"):
            place = self._places[given["place"]]
            if not place.rooms.filter(number=given["room"].strip()).exists():
                self.add_error("room", gettext("This place has no room of this number."))
        return given


class FamilyForm(BedForm):
    members = forms.MultipleChoiceField(
        label=_("Who comes with them"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(self, *args: Any, family: Sequence[Case], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        del self.fields["apart_agreed"]
        self.fields["members"].choices = [  # type: ignore[attr-defined]
            (str(case.pk), f"{case.person} ({case.number})") for case in family
        ]


class LeaveForm(CaseForm):
    why = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)

    _SAID = (
        Stay.Ended.LEFT,
        Stay.Ended.OWN_WISH,
        Stay.Ended.OTHER_SERVICE,
        Stay.Ended.CANCELLED,
        Stay.Ended.MISTAKE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].choices = [(why.value, why.label) for why in self._SAID]  # type: ignore[attr-defined]


class DeclineForm(CaseForm):
    lives = forms.ChoiceField(
        label=_("Where the person lives"),
        choices=Declined.Lives.choices,
        widget=forms.RadioSelect,
        initial=Declined.Lives.NOT_SAID,
    )
    services = forms.MultipleChoiceField(
        label=_("What is brought to them there"),
        choices=Declined.Service.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class FlagForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What is done"), choices=SafetyFlag.Kind.choices, widget=forms.RadioSelect
    )
    number = forms.CharField(
        label=_("Case number of the other person"),
        max_length=11,
        required=False,
        help_text=_("Only where they are kept apart from one person"),
    )
    group = forms.ChoiceField(
        label=_("Group"), required=False, help_text=_("Only where they are kept apart from a group")
    )
    reach = forms.ChoiceField(
        label=_("How far"),
        choices=SafetyFlag.Reach.choices,
        widget=forms.RadioSelect,
        initial=SafetyFlag.Reach.PLACE,
    )
    why = forms.CharField(
        label=_("Why"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=_(
            "What somebody said or what was seen, and by whom. No name of another person, and no judgement: nobody has "
            "found anything out yet. It is sealed, and read by few."
        ),
    )
    review_on = forms.DateField(
        label=_("Looked at again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Within 60 days; empty: in 14 days"),
    )

    def __init__(self, *args: Any, groups: Sequence[ApartGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["group"].choices = [  # type: ignore[attr-defined]
            ("", _("None")),
            *((str(group.pk), group.name) for group in groups),
        ]


class EndFlagForm(CaseForm):
    what = forms.ChoiceField(
        label=_("What you found when you looked again"),
        choices=[("", _("It is still needed")), *SafetyFlag.Ended.choices],
        widget=forms.RadioSelect,
        required=False,
    )
    review_on = forms.DateField(
        label=_("Looked at again on"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Only where it is still needed"),
    )


class GroupForm(CaseForm):
    group = forms.CharField(
        label=_("Name of the group"),
        max_length=40,
        help_text=_("Neutral, as “Group 3”; no place and no name"),
    )


def _band(**attrs: str) -> forms.TextInput:
    return forms.TextInput(attrs={"autocomplete": "off", "autofocus": True, "spellcheck": "false", **attrs})


class ScanForm(CaseForm):
    token = forms.CharField(
        label=_("Wristband"),
        max_length=200,
        widget=_band(),
        help_text=_("Scan it, or type its code and press Enter."),
    )


class VehicleForm(CaseForm):
    vehicle = forms.CharField(label=_("Vehicle"), max_length=40, help_text=_("As “Bus 2”"))


class NoteForm(CaseForm):
    words = forms.CharField(
        label=_("For the next shift"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "autocomplete": "off"}),
        help_text=_("No names and no case numbers: write the number of the bed. It is sealed."),
    )


class HoldForm(CaseForm):
    until = forms.DateField(
        label=_("Looked at again by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Empty: the hold ends now"),
    )


class OutcomeForm(CaseForm):
    kind = forms.ChoiceField(label=_("What happened"), choices=Outcome.Kind.choices, widget=forms.RadioSelect)


class StepForm(CaseForm):
    step = forms.CharField(max_length=20)
    basis = forms.ChoiceField(choices=[("", ""), *Outcome.Basis.choices], required=False)


class HealthForm(CaseForm):
    result = forms.ChoiceField(
        label=_("Before the interview"), choices=HealthScreening.Result.choices, widget=forms.RadioSelect
    )
    until = forms.DateField(
        label=_("Looked at again by"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=_("Within 60 days; empty: in 14 days"),
    )

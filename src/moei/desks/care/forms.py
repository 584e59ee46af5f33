"""Forms of this desk. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from babel import Locale
from django import forms
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency
from moei.casefile.forms import CaseForm
from moei.casefile.models import Need
from moei.desks.care.actions.keep_services import MOST_PEOPLE, Offer
from moei.desks.care.actions.write_medical import LONGEST
from moei.desks.care.hours import NotHours, Span, read_hours
from moei.desks.care.models import WEEKDAYS, Service


class PeopleForm(CaseForm):
    """Narrows the list of people in care."""

    need = forms.ChoiceField(label=_("Need"), required=False, choices=[("", _("All")), *Need.Code.choices])
    urgency = forms.TypedChoiceField(
        label=_("Urgency"),
        required=False,
        coerce=int,
        empty_value="",
        choices=[
            ("", _("All")),
            (Need.Urgency.AT_ONCE.value, _("At once")),
            (Need.Urgency.DAY.value, _("Within a day, or sooner")),
            (Need.Urgency.NOT_JUDGED.value, _("Not judged yet, or sooner")),
        ],
    )


class AssessForm(CaseForm):
    """One field for each need; empty means that it does not hold."""

    def __init__(self, data: Any = None, *, standing: Mapping[str, int]) -> None:
        super().__init__(data)
        for code, label in Need.Code.choices:
            self.fields[code] = forms.TypedChoiceField(
                label=label,
                required=False,
                coerce=int,
                empty_value="",
                choices=[("", _("No such need")), *Need.Urgency.choices],
                initial=standing.get(code, ""),
            )

    def found(self) -> dict[str, int]:
        return {code: urgency for code, urgency in self.cleaned_data.items() if urgency}


class MetForm(CaseForm):
    on = forms.DateField(label=_("On which day"), widget=forms.DateInput(attrs={"type": "date"}))
    through = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("Who met it"),
        required=False,
        empty_label=_("My own organisation"),
    )

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["through"].queryset = agencies  # type: ignore[attr-defined]

    def moment(self, now: datetime, zone: ZoneInfo) -> datetime:
        """Now, for today; else noon of that day at the site."""
        day: date = self.cleaned_data["on"]
        return now if day == now.astimezone(zone).date() else datetime.combine(day, time(12), zone)


class MedicalForm(CaseForm):
    seen_on = forms.DateField(label=_("Seen on"), widget=forms.DateInput(attrs={"type": "date"}))
    by_doctor = forms.BooleanField(label=_("A doctor saw the person"), required=False)
    words = forms.CharField(
        label=_("What was found, and what is to be done"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "Only the health service reads this. Others see that the person was seen by a doctor, and when."
        ),
    )


class DirectoryForm(CaseForm):
    """Narrows the directory."""

    kind = forms.ChoiceField(label=_("Kind"), required=False, choices=[("", _("All")), *Service.Kind.choices])
    language = forms.ChoiceField(label=_("Language"), required=False)
    open_now = forms.BooleanField(label=_("Open now"), required=False)

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = [("", _("All")), *languages]  # type: ignore[attr-defined]


class LanguagesField(forms.CharField):
    """Names or codes of languages, with commas between them; gives ISO 639 codes."""

    def clean(self, value: Any) -> list[str]:
        text: str = super().clean(value)
        codes = []
        for word in filter(None, (part.strip() for part in text.split(","))):
            code = _language(word)
            if code is None:
                raise forms.ValidationError(
                    gettext("No language is known by the name “%(word)s”.") % {"word": word[:40]}
                )
            codes.append(code)
        return list(dict.fromkeys(codes))


class HoursField(forms.CharField):
    """Opening hours of one day; gives spans of minutes."""

    def clean(self, value: Any) -> list[Span]:
        try:
            return read_hours(super().clean(value))
        except NotHours:
            raise forms.ValidationError(
                gettext("Write hours as 09:00-12:00, 13:00-16:30; all day is 00:00-24:00.")
            ) from None


class ServiceForm(CaseForm):
    name = forms.CharField(label=_("Name of the service"), max_length=120)
    kind = forms.ChoiceField(label=_("Kind"), choices=Service.Kind.choices)
    place = forms.CharField(
        label=_("Place"),
        max_length=160,
        required=False,
        help_text=_("Where people go. Never where a shelter lies."),
    )
    contact = forms.CharField(label=_("How staff reach it"), max_length=160, required=False)
    languages = LanguagesField(
        label=_("Languages"), max_length=200, required=False, help_text=_("Amharic, English, th")
    )
    capacity = forms.IntegerField(
        label=_("People at the same time"),
        required=False,
        min_value=0,
        max_value=MOST_PEOPLE,
        help_text=_("Empty: not limited"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, day in enumerate(WEEKDAYS):
            self.fields[f"day_{number}"] = HoursField(
                label=day,
                required=False,
                max_length=80,
                help_text=_("09:00-12:00, 13:00-16:30; empty: closed") if number == 0 else "",
            )

    def offer(self) -> Offer:
        given = self.cleaned_data
        return Offer(
            name=given["name"],
            kind=Service.Kind(given["kind"]),
            place=given["place"],
            contact=given["contact"],
            capacity=given["capacity"],
            languages=given["languages"],
            hours={number: given[f"day_{number}"] for number in range(7) if given[f"day_{number}"]},
        )


class NewServiceForm(ServiceForm):
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Organisation"), empty_label=_("Choose"))
    field_order = ("agency", "name", "kind", "place", "contact", "languages", "capacity")

    def __init__(self, *args: Any, agencies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agency"].queryset = agencies  # type: ignore[attr-defined]


def _language(word: str) -> str | None:
    """The code of a language by its code, or its name in English or the language of the page."""
    english = Locale("en").languages
    if word.lower() in english:
        return word.lower()
    for names in (english, Locale.parse((get_language() or "en").replace("-", "_")).languages):
        for code, name in names.items():
            if str(name).casefold() == word.casefold():
                return str(code)
    return None

"""The registration form: what an officer types or scans, brought to a `Registration`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.casefile.models import CaseEvent, Need, Person, PersonLanguage
from moei.desks.arrivals.forms import DeskForm, MomentField
from moei.desks.arrivals.languages import countries, spoken_languages
from moei.desks.arrivals.registration import Registration
from moei.engines.identity import parse_date
from moei.engines.identity.dates import births_of_age, read_age
from moei.journal.ids import new_id

DOCUMENT_KINDS = [
    ("", _("None")),
    ("passport", _("Passport")),
    ("national_id", _("National identity card")),
    ("travel_document", _("Other travel document")),
    ("copy", _("Copy or photo of a document")),
]
LEVELS = [("", _("How well")), *PersonLanguage.Level.choices]
LANGUAGE_ROWS = 2
OLDEST = 120  # years


class RegisterForm(DeskForm):
    operation = forms.UUIDField(widget=forms.HiddenInput)
    case = forms.UUIDField(widget=forms.HiddenInput, required=False)
    not_listed = forms.BooleanField(
        label=_("On no list: open a new case file"),
        required=False,
        help_text=_("Search first. Two case files for one person cost that person time."),
    )
    came_with_handover = forms.BooleanField(
        label=_("Came with this handover, though on no handover list"),
        required=False,
        help_text=_("Then the clocks of the law start now."),
    )
    mrz = forms.CharField(
        label=_("Machine readable zone"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "The two or three lines at the foot of the document. Type or scan them; the form fills itself."
        ),
    )
    mrz_compared = forms.BooleanField(
        label=_("I compared the zone with the document, it really says so"), required=False
    )
    name = forms.CharField(
        label=_("Name in Latin letters, as the person gives it"), max_length=200, required=False
    )
    name_native = forms.CharField(label=_("Name in own script"), max_length=200, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), choices=Person.Sex.choices, required=False, widget=forms.RadioSelect
    )
    born = forms.CharField(
        label=_("Born"),
        max_length=60,
        required=False,
        help_text=_(
            "A date (14.03.1998), a year (1998, 2541) or an age (24). Years of the Buddhist era are understood."
        ),
    )
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)
    needs = forms.MultipleChoiceField(
        label=_("What needs attention at once"),
        choices=[(code.value, code.label) for code in Need.AT_CROSSING],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    document_kind = forms.ChoiceField(label=_("Document"), choices=DOCUMENT_KINDS, required=False)
    document_number = forms.CharField(label=_("Document number"), max_length=40, required=False)
    document_issuer = forms.ChoiceField(label=_("Issued by"), required=False)
    document_expires = forms.CharField(label=_("Valid until"), max_length=40, required=False)
    document_seen = forms.BooleanField(label=_("I saw the document itself"), required=False)
    shared_document = forms.BooleanField(
        label=_("I saw that two people show a document of this number"), required=False
    )
    phone = forms.CharField(
        label=_("Telephone, if the person wants to give one"), max_length=30, required=False
    )
    sheet = forms.CharField(
        label=_("Number of the paper sheet"),
        max_length=20,
        required=False,
        help_text=_("At its top, like P3-07"),
    )

    def __init__(self, *args: Any, acting_zone: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        nations = [("", gettext("Choose")), *countries()]
        self.fields["nationality"].choices = nations  # type: ignore[attr-defined]
        self.fields["document_issuer"].choices = nations  # type: ignore[attr-defined]
        tongues = [("", gettext("Choose")), *spoken_languages()]
        for row in range(1, LANGUAGE_ROWS + 1):
            label = _("Language") if row == 1 else _("Another language")
            self.fields[f"language_{row}"] = forms.ChoiceField(label=label, choices=tongues, required=False)
            self.fields[f"level_{row}"] = forms.ChoiceField(
                label=_("How well"), choices=LEVELS, required=False
            )
        self.fields["happened_at"] = MomentField(
            acting_zone,
            label=_("When the person was registered on paper"),
            required=False,
            help_text=_("Only for later entry. Leave it empty for now."),
        )

    def clean_born(self) -> tuple[date, date] | None:
        return read_birth(self.cleaned_data["born"], self.today)

    def clean_document_expires(self) -> date | None:
        text = self.cleaned_data["document_expires"].strip()
        if not text:
            return None
        # An expiry lies in the future, where no birth does.
        reading = parse_date(text, latest=date(self.today.year + 30, 12, 31))
        if reading is None or reading.day is None:
            raise forms.ValidationError(gettext("Write the day as day, month, year: 13.02.2030."))
        return reading.day

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for row in range(1, LANGUAGE_ROWS + 1):
            if cleaned.get(f"level_{row}") and not cleaned.get(f"language_{row}"):
                self.add_error(f"language_{row}", gettext("Choose the language."))
        if not cleaned.get("case") and not cleaned.get("not_listed"):
            self.add_error(
                None, gettext("Choose who this is among the people expected, or tick “on no list”.")
            )
        # Said with the rest, so that nobody mends a form twice.
        named = cleaned.get("name", "").strip() or cleaned.get("name_native", "").strip()
        if not named and not {"name", "name_native"} & set(self.errors):
            self.add_error(
                "name", gettext("Write the name as the person gives it. If they give none, write “unknown”.")
            )
        return cleaned

    def registration(self) -> Registration:
        """What was typed; call it on a valid form."""
        given = self.cleaned_data
        birth = given["born"] or (None, None)
        happened_at: datetime | None = given["happened_at"]
        rows = range(1, LANGUAGE_ROWS + 1)
        spoken = [
            (given[f"language_{row}"], given[f"level_{row}"] or PersonLanguage.Level.FLUENT.value)
            for row in rows
        ]
        return Registration(
            name=given["name"],
            name_native=given["name_native"],
            sex=given["sex"],
            birth_from=birth[0],
            birth_to=birth[1],
            age_unsure=Need.Code.AGE_UNSURE.value in given["needs"],
            nationality=given["nationality"],
            languages=tuple((code, level) for code, level in spoken if code),
            needs=frozenset(given["needs"]),
            document_kind=given["document_kind"],
            document_number=given["document_number"],
            document_issuer=given["document_issuer"],
            document_expires=given["document_expires"],
            document_seen=given["document_seen"],
            mrz=given["mrz"],
            mrz_compared=given["mrz_compared"],
            shared_document=given["shared_document"],
            phone=given["phone"],
            came_with_handover=given["came_with_handover"] or bool(given["case"]),
            happened_at=happened_at,
            precision=CaseEvent.Precision.ABOUT if happened_at else CaseEvent.Precision.EXACT,
            sheet=given["sheet"].strip(),
        )


def read_birth(text: str, today: date) -> tuple[date, date] | None:
    """Earliest and latest birth date of a date, a year or an age as typed; None for nothing typed."""
    text = text.strip()
    if not text:
        return None
    ages = read_age(text)
    if ages is not None:
        return births_of_age(ages, today)
    reading = parse_date(text, latest=today)
    if reading is None:
        raise forms.ValidationError(
            gettext(
                "This is no date, year or age that is understood. Write 14.03.1998, 1998 or 24; no later than today."
            )
        )
    if reading.last.year < today.year - OLDEST:
        raise forms.ValidationError(gettext("Nobody alive was born so long ago. Check the year."))
    return reading.first, reading.last


def typed(data: QueryDict) -> dict[str, Any]:
    """What stands in a form that was sent only to fill or to search, as the next form's initial values."""
    values: dict[str, Any] = {name: data.get(name) for name in data}
    values["needs"] = data.getlist("needs")
    values["happened_at"] = [data.get("happened_at_day", ""), data.get("happened_at_hour", "")]
    values.setdefault("operation", str(new_id()))
    return values

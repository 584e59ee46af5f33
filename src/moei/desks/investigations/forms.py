"""Forms of this desk. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.models import Agency
from moei.casefile.forms import CaseForm
from moei.desks.investigations.facts import MOST_FACTS, MOST_TEXT, Draft, Said
from moei.desks.investigations.models import Export
from moei.desks.investigations.words import Handling, Information, Source, Verdict, What
from moei.engines.identity.countries import country_code, is_code
from moei.standards.package_parts import Offer, PartSource

ROWS = 6
_DAY = forms.DateInput(attrs={"type": "date"})


class CountryField(forms.CharField):
    """A country's name in any language, or its three letters; gives the three letters, or "" for nothing."""

    def __init__(self, **about: Any) -> None:
        super().__init__(max_length=60, help_text=_("A country's name or its three letters"), **about)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip()
        code = text.upper() if is_code(text.upper()) else country_code(text)
        if text and (not code or code.startswith("XX")):
            raise forms.ValidationError(
                gettext("No country is known by this name. Type it in English, or its three letters.")
            )
        return code


class StatementForm(CaseForm):
    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Investigators who are told"), empty_label=_("Choose")
    )
    heard_on = forms.DateField(
        label=_("Day of the talk"),
        widget=_DAY,
        help_text=_("Investigators are told the week or the month, never the day."),
    )
    text = forms.CharField(
        label=_("What the person told"),
        required=False,
        max_length=MOST_TEXT,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Without the person's name, and without the name of anybody else who was freed."),
    )
    cleared = forms.CharField(
        label=_("Words that name nobody who was freed"),
        required=False,
        max_length=1000,
        help_text=_("Only if you were asked about a word: a recruiter can have the name of somebody here."),
    )
    source_grade = forms.ChoiceField(
        label=_("How reliable the source is"), choices=Source.choices, initial=Source.F
    )
    information_grade = forms.ChoiceField(
        label=_("How sure it is"), choices=Information.choices, initial=Information.SIX
    )
    handling = forms.ChoiceField(label=_("How far it may go"), choices=Handling.choices, initial=Handling.H1)

    def __init__(self, *args: Any, agencies: Iterable[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [agency.pk for agency in agencies]
        self.fields["agency"].queryset = Agency.objects.filter(pk__in=ids).order_by("name")  # type: ignore[attr-defined]
        if len(ids) == 1:
            self.fields["agency"].initial = ids[0]

    def draft(self, facts: Iterable[Said]) -> Draft:
        given = self.cleaned_data
        words = frozenset(word.strip() for word in given["cleared"].split(",") if word.strip())
        return Draft(
            heard_on=given["heard_on"],
            text=given["text"],
            facts=tuple(facts),
            source_grade=given["source_grade"],
            information_grade=given["information_grade"],
            handling=given["handling"],
            cleared=words,
        )


class FactForm(CaseForm):
    """One fact; an empty row is none. `of` and `to` are numbers of rows, from 1, as the page shows them."""

    what = forms.ChoiceField(label=_("What it is about"), required=False, choices=[("", "–"), *What.choices])
    text = forms.CharField(label=_("Name or number, as it was told"), required=False, max_length=200)
    of = forms.IntegerField(
        label=_("Belongs to fact number"), required=False, min_value=1, max_value=MOST_FACTS
    )
    to = forms.IntegerField(
        label=_("Leads to fact number"), required=False, min_value=1, max_value=MOST_FACTS
    )
    country = CountryField(label=_("Country"), required=False)
    where = forms.CharField(
        label=_("Service, bank or province"),
        required=False,
        max_length=60,
        help_text=_("Of a handle, an account or a plate"),
    )
    amount = forms.DecimalField(
        label=_("Amount"), required=False, min_value=0, max_digits=14, decimal_places=2
    )
    currency = forms.CharField(label=_("Currency"), required=False, max_length=8)
    on = forms.DateField(label=_("When"), required=False, widget=_DAY)
    place = forms.CharField(label=_("Where it was"), required=False, max_length=120)
    information_grade = forms.ChoiceField(
        label=_("How sure this fact is"),
        required=False,
        choices=[("", _("As the whole")), *Information.choices],
    )
    handling = forms.ChoiceField(
        label=_("How far this fact may go"),
        required=False,
        choices=[("", _("As the whole")), *Handling.choices],
    )

    MORE = (
        "of",
        "to",
        "country",
        "where",
        "amount",
        "currency",
        "on",
        "place",
        "information_grade",
        "handling",
    )

    def rest(self) -> list[forms.BoundField]:
        """Fields that most facts do not need."""
        return [self[name] for name in self.MORE]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        if not given.get("what") and any(given.get(name) for name in ("text", *self.MORE)):
            self.add_error("what", gettext("Choose what this fact is about, or empty the row."))
        return given


_NAMED = ("text", "country", "where", "amount", "currency", "on", "place", "information_grade", "handling")
FactFormSet = forms.formset_factory(
    FactForm, extra=0, max_num=MOST_FACTS, absolute_max=MOST_FACTS, validate_max=True
)


def filled_rows(rows: Iterable[FactForm]) -> list[FactForm]:
    return [row for row in rows if row.cleaned_data.get("what")]


def facts_of(rows: Iterable[FactForm]) -> list[Said]:
    """What the filled rows say. Numbers on the page count all rows; in the list they count the filled ones.

    Raises `Invalid` for a number of a row that is empty.
    """
    rows = list(rows)
    filled = [row.cleaned_data.get("what") not in (None, "") for row in rows]
    said: list[Said] = []
    errors: dict[str, str] = {}
    for row in filled_rows(rows):
        given = row.cleaned_data
        ends: dict[str, int | None] = {"of": None, "to": None}
        for name in ends:
            number = given[name]
            if number is not None and not (number <= len(rows) and filled[number - 1]):
                errors[f"facts-{len(said)}"] = "There is no fact of this number."
            elif number is not None:
                ends[name] = sum(filled[: number - 1])
        named = {name: given[name] for name in _NAMED}
        said.append(Said(What(given["what"]), of=ends["of"], to=ends["to"], **named))
    if errors:
        raise Invalid(errors)
    return said


class LinkKeyForm(CaseForm):
    recipient = forms.CharField(
        label=_("Public half of the key"),
        max_length=80,
        help_text=_("It begins with age1. The other half stays with your agency, off this machine."),
    )


class AskLinkForm(CaseForm):
    reason = forms.CharField(label=_("What for"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))


class AnswerLinkForm(CaseForm):
    agrees = forms.ChoiceField(
        label=_("Your agency's answer"),
        choices=[("yes", _("Agrees")), ("no", _("Does not agree"))],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class JudgeForm(CaseForm):
    """Which of the names shown, and whether they are of the same."""

    others = forms.MultipleChoiceField(required=False)
    verdict = forms.ChoiceField(
        label=_("Are they of one?"), choices=Verdict.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(label=_("Why"), max_length=300)

    def __init__(self, *args: Any, among: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["others"].choices = [(one, "") for one in among]  # type: ignore[attr-defined]


class UndoForm(CaseForm):
    why = forms.CharField(label=_("Why it is undone"), max_length=300)


class ExportForm(CaseForm):
    """For whom, what for, and what of other desks goes along (`part-CODE`)."""

    kind = forms.ChoiceField(
        label=_("What is made"),
        choices=Export.Kind.choices,
        initial=Export.Kind.PACKAGE,
        widget=forms.RadioSelect,
    )
    to_agency = forms.CharField(label=_("Agency that gets it"), max_length=120)
    to_country = CountryField(label=_("Its country"))
    purpose = forms.CharField(
        label=_("What for"),
        max_length=200,
        help_text=_("It stands in the register. People whose words are in it may read it."),
    )

    def __init__(
        self, *args: Any, offers: Iterable[tuple[PartSource, Sequence[Offer]]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.codes = []
        for source, given in offers:
            self.codes.append(source.code)
            self.fields[f"part-{source.code}"] = forms.MultipleChoiceField(
                label=source.label,
                required=False,
                choices=[(str(one.id), one.words) for one in given],
                widget=forms.CheckboxSelectMultiple,
            )

    def parts(self) -> dict[str, list[UUID]]:
        return {code: [UUID(one) for one in self.cleaned_data[f"part-{code}"]] for code in self.codes}


class TakeInForm(CaseForm):
    name = forms.CharField(label=_("Where it is from"), max_length=120)
    file = forms.FileField(
        label=_("File in FollowTheMoney"), help_text=_("One entity a line, as JSON; 20 MB at most.")
    )
    source_grade = forms.ChoiceField(
        label=_("How reliable the source is"), choices=Source.choices, initial=Source.F
    )
    information_grade = forms.ChoiceField(
        label=_("How sure it is"), choices=Information.choices, initial=Information.SIX
    )
    handling = forms.ChoiceField(label=_("How far it may go"), choices=Handling.choices, initial=Handling.H2)

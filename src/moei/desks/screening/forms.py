"""Forms that draw and read the desk's fields. What is allowed is checked by the actions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from babel import Locale
from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.models import Staff
from moei.casefile.models import Case
from moei.desks.screening.models import Interview, Pause
from moei.desks.screening.words import label_of, language
from moei.engines.protocol import Protocol
from moei.standards.xlsform import FormDefinition, Question, said


def two_languages(labels: Mapping[str, str], first: str) -> str:
    """A label in the language of the page, and below it in the form's others, each marked with its language."""
    others = [(code, text) for code, text in labels.items() if code != first]
    second = format_html_join("", '<br><span class="moei-native" lang="{}">{}</span>', others)
    return format_html('<span lang="{}">{}</span>{}', first, said(labels, first), second)


class AnswersForm(forms.Form):
    """The questions of the interview, in the form's order; nothing is required (P07)."""

    def __init__(self, definition: FormDefinition, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = language()
        first = shown if shown in definition.languages else definition.languages[0]
        for question in definition:
            self.fields[question.name] = _field(question, first)


def _field(question: Question, first: str) -> forms.Field:
    about: dict[str, Any] = {
        "label": two_languages(question.labels, first),
        "help_text": said(question.hints, first) if question.hints else "",
        "required": False,
    }
    choices = [(choice.name, two_languages(choice.labels, first)) for choice in question.choices]
    if question.type == "select_one":
        return forms.ChoiceField(choices=choices, widget=forms.RadioSelect, **about)
    if question.type == "select_multiple":
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **about)
    if question.type == "text":
        rows = 6 if question.name == "own_words" else 2
        return forms.CharField(widget=forms.Textarea(attrs={"rows": rows}), **about)
    return forms.CharField(widget=forms.TextInput(attrs={"inputmode": "numeric"}), **about)


def initial(question: Question, value: str) -> object:
    return value.split() if question.type == "select_multiple" else value


class ScreeningForm(forms.Form):
    note = forms.CharField(
        label=_("What you saw and heard"),
        help_text=_("A few words suffice. It stays in the case file and concludes nothing."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class StartForm(forms.Form):
    """Language and interpreter of an interview."""

    language = forms.ChoiceField(label=_("Language the person wishes to speak"))
    interpreter = forms.ModelChoiceField(
        label=_("Interpreter"),
        help_text=_(
            "Ask which interpreter the person prefers. Leave it empty only if you speak the language."
        ),
        queryset=Staff.objects.none(),
        required=False,
        empty_label=_("No interpreter"),
    )
    no_tie = forms.BooleanField(
        label=_(
            "I asked: the interpreter is no survivor, relative or acquaintance, and has no tie to those who held them"
        ),
        required=False,
    )

    def __init__(self, interpreters: list[Staff], codes: list[str], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Locale(language()).languages
        spoken = {code for staff in interpreters for code in staff.languages} | set(codes)
        listed = [*codes, *sorted(spoken - set(codes), key=lambda code: str(names.get(code, code)))]
        chosen = self.fields["language"]
        assert isinstance(chosen, forms.ChoiceField)
        chosen.choices = [
            ("", _("Choose")),
            *((code, names.get(code, code)) for code in dict.fromkeys(listed)),
        ]
        asked = self.fields["interpreter"]
        assert isinstance(asked, forms.ModelChoiceField)
        asked.queryset = Staff.objects.filter(pk__in=[staff.pk for staff in interpreters])
        asked.label_from_instance = lambda staff: (  # type: ignore[method-assign,assignment]
            f"{staff} ({', '.join(str(names.get(code, code)) for code in staff.languages)})"
        )


class StopForm(forms.Form):
    reason = forms.ChoiceField(label=_("Why it stops"), choices=Interview.StopReason.choices)


class ReadBackForm(forms.Form):
    agreed = forms.BooleanField(
        label=_("I had it read back to the person in their language, and they agree to it as it stands"),
        required=False,
    )


class DeferForm(forms.Form):
    until = forms.DateField(
        label=_("Until"),
        help_text=_("A day agreed with the person. Leave it empty if they will say when."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    asked_by = forms.ChoiceField(label=_("Who asks for more time"), choices=Pause.AskedBy.choices)
    reason = forms.CharField(label=_("Reason"), required=False, widget=forms.Textarea(attrs={"rows": 2}))


class SignForm(forms.Form):
    """One signature. Nothing is chosen beforehand (P06)."""

    outcome = forms.ChoiceField(label=_("Outcome you sign"), widget=forms.RadioSelect, required=False)
    until = forms.DateField(
        label=_("For “not yet”: until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    reasons = forms.CharField(
        label=_("Your reasons"),
        help_text=_("In your own words. They stand beside your signature."),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    gap_question = forms.ChoiceField(
        label=_("The question that put the gap to the person"),
        help_text=_(
            "Required for “not a victim”: name the question in which the person was told what was not understood."
        ),
        required=False,
    )
    gap_answer = forms.CharField(
        label=_("The person's answer to it"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    dissent = forms.CharField(
        label=_("Dissent to be kept with the file"), required=False, widget=forms.Textarea(attrs={"rows": 2})
    )

    def __init__(self, rules: Protocol, put: list[Question], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        outcomes, gap = self.fields["outcome"], self.fields["gap_question"]
        assert isinstance(outcomes, forms.ChoiceField) and isinstance(gap, forms.ChoiceField)
        outcomes.choices = [
            (
                outcome.code,
                format_html(
                    '{}<br><span class="moei-clock__detail">{}</span>',
                    label_of(outcome.labels),
                    gettext(outcome.duty.value),
                ),
            )
            for outcome in rules.outcomes
        ]
        gap.choices = [("", _("None")), *((q.name, said(q.labels, language())) for q in put)]


def spoken_by(case: Case) -> list[str]:
    """Languages of the person as far as they are known, best first."""
    levels = {"native": 0, "fluent": 1, "some": 2}
    found = sorted(case.person.languages.all(), key=lambda row: levels.get(row.level, 3))
    return [row.code for row in found]

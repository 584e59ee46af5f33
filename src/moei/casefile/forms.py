"""Forms of the case file. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Invalid
from moei.access.models import Agency, CaseGrant, Staff
from moei.casefile.actions.consent import RECIPIENTS
from moei.casefile.models import Attachment, Need, Person, Purpose
from moei.engines.identity.countries import country_code, is_code


class CaseForm(forms.Form):
    """A form that shows what an action refused beside its fields."""

    def take(self, invalid: Invalid) -> None:
        for field, words in invalid.errors.items():
            self.add_error(field if field in self.fields else None, words)


SEARCHED = 120  # letters of a search


class ListForm(CaseForm):
    q = forms.CharField(label=_("Name or number"), required=False, max_length=SEARCHED)
    stage = forms.ChoiceField(label=_("Stage"), required=False)
    need = forms.ChoiceField(label=_("Need"), required=False, choices=[("", _("All")), *Need.Code.choices])
    nationality = forms.ChoiceField(label=_("Nationality"), required=False)

    def __init__(
        self, *args: Any, stages: dict[str, str], countries: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["stage"].choices = [("", _("All")), *stages.items()]  # type: ignore[attr-defined]
        self.fields["nationality"].choices = [("", _("All")), *countries]  # type: ignore[attr-defined]


class IdentityForm(CaseForm):
    name = forms.CharField(label=_("Name in Latin letters"), max_length=200)
    name_native = forms.CharField(label=_("Name in its own script"), max_length=200, required=False)
    sex = forms.ChoiceField(
        label=_("Sex"), choices=Person.Sex.choices, required=False, widget=forms.RadioSelect
    )
    birth_from = forms.DateField(
        label=_("Born on, or not before"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    birth_to = forms.DateField(
        label=_("Born on, or not after"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    age_unsure = forms.BooleanField(
        label=_("The age is unsure"), required=False, help_text=_("Then the person is treated as a child.")
    )
    nationality = forms.CharField(
        label=_("Nationality"),
        max_length=60,
        required=False,
        help_text=_("A country's name or its three letters"),
    )

    def clean_nationality(self) -> str:
        text: str = self.cleaned_data["nationality"].strip()
        code = text.upper() if is_code(text.upper()) else country_code(text)
        if text and not code:
            raise forms.ValidationError(
                gettext("No country is known by this name. Type it in English, or its three letters.")
            )
        return code


class NeedsForm(CaseForm):
    needs = forms.MultipleChoiceField(
        label=_("What calls for attention now"),
        choices=[(code.value, code.label) for code in Need.AT_CROSSING],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )


class ConsentChoiceForm(CaseForm):
    purpose = forms.ChoiceField(label=_("What for"), widget=forms.RadioSelect)
    recipient = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("To whom"),
        required=False,
        empty_label=_("Nobody in particular"),
        help_text=_("One embassy, one investigating agency or one organisation at a time"),
    )
    language = forms.ChoiceField(label=_("Language in which it is asked"))

    def __init__(
        self, *args: Any, purposes: Iterable[Purpose], languages: Iterable[tuple[str, str]], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["purpose"].choices = [(p.value, p.label) for p in purposes]  # type: ignore[attr-defined]
        self.fields["language"].choices = list(languages)  # type: ignore[attr-defined]
        self.fields["recipient"].queryset = Agency.objects.all()  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """The right kind of recipient, before any words are shown."""
        given: dict[str, Any] = super().clean() or {}
        recipient, kinds = given.get("recipient"), RECIPIENTS.get(given.get("purpose", ""))
        if kinds is not None and (recipient is None or recipient.kind not in kinds):
            labels = ", ".join(str(kind.label).lower() for kind in sorted(kinds))
            self.add_error(
                "recipient", gettext("Choose one recipient of this kind: %(kinds)s.") % {"kinds": labels}
            )
        return given


class ConsentAnswerForm(CaseForm):
    given = forms.ChoiceField(
        label=_("What the person answered"),
        choices=[("no", _("No")), ("yes", _("Yes"))],
        initial="no",
        widget=forms.RadioSelect,
    )
    translated_by = forms.ModelChoiceField(
        Staff.objects.none(),
        label=_("Interpreter who translated this text by sight"),
        required=False,
        empty_label=_("Nobody"),
        help_text=_("Needed for a yes while the text is a draft"),
    )

    def __init__(self, *args: Any, interpreters: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [staff.pk for staff in interpreters]
        self.fields["translated_by"].queryset = Staff.objects.filter(pk__in=ids)  # type: ignore[attr-defined]


class DisclosureForm(CaseForm):
    what = forms.CharField(
        label=_("What was disclosed"), max_length=200, help_text=_("For example: name and photograph")
    )
    to_whom = forms.CharField(label=_("To whom"), max_length=120)
    basis = forms.CharField(
        label=_("On which basis"), max_length=200, help_text=_("A law, a consent, or none")
    )
    outside = forms.BooleanField(label=_("It happened outside Moei"), required=False)


class TellFamilyForm(CaseForm):
    to_whom = forms.CharField(
        label=_("Whom of the family you told"), max_length=120, help_text=_("For example: her sister")
    )
    what = forms.CharField(
        label=_("What you told them"), max_length=200, help_text=_("For example: that she is safe")
    )


class AttachmentForm(CaseForm):
    kind = forms.ChoiceField(label=_("What it is"), choices=Attachment.Kind.choices, widget=forms.RadioSelect)
    file = forms.FileField(label=_("File"), help_text=_("PDF, PNG or JPEG; for recordings WAV, OGG or M4A"))


class AssignForm(CaseForm):
    """Staff of one basis; the field's name tells the forms of a page apart."""

    staff = forms.ModelChoiceField(Staff.objects.none(), label=_("Who"), empty_label=_("Choose"))

    def __init__(self, data: QueryDict | None, *, basis: CaseGrant.Basis, who: Iterable[Staff]) -> None:
        super().__init__(data, prefix=basis.value)
        self.basis = basis
        self.fields["staff"].queryset = Staff.objects.filter(pk__in=[staff.pk for staff in who])  # type: ignore[attr-defined]
        self.fields["staff"].label = basis.label


class MergeForm(CaseForm):
    number = forms.CharField(label=_("Number of the other case"), max_length=13)
    reason = forms.CharField(
        label=_("What shows that the two are one person"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class FamilyForm(CaseForm):
    number = forms.CharField(label=_("Case number of another member of the family"), max_length=13)


class ReasonForm(CaseForm):
    reason = forms.CharField(label=_("Why"), max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class EmergencyForm(CaseForm):
    number = forms.CharField(
        label=_("Case number"),
        max_length=13,
        help_text=_("From the paper: nine digits"),
        error_messages={"required": _("Write the case number from the paper.")},
    )
    reason = forms.CharField(
        label=_("What the emergency is"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say what the emergency is: an auditor reads it.")},
    )

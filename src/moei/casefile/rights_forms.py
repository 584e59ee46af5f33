"""Forms of the person's own rights and of the property register. What is allowed is decided by the actions."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency, Staff
from moei.casefile.forms import CaseForm
from moei.casefile.models import ContactPlan, Filming, PropertyItem, Request, Wish


def _day(label: Any, **about: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}), **about)


def _text(label: Any, **about: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": 5}), **about)


class WishForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What the person says"), choices=Wish.Kind.choices, widget=forms.RadioSelect
    )


class RequestForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What the person asks"), choices=Request.Kind.choices, widget=forms.RadioSelect
    )
    words = _text(_("In the person's words"))


class AnswerForm(CaseForm):
    done = forms.ChoiceField(
        label=_("What came of it"),
        choices=[("yes", _("It is done")), ("no", _("It is refused"))],
        widget=forms.RadioSelect,
    )
    answer = _text(_("What was done, or why it is refused"))


class ComplaintForm(CaseForm):
    about = _text(_("What the person complains about, in their words"))
    body = forms.ModelChoiceField(
        Agency.objects.none(),
        label=_("To whom"),
        required=False,
        empty_label=_("A body that does not work in Moei"),
        help_text=_("Never to an agency that decides in this case"),
    )
    body_outside = forms.CharField(
        label=_("Name of a body that does not work in Moei"), required=False, max_length=120
    )

    def __init__(self, *args: Any, bodies: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["body"].queryset = bodies  # type: ignore[attr-defined]


class ComplaintAnswerForm(CaseForm):
    answer = _text(_("The answer to the person"))


class ContactPlanForm(CaseForm):
    channel = forms.ChoiceField(label=_("How"), choices=ContactPlan.Channel.choices, widget=forms.RadioSelect)
    address = forms.CharField(
        label=_("Number or address"),
        max_length=200,
        help_text=_("Sealed; shown only to whoever is about to use it"),
    )
    safe_hours = forms.CharField(
        label=_("Safe hours"), max_length=120, help_text=_("For example: weekdays from 18 to 20, Addis Ababa")
    )
    code_word = forms.CharField(
        label=_("Code word"),
        max_length=60,
        help_text=_("Whoever calls says it first. Without it the person does not answer. Sealed."),
    )
    expires_on = _day(_("Last day on which the person may be contacted"))


class FilmedForm(CaseForm):
    where = forms.CharField(label=_("Where, as told"), max_length=200)
    when = forms.CharField(label=_("When, as told"), max_length=120, required=False)
    by_whom = forms.CharField(label=_("By whom, as told"), max_length=200, required=False)
    wanted = forms.ChoiceField(
        label=_("What the person wants"), choices=Filming.Wanted.choices, widget=forms.RadioSelect
    )
    followed_by = forms.ModelChoiceField(
        Staff.objects.none(), label=_("Who follows it up"), empty_label=_("Choose")
    )
    due_on = _day(_("By when"))

    def __init__(self, *args: Any, followers: Iterable[Staff], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ids = [staff.pk for staff in followers]
        self.fields["followed_by"].queryset = Staff.objects.filter(pk__in=ids)  # type: ignore[attr-defined]


class OutcomeForm(CaseForm):
    outcome = _text(_("What came of it"))


class PropertyForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What it is"), choices=PropertyItem.Kind.choices, widget=forms.RadioSelect
    )
    words = forms.CharField(
        label=_("In words"), max_length=200, help_text=_("For example: black telephone, cracked glass")
    )
    number = forms.CharField(label=_("Serial number, or number of the paper"), max_length=60, required=False)
    taken_by = forms.CharField(
        label=_("Who took it"), max_length=120, help_text=_("Name or number of the officer, and agency")
    )
    taken_on = _day(_("Day on which it was taken"))
    taken_at = forms.TimeField(
        label=_("Hour"), required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    basis = forms.CharField(
        label=_("On which basis"), max_length=200, help_text=_("A law, an order, or the person's own wish")
    )
    held_at = forms.CharField(label=_("Where it is kept"), max_length=120)
    back_by = _day(_("To be given back by"), required=False)

    def moment(self, zone: ZoneInfo) -> datetime:
        """When it was taken, by the clock of the site; without an hour, the day's begin."""
        hour = self.cleaned_data["taken_at"] or time()
        return datetime.combine(self.cleaned_data["taken_on"], hour, zone)


class CopiedPropertyForm(PropertyForm):
    """For those who do not sign the determination: whether what is in the thing was copied."""

    copied = forms.BooleanField(label=_("What is in it was copied"), required=False)
    copy_basis = forms.CharField(
        label=_("On which basis it was copied"),
        max_length=200,
        required=False,
        help_text=_("The person's consent for it, with its day, or the number of the order"),
    )


class ReturnForm(CaseForm):
    to = forms.CharField(label=_("To whom it was given"), max_length=120)
    signed = forms.BooleanField(label=_("They signed for it on the receipt"), required=False)


class PrintForm(CaseForm):
    language = forms.ChoiceField(label=_("Language of the paper"))

    def __init__(self, *args: Any, languages: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = list(languages)  # type: ignore[attr-defined]

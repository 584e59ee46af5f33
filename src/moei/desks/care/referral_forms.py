"""Forms of referrals. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from moei.access.policy import Section
from moei.casefile.forms import CaseForm
from moei.casefile.models import Need
from moei.desks.care.actions.offer_referral import LONGEST
from moei.desks.care.models import Referral, Service
from moei.desks.care.working import MORE

SECTIONS = {
    Section.IDENTITY: _("Who the person is: names, age, languages, papers"),
    Section.NEEDS: _("What the person needs"),
    Section.CONTACT: _("How the person may be reached"),
    Section.MEDICAL: _("What the health service wrote; read by a health service only"),
    Section.CARE: _("Support plan and what was done"),
}


def sections_in_words(codes: Iterable[str]) -> list[str]:
    return [str(words) for section, words in SECTIONS.items() if section in set(codes)]


class ReferForm(CaseForm):
    """Only services of organisations to which the person agreed, and only parts that they agreed to."""

    service = forms.ModelChoiceField(Service.objects.none(), label=_("Service"), empty_label=_("Choose"))
    needs = forms.MultipleChoiceField(
        label=_("Which needs it is to meet"), required=False, widget=forms.CheckboxSelectMultiple
    )
    urgency = forms.TypedChoiceField(
        label=_("Urgency"), coerce=int, choices=Need.Urgency.choices, initial=Need.Urgency.NOT_JUDGED
    )
    reason = forms.ChoiceField(
        label=_("Why"),
        choices=Referral.Reason.choices,
        initial=Referral.Reason.SERVICES,
        widget=forms.RadioSelect,
    )
    sections = forms.MultipleChoiceField(
        label=_("What it may read besides who the person is"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    words = forms.CharField(
        label=_("What it has to know to begin"),
        required=False,
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("Read once it has accepted. No illness, and nothing of what happened to the person."),
    )

    def __init__(
        self, *args: Any, services: Sequence[Service], needs: Iterable[tuple[str, str]], sections: Iterable[str],
        **kwargs: Any,
    ) -> None:  # fmt: skip
        super().__init__(*args, **kwargs)
        found = Service.objects.filter(pk__in=[service.pk for service in services]).select_related("agency")
        field = self.fields["service"]
        field.queryset = found.order_by("agency__name", "name")  # type: ignore[attr-defined]
        field.label_from_instance = lambda service: f"{service.agency}: {service}"  # type: ignore[attr-defined]
        self.fields["needs"].choices = list(needs)  # type: ignore[attr-defined]
        offered = [
            (str(one), SECTIONS[one]) for one in SECTIONS if one in set(sections) and one != Section.IDENTITY
        ]
        self.fields["sections"].choices = offered  # type: ignore[attr-defined]


class AgreeForm(CaseForm):
    sections = forms.MultipleChoiceField(
        label=_("The person lets it read, besides who they are and what they need"),
        required=False,
        choices=[(str(section), SECTIONS[section]) for section in SECTIONS if section in MORE],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Ask about each by itself. What is not ticked is closed at once."),
    )


class DeclineForm(CaseForm):
    why = forms.ChoiceField(label=_("Why"), choices=Referral.Declined.choices, widget=forms.RadioSelect)


class RevokeForm(CaseForm):
    why = forms.ChoiceField(
        label=_("Why"),
        choices=[choice for choice in Referral.Ended.choices if choice[0] != Referral.Ended.CONSENT],
        widget=forms.RadioSelect,
    )


class DoneForm(CaseForm):
    met = forms.MultipleChoiceField(
        label=_("Which needs were met"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, needs: Sequence[str]) -> None:
        super().__init__(data, initial={"met": list(needs)})
        words = dict(Need.Code.choices)
        self.fields["met"].choices = [(code, words.get(code, code)) for code in needs]  # type: ignore[attr-defined]


class AnswerForm(CaseForm):
    """What an organisation said of which nobody signs in here."""

    answer = forms.ChoiceField(label=_("What it said"), widget=forms.RadioSelect)
    why = forms.ChoiceField(
        label=_("Why it declines"),
        required=False,
        choices=[("", _("It does not decline")), *Referral.Declined.choices],
    )

    def __init__(self, *args: Any, referral: Referral, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [("accept", _("It accepts")), ("decline", _("It declines"))]
        done = [("done", _("It is done, and the needs are met"))]
        answers = offered if referral.status == Referral.Status.OFFERED else done
        self.fields["answer"].choices = answers  # type: ignore[attr-defined]

"""Forms of this desk. What is allowed is decided by the actions; forms only read what was typed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.models import Agency
from moei.casefile.forms import CaseForm
from moei.casefile.models import ProtectionConcern, TravelCheck, TravelDocument
from moei.desks.embassies.actions.on_the_way import OURS
from moei.desks.embassies.models import TravelNeed, VerificationRequest
from moei.engines.identity.countries import country_code, is_code

Status = VerificationRequest.Status


class StateField(forms.CharField):
    """A country's name in any language, or its three letters; gives the three letters."""

    def __init__(self, **about: Any) -> None:
        about.setdefault("max_length", 60)
        about.setdefault("help_text", _("A country's name or its three letters"))
        super().__init__(**about)

    def clean(self, value: Any) -> str:
        text: str = super().clean(value).strip()
        if not text:
            return ""
        code = text.upper() if is_code(text.upper()) else country_code(text)
        if not code or code.startswith("XX"):
            raise forms.ValidationError(
                gettext("No country is known by this name. Type it in English, or its three letters.")
            )
        return code


class StateForm(CaseForm):
    state = StateField(label=_("State for which the mission acts"))


class ChooseForm(CaseForm):
    """Who is asked about: those ticked on the page, or everybody who is ready."""

    everybody = forms.BooleanField(label=_("Everybody who is ready, also on other pages"), required=False)
    cases = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, ids: Iterable[UUID], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["cases"].choices = [(str(pk), "") for pk in ids]  # type: ignore[attr-defined]


class RemindForm(CaseForm):
    waiting_days = forms.IntegerField(
        label=_("Of what waits at least so many days"), min_value=0, max_value=365, initial=14
    )


class ConcernForm(CaseForm):
    kind = forms.ChoiceField(
        label=_("What the person says"), choices=ProtectionConcern.Kind.choices, widget=forms.RadioSelect
    )
    state = StateField(
        label=_("Which state"), required=False, help_text=_("Leave it empty if it concerns every state.")
    )
    path = forms.ChoiceField(
        label=_("What follows instead"), choices=ProtectionConcern.Path.choices, widget=forms.RadioSelect
    )


class PathForm(CaseForm):
    path = forms.ChoiceField(
        label=_("What follows instead"), choices=ProtectionConcern.Path.choices, widget=forms.RadioSelect
    )


class EndForm(CaseForm):
    reason = forms.CharField(
        label=_("What the person said"), max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )


class AgreeForm(CaseForm):
    mission = forms.ModelChoiceField(Agency.objects.none(), label=_("Mission"), empty_label=_("Choose"))
    state = StateField(label=_("The other state that it may ask"))

    def __init__(self, *args: Any, missions: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mission"].queryset = missions  # type: ignore[attr-defined]


class AskPaperForm(CaseForm):
    mission = forms.ModelChoiceField(Agency.objects.none(), label=_("Mission"), empty_label=_("Choose"))
    kind = forms.ChoiceField(label=_("Paper"), choices=TravelDocument.Kind.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, missions: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mission"].queryset = missions  # type: ignore[attr-defined]


class OwnPaperForm(CaseForm):
    """A paper that the person has, or that is kept for them."""

    kind = forms.ChoiceField(label=_("Paper"), choices=TravelDocument.Kind.choices, widget=forms.RadioSelect)
    number = forms.CharField(label=_("Number of the paper"), max_length=40)
    expires_on = forms.DateField(label=_("Valid until"), widget=forms.DateInput(attrs={"type": "date"}))


class IssueForm(CaseForm):
    """What became of a paper that was asked for."""

    outcome = forms.ChoiceField(
        label=_("What became of it"),
        choices=[("issued", _("It is issued")), ("refused", _("It is refused"))],
        widget=forms.RadioSelect,
    )
    number = forms.CharField(label=_("Number of the paper"), max_length=40, required=False)
    expires_on = forms.DateField(
        label=_("Valid until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )


class VoidForm(CaseForm):
    reason = forms.CharField(label=_("Why: lost, spoiled, or recorded in error"), max_length=200)


class AnswerForm(CaseForm):
    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[
            (Status.CONFIRMED.value, _("Yes: a national")),
            (Status.REFUTED.value, _("No: not a national")),
            (Status.MORE.value, _("We need more to answer")),
        ],
        widget=forms.RadioSelect,
    )
    remark = forms.CharField(
        label=_("Remark, or what you need"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class SheetForm(CaseForm):
    file = forms.FileField(label=_("Answered spreadsheet"), allow_empty_file=True)


class MoreForm(CaseForm):
    words = forms.CharField(
        label=_("What the mission needs to know"), max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )


class FollowForm(CaseForm):
    following = forms.ChoiceField(
        label=_("What follows"), choices=VerificationRequest.Next.choices, widget=forms.RadioSelect
    )
    mission = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Which mission"), required=False, empty_label=_("None")
    )
    state = StateField(
        label=_("For which state"), required=False, help_text=_("Empty: the state of the mission itself")
    )

    def __init__(self, *args: Any, missions: QuerySet[Agency], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["mission"].queryset = missions  # type: ignore[attr-defined]


class CheckForm(CaseForm):
    code = forms.ChoiceField(
        label=_("What"), choices=[(code.value, code.label) for code in OURS], widget=forms.RadioSelect
    )
    answer = forms.ChoiceField(
        label=_("Settled"), choices=TravelCheck.Answer.choices, widget=forms.RadioSelect
    )
    note = forms.CharField(label=_("Note"), max_length=500, required=False)


class TravelNeedsForm(CaseForm):
    needs = forms.MultipleChoiceField(
        label=_("What the person needs on the way"),
        choices=TravelNeed.Code.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

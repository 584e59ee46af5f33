"""Which answers evidence act, means, purpose and ILO's indicators, and what nobody has asked yet.

It counts nothing and weighs nothing: no score, no ranking, no outcome (P06). The form says which answers evidence what.
ILO's eleven indicators: ILO, "Indicators of Forced Labour" (2012); the words here are our own. "One may suffice;
sometimes several are needed" is theirs, so no number of them means anything here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from moei.standards.xlsform import ELEMENTS, INDICATORS, FormDefinition, Question

ELEMENT_WORDS = {
    "act": _("Act: what was done to bring the person there"),
    "means": _("Means: how it was made to happen"),
    "purpose": _("Purpose: what for"),
}
INDICATOR_WORDS = {
    "abuse_of_vulnerability": _("A weak position was used"),
    "deception": _("Deceived about work or pay"),
    "restriction_of_movement": _("Not free to leave"),
    "isolation": _("Cut off from others"),
    "physical_and_sexual_violence": _("Violence, also sexual"),
    "intimidation_and_threats": _("Threats"),
    "retention_of_documents": _("Papers taken"),
    "withholding_of_wages": _("Pay kept back"),
    "debt_bondage": _("Bound by debt"),
    "abusive_conditions": _("Harmful work or living conditions"),
    "excessive_overtime": _("Forced to work too long"),
}
CODE_WORDS = {
    "recruitment": _("recruitment"),
    "transport": _("transport"),
    "transfer": _("transfer"),
    "harbouring": _("harbouring"),
    "deception": _("deception"),
    "abuse_of_vulnerability": _("abuse of a position of vulnerability"),
    "coercion": _("coercion"),
    "force": _("force"),
    "threat": _("threat"),
    "forced_labour": _("forced labour or services"),
    "forced_criminality": _("being made to commit offences"),
}


@dataclass(frozen=True)
class Quote:
    """An answer, with the question it was given to."""

    question: Question
    value: str


@dataclass(frozen=True)
class Item:
    """One element or indicator: the answers that evidence it, those that say otherwise, the questions left."""

    code: str
    label: str
    evidenced_by: tuple[Quote, ...]
    otherwise: tuple[Quote, ...]
    not_asked: tuple[Question, ...]
    needed: bool = True

    @property
    def evidenced(self) -> bool:
        return bool(self.evidenced_by)


@dataclass(frozen=True)
class EvidencePanel:
    """What stands beside the interview. `enough` is information for the interviewer, never a verdict (P07)."""

    elements: tuple[Item, ...]
    indicators: tuple[Item, ...]
    child: bool

    @property
    def enough(self) -> bool:
        """Every element that is needed has an answer that evidences it: more questions are not needed for that."""
        return all(item.evidenced for item in self.elements if item.needed)

    def element(self, code: str) -> Item:
        return next(item for item in self.elements if item.code == code)

    def indicator(self, code: str) -> Item:
        return next(item for item in self.indicators if item.code == code)


def evidence(form: FormDefinition, answers: Mapping[str, str], child: bool) -> EvidencePanel:
    """The panel for these answers (question name -> value). For a child no means is needed (P09)."""
    asked = form.asked(answers)
    return EvidencePanel(
        elements=tuple(
            _item(
                code,
                str(ELEMENT_WORDS[code]),
                [question for question in asked if question.element == code],
                answers,
                needed=not (child and code == "means"),
            )
            for code in ELEMENTS
        ),
        indicators=tuple(
            _item(
                code,
                str(INDICATOR_WORDS[code]),
                [question for question in asked if question.indicator == code],
                answers,
            )
            for code in INDICATORS
        ),
        child=child,
    )


def _item(
    code: str, label: str, about: list[Question], answers: Mapping[str, str], *, needed: bool = True
) -> Item:
    found = [Quote(question, answers.get(question.name, "")) for question in about]
    return Item(
        code=code,
        label=label,
        evidenced_by=tuple(quote for quote in found if quote.question.evidenced_by(quote.value)),
        otherwise=tuple(
            quote for quote in found if quote.value and not quote.question.evidenced_by(quote.value)
        ),
        not_asked=tuple(quote.question for quote in found if not quote.value),
        needed=needed,
    )

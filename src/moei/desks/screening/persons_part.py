"""What the person said in interviews, for the file that they get (P05)."""

from __future__ import annotations

from django.utils.translation import gettext

from moei.casefile.persons_file import Part
from moei.casefile.selectors.cases import CaseFile
from moei.desks.screening import selectors
from moei.desks.screening.words import language
from moei.standards.xlsform import said


def statement(file: CaseFile) -> Part | None:
    """Questions and the person's own answers; nobody else's words, and no name of who asked."""
    quotes = selectors.quotes(selectors.values_of(selectors.answers_of(file.case)))
    lines = tuple(
        (said(quote.question.labels, language()), quote.question.shown(quote.value, language()))
        for quote in quotes
    )
    return Part(gettext("What you said"), lines) if lines else None

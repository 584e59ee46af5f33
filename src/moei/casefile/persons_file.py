"""The file as the person gets it: what it says of them, and nothing of anybody else (P05).

A desk adds what it keeps of the person by `add_part`; it leaves out whoever else is in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case, Wish
from moei.casefile.selectors import case_page, rights
from moei.casefile.selectors.cases import CaseFile


@dataclass(frozen=True)
class Part:
    """A heading and lines of (what, says)."""

    heading: str
    lines: tuple[tuple[str, str], ...]


_parts: list[Callable[[CaseFile], Part | None]] = []


def add_part(part: Callable[[CaseFile], Part | None]) -> Callable[[CaseFile], Part | None]:
    """Called by a desk when it starts; also usable as a decorator."""
    if part not in _parts:
        _parts.append(part)
    return part


def languages() -> list[tuple[str, str]]:
    """Languages in which the whole paper can be written: half of it in English would help nobody who asked for Arabic."""
    return [(code, str(name)) for code, name in settings.LANGUAGES if code not in settings.PARTLY_TRANSLATED]


def language_for(case: Case) -> str:
    """A language of the person that there are texts in; else that of the page."""
    known = {code for code, _name in languages()}
    for language in case.person.languages.order_by("level").values_list("code", flat=True):
        if language.split("-")[0] in known:
            return str(language.split("-")[0])
    return ""


def require_print(acting: Acting, file: CaseFile) -> None:
    """Raises `Invalid` for whoever may sign the determination, who would read the answers that are kept from them
    (P03), and when the person wants no papers."""
    require(acting, "persons_file.print", file.case)
    if decides(acting.staff, file.case, now=acting.now):
        raise Invalid("Who may sign the determination does not print this. A caseworker prints it.")
    require_papers(file)


def require_papers(file: CaseFile) -> None:
    if any(wish.kind == Wish.Kind.NO_PAPERS for wish in rights.wishes(file)):
        raise Invalid("The person said: do not give me papers. Read it to them instead.")


def content(acting: Acting, file: CaseFile) -> Mapping[str, Any]:
    """What the paper says, in the language that is active. Staff, interpreters, family and others are not in it."""
    about = case_page.identity(acting, file)
    known = {"Y": gettext("Yes")}
    consents = [
        (
            f"{consent.get_purpose_display()}{': ' + str(consent.recipient) if consent.recipient else ''}",
            gettext("Withdrawn")
            if consent.withdrawn_at
            else (known["Y"] if consent.given else gettext("No")),
            consent.asked_at,
        )
        for consent in case_page.consents(file)
    ]
    return {
        "case": file.case,
        "identity": about,
        "needs": case_page.needs(file),
        "timeline": [moment for moment in case_page.timeline(file) if not moment.voided],
        "outcome": case_page.outcome(file),
        "parts": [part for make in _parts if (part := make(file)) is not None],
        "consents": consents,
        "wishes": rights.wishes(file),
        "requests": rights.requests(file),
        "complaints": rights.complaints(file),
        "filmings": rights.filmings(file),
        "belongings": rights.belongings(file),
        "plan": rights.contact_plan(file),
        "told": rights.disclosure_register(file),
        "held": any(wish.kind == Wish.Kind.HOLD_PAPERS for wish in rights.wishes(file)),
        "now": acting.now,
    }

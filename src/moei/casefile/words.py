"""Words for codes of events, sources and documents, in the interface's language."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from moei.engines.protocol import EventKind
from moei.engines.protocol.model import Labels

EVENTS: Mapping[str, str | Promise] = {
    EventKind.REPORTED: _("Reported by family"),
    EventKind.LISTED: _("Named on a list"),
    EventKind.HANDED_OVER: _("Handed over"),
    EventKind.ARRIVED: _("Arrived"),
    EventKind.REGISTERED: _("Registered"),
    EventKind.SCREENING_RECORDED: _("Preliminary screening recorded"),
    EventKind.REFLECTION_STARTED: _("Reflection period began"),
    EventKind.REFLECTION_ENDED: _("Reflection period ended"),
    EventKind.CLOCK_EXTENDED: _("A clock was extended"),
    EventKind.DEFERRED: _("Not yet: deferred"),
    EventKind.INTERVIEW_STARTED: _("Interview began"),
    EventKind.INTERVIEW_COMPLETED: _("Interview completed"),
    EventKind.STATEMENT_READ_BACK: _("Statement read back"),
    EventKind.CONSENT_TO_PROTECTION_GIVEN: _("Protection accepted"),
    EventKind.CONSENT_TO_PROTECTION_DECLINED: _("Protection declined"),
    EventKind.DETERMINATION_SIGNED: _("A member of the panel signed"),
    EventKind.DETERMINATION_MADE: _("Determination made"),
    EventKind.REFERRED: _("Referred"),
    EventKind.SHELTERED: _("Sheltered"),
    EventKind.SHELTER_DECLINED: _("Declined shelter"),
    EventKind.SHELTER_LEFT: _("Left the shelter"),
    EventKind.DEPARTED: _("Departed for home"),
    EventKind.ARRIVED_HOME: _("Arrived home"),
    EventKind.CLOSED: _("Closed"),
    EventKind.VOIDED: _("An entry was voided"),
}

SOURCES: Mapping[str, str | Promise] = {
    "transferring": _("List of the transferring side"),
    "handover": _("Handover list"),
    "embassy": _("List of an embassy"),
    "documents": _("List of documents"),
    "family": _("Reports of families"),
    "registration": _("Registration at the crossing"),
}

DOCUMENTS: Mapping[str, str | Promise] = {
    "passport": _("Passport"),
    "national_id": _("National identity card"),
    "visa": _("Visa"),
    "document": _("Document"),
    "travel_document": _("Other travel document"),
    "copy": _("Copy or photo of a document"),
}


def event_label(kind: str) -> str:
    return str(EVENTS.get(kind, kind))


def source_label(kind: str) -> str:
    return str(SOURCES.get(kind, kind))


def document_label(kind: str) -> str:
    return str(DOCUMENTS.get(kind, kind))


def label(labels: Labels) -> str:
    """A protocol's label in the page's language; English where there is none."""
    return labels.get((get_language() or "en").split("-")[0]) or labels["en"]

"""What the protocol engine says, with the protocol's own labels in place of codes."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from moei.engines.protocol import TEMPLATES, Message, Protocol

EVENT_WORDS: Mapping[str, str | Promise] = {
    "registered": _("the registration"),
    "screening_recorded": _("the preliminary screening"),
    "interview_started": _("the start of the interview"),
    "interview_completed": _("the end of the interview"),
    "statement_read_back": _("the reading back of the statement"),
    "determination_signed": _("the signatures"),
    "determination_made": _("the determination"),
    "consent_to_protection_given": _("the consent to protection"),
    "consent_to_protection_declined": _("that protection was declined"),
    "closed": _("the closing of the case"),
}


def language() -> str:
    return (get_language() or "en").split("-")[0]


def label_of(labels: Mapping[str, str]) -> str:
    """A label of the protocol in the page's language, English where it has none."""
    return labels.get(language()) or labels["en"]


def words(message: Message, protocol: Protocol) -> str:
    """A message of the engine for a person at a desk. `member` ids are left out: the page names people itself."""
    labels = {entry.code: label_of(entry.labels) for entry in protocol.professions}
    labels |= {entry.code: label_of(entry.labels) for entry in protocol.outcomes}
    labels |= {entry.code: label_of(entry.labels) for entry in protocol.clocks}
    known = {code: str(words) for code, words in EVENT_WORDS.items()} | labels
    params = {
        name: ", ".join(known.get(part, part) for part in value.split(", ")) for name, value in message.params
    }
    if "member" in params:
        return gettext("You have already signed; nobody signs for two professions.")
    return gettext(TEMPLATES[message.code]).format(**params)


def profession_label(protocol: Protocol, code: str) -> str:
    profession = protocol.profession(code)
    return label_of(profession.labels) if profession else code


def outcome_label(protocol: Protocol, code: str) -> str:
    outcome = protocol.outcome(code)
    return label_of(outcome.labels) if outcome else code

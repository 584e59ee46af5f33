"""Ask for consent one purpose and one recipient at a time, record the answer, and let it be withdrawn (P02, P04)."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.actions.open_case_to import close_case_to, open_case_to
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency, CaseGrant, Staff
from moei.casefile.actions.load_wordings import wording_code
from moei.casefile.actions.record_event import lock_case
from moei.casefile.keeping_apart import KEPT_FROM_DECIDERS, decides
from moei.casefile.models import Case, Consent, Disclosure, Purpose, Wording
from moei.crypto import text_digest

# Professions that must not be the ones who ask (P02).
MAY_NOT_ASK = frozenset({"police"})
# Purposes that need a recipient, and the kinds of agency that can be one.
RECIPIENTS = {
    Purpose.EMBASSY: {Agency.Kind.EMBASSY},
    Purpose.INVESTIGATION: {Agency.Kind.LAW_ENFORCEMENT},
    Purpose.REFERRAL: {Agency.Kind.NGO, Agency.Kind.HEALTH, Agency.Kind.SHELTER, Agency.Kind.INTERNATIONAL},
}
# Purposes for which the recipient may open the case; an agency is of one kind, so it has one of them.
OPENS = frozenset({Purpose.EMBASSY, Purpose.REFERRAL})


@transaction.atomic
def record_consent(
    acting: Acting,
    case: Case,
    purpose: Purpose,
    *,
    given: bool,
    wording: Wording,
    recipient: Agency | None = None,
    translated_by: Staff | None = None,
) -> Consent:
    """The answer to one question, with the hash of the words that were shown.

    On a draft text "given" is refused unless a named interpreter translated it by sight.
    """
    require(acting, "consent.record", case)
    if acting.staff.profession in MAY_NOT_ASK:
        raise Invalid("Consent is asked by somebody who is not police.")
    if purpose in KEPT_FROM_DECIDERS and decides(acting.staff, case, now=acting.now):
        raise Invalid(
            "Who may sign the determination does not ask this. A caseworker asks it, and keeps the answer."
        )
    kinds = RECIPIENTS.get(purpose)
    if kinds is not None and (recipient is None or recipient.kind not in kinds):
        raise Invalid(
            {"recipient": "Name the one recipient this consent is for: each is asked about singly."}
        )
    if wording.code != wording_code(purpose):
        raise Invalid({"wording": "These words ask about something else. Take the text of this purpose."})
    if not wording.is_intact():
        raise Invalid({"wording": "The stored text was changed after it was hashed. Tell your supervisor."})
    if given and wording.status != Wording.Status.REVIEWED:
        if translated_by is None:
            raise Invalid(
                {
                    "translated_by": "This text is not reviewed: name the interpreter who translated it by sight."
                }
            )
        if wording.language not in translated_by.languages:
            raise Invalid({"translated_by": "%(who)s does not interpret this language."}, who=translated_by)
    lock_case(case)
    for earlier in case.consents.filter(
        purpose=purpose, recipient=recipient, given=True, withdrawn_at__isnull=True
    ):
        _end(acting, case, earlier)
    consent = Consent.objects.create(
        case=case,
        purpose=purpose,
        recipient=recipient,
        given=given,
        wording=wording,
        wording_sha256=text_digest(wording.text),
        language=wording.language,
        translated_by=translated_by,
        asked_at=acting.now,
        asked_by=acting.staff,
    )
    if given and recipient is not None and purpose in OPENS:
        open_case_to(acting, case.id, CaseGrant.Basis.CONSENT, agency=recipient)
        Disclosure.objects.create(
            case=case,
            what="identity and needs for travel" if purpose == Purpose.EMBASSY else "needs",
            to_whom=recipient.name,
            happened_at=acting.now,
            basis=f"consent ({purpose})",
            recallable=True,
            recorded_by=acting.staff,
        )
    changed(
        acting,
        "consent.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"given": (None, given)},
        data={"consent": str(consent.id), "purpose": purpose, "wording": consent.wording_sha256},
    )
    return consent


@transaction.atomic
def withdraw_consent(acting: Acting, consent: Consent) -> list[Disclosure]:
    """Takes effect at once. Returns the disclosures that cannot be recalled, for the person to be told."""
    require(acting, "consent.withdraw", consent.case)
    case = lock_case(consent.case)
    consent.refresh_from_db()
    if not consent.in_force:
        raise Invalid("This consent is not in force.")
    _end(acting, case, consent)
    gone = case.disclosures.filter(recallable=False)
    return list(gone.filter(to_whom=consent.recipient.name) if consent.recipient else gone)


@transaction.atomic
def withdraw_all(acting: Acting, case: Case) -> None:
    """The person takes back whatever they agreed to. Says nothing of what that was, so that anybody may be told."""
    require(acting, "consent.withdraw", case)
    case = lock_case(case)
    for consent in case.consents.filter(given=True, withdrawn_at__isnull=True):
        _end(acting, case, consent)


@transaction.atomic
def record_disclosure(
    acting: Acting, case: Case, *, what: str, to_whom: str, basis: str, outside: bool
) -> Disclosure:
    """Somebody learnt something about the person, inside Moei or outside it (P01)."""
    require(acting, "disclosure.record", case)
    missing = {
        name: gettext("Fill this in: the person has a right to know it.")
        for name, value in (("what", what), ("to_whom", to_whom), ("basis", basis))
        if not value.strip()
    }
    if missing:
        raise Invalid(missing)
    disclosure = Disclosure.objects.create(
        case=case,
        what=what.strip(),
        to_whom=to_whom.strip(),
        happened_at=acting.now,
        basis=basis.strip(),
        outside=outside,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "disclosure.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"what": (None, what), "to_whom": (None, to_whom)},
    )
    return disclosure


def _end(acting: Acting, case: Case, consent: Consent) -> None:
    consent.withdrawn_at = acting.now
    consent.save(update_fields=["withdrawn_at"])
    if consent.recipient is not None and consent.purpose in OPENS:
        close_case_to(acting, case.id, CaseGrant.Basis.CONSENT, agency=consent.recipient)
    changed(
        acting,
        "consent.withdrawn",
        case=case.id,
        subject=case.person_id,
        data={"consent": str(consent.id), "purpose": consent.purpose},
    )

"""Ask for consent one purpose and one recipient at a time, record the answer, and let it be withdrawn (P02, P04)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import UTC, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.actions.open_case_to import close_case_to, open_case_to
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency, CaseGrant, Staff
from moei.casefile.actions.load_wordings import wording_code
from moei.casefile.actions.record_event import lock_together
from moei.casefile.ending_with_consent import end_with, lock_what_ends
from moei.casefile.feared_states import is_closed_to
from moei.casefile.folding import standing_case
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

    On a draft text "given" is refused unless a named interpreter translated it by sight. An answer takes the place of
    earlier ones to the same question, also in files that were joined into this one. A mission of a state that the
    person fears is told nothing, whatever was answered before.
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
    together = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    if given and purpose == Purpose.EMBASSY and recipient and is_closed_to(recipient, together):
        raise Invalid(
            {
                "recipient": "The person fears a state for which this mission acts, or may have none. Nothing is "
                "asked of it while that stands."
            }
        )
    earlier = list(_standing(together).filter(purpose=purpose, recipient=recipient))
    _end_all(acting, earlier, said_again=given)
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
    if given and recipient is not None and consent.opens:
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
    """Takes effect at once, in all files that were joined. Returns what cannot be recalled, for the person to be told."""
    require(acting, "consent.withdraw", standing_case(consent.case))
    together = lock_together([consent.case.person_id])
    consent.refresh_from_db()
    if not consent.in_force:
        raise Invalid("This consent is not in force.")
    _end_all(acting, list(_standing(together).filter(purpose=consent.purpose, recipient=consent.recipient)))
    consent.refresh_from_db()
    gone = Disclosure.objects.filter(case__person__in=together, recallable=False)
    if consent.recipient:
        # Also what the recipient passed on, as the desk that knows of it wrote it down just now.
        gone = gone.filter(
            Q(to_whom=consent.recipient.name) | Q(to_whom__endswith=through(consent.recipient.name))
        )
    return list(gone.order_by("happened_at", "id"))


def through(agency: str) -> str:
    """How the register says by way of whom somebody learnt something: the end of `to_whom`."""
    return f", by way of {agency}"[:80]


@transaction.atomic
def withdraw_all(acting: Acting, case: Case) -> None:
    """The person takes back whatever they agreed to. Says nothing of what that was, so that anybody may be told."""
    require(acting, "consent.withdraw", standing_case(case))
    _end_all(acting, list(_standing(lock_together([case.person_id]))))


def let_later_refusals_win(acting: Acting, person_ids: Collection[UUID]) -> None:
    """Among files that became one, a yes ends where another file holds a later no to the same question.

    A refusal and a withdrawal are both a no. It ends for good: taking the files apart brings no access back.
    """
    last: defaultdict[tuple[str, UUID | None], dict[UUID, Consent]] = defaultdict(dict)
    for consent in Consent.objects.filter(case__person__in=person_ids).order_by("asked_at", "id"):
        answers = last[consent.purpose, consent.recipient_id]
        # A yes in force is the last word of its file, whatever else was said in the same minute.
        if consent.case_id not in answers or not answers[consent.case_id].in_force:
            answers[consent.case_id] = consent
    ended = set()
    for answers in last.values():
        for answer in answers.values():
            if answer.in_force and any(_no_at(other) >= answer.asked_at for other in answers.values()):
                ended.add(answer.pk)
    _end_all(acting, list(_standing(person_ids).filter(pk__in=ended)))


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


def _standing(person_ids: Collection[UUID]) -> QuerySet[Consent]:
    """Yeses in force in the files of these persons."""
    found = Consent.objects.filter(case__person__in=person_ids, given=True, withdrawn_at__isnull=True)
    return found.select_related("case", "recipient").order_by("asked_at", "id")


def _no_at(consent: Consent) -> datetime:
    """When a no was said; the beginning of time for a yes that stands."""
    if consent.in_force:
        return datetime.min.replace(tzinfo=UTC)
    return consent.withdrawn_at or consent.asked_at


def _end_all(acting: Acting, consents: Collection[Consent], *, said_again: bool = False) -> None:
    if not said_again:
        lock_what_ends(consents)
    for consent in consents:
        _end(acting, consent, said_again=said_again)


def _end(acting: Acting, consent: Consent, *, said_again: bool) -> None:
    """The consent ends, and with it what desks did by it; a yes that is only said again stops nothing."""
    consent.withdrawn_at = acting.now
    consent.save(update_fields=["withdrawn_at"])
    if consent.opens:
        close_case_to(acting, consent.case_id, CaseGrant.Basis.CONSENT, agency=consent.recipient)
    changed(
        acting,
        "consent.withdrawn",
        case=consent.case_id,
        subject=consent.case.person_id,
        data={"consent": str(consent.id), "purpose": consent.purpose},
    )
    if not said_again:
        end_with(acting, consent)

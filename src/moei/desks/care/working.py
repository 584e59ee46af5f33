"""What every action of this desk on a referral begins with."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import QuerySet

from moei.access.acting import Acting, Invalid
from moei.access.decide import can, may, require
from moei.access.models import Agency, Staff
from moei.access.policy import REFERRAL_SECTIONS, Section
from moei.casefile.actions.record_event import lock_together
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, Consent, Purpose
from moei.desks.care.models import AgreedSection, Referral

# What consent to a referral covers by its own words: who the person is, and what they need.
BY_CONSENT = frozenset({Section.IDENTITY, Section.NEEDS})
# What the person may agree to besides, one organisation and one part at a time.
MORE = tuple(sorted(REFERRAL_SECTIONS - BY_CONSENT))


def begin(acting: Acting, case: Case, action: str = "care.record") -> set[UUID]:
    """The right to work on this person's care; their files are locked and returned."""
    require(acting, action, case)
    together = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    return together


def consent_to(case: Case, recipient: Agency) -> Consent | None:
    """The person's yes to this organisation, in this very file, if it is in force."""
    found = Consent.objects.filter(case=case, purpose=Purpose.REFERRAL, recipient=recipient, given=True)
    return found.filter(withdrawn_at__isnull=True).first()


def agreed_to(case: Case, recipient: Agency) -> frozenset[str]:
    """Sections that this organisation may read of the case, as the person agrees to it now; none without consent."""
    if consent_to(case, recipient) is None:
        return frozenset()
    rows = AgreedSection.objects.filter(case=case, recipient=recipient, ended_at__isnull=True)
    more = frozenset(rows.values_list("section", flat=True))
    return frozenset(map(str, BY_CONSENT)) | (more & frozenset(map(str, MORE)))


def works_here(agency: Agency) -> bool:
    """Whether somebody of this organisation signs in here, and answers for it."""
    return Staff.objects.filter(agency=agency, is_active=True).exists()


def is_recipient(acting: Acting, referral: Referral) -> bool:
    """Whether whoever acts works on referrals at the organisation that this one went to."""
    return (
        acting.staff.agency_id == referral.recipient_id
        and referral.case.release_id == acting.release.id
        and may(acting.staff, "care.view", acting.release.id, now=acting.now)
    )


def require_answer(acting: Acting, referral: Referral) -> None:
    """The organisation answers for itself; where nobody of it signs in here, whoever refers writes its answer down.

    Raises `Invalid` for anybody else, also for whoever refers to an organisation that answers itself.
    """
    if is_recipient(acting, referral):
        return
    case = standing_case(referral.case)
    if not can(acting.staff, "referral.make", case, now=acting.now):
        raise Invalid("Only the organisation that was asked answers this.")
    if works_here(referral.recipient):
        raise Invalid("Somebody of that organisation answers this itself.")


def lock_referral(referral: Referral) -> Referral:
    """After the person: whoever answers or ends a referral does so one after the other, and sees what was done."""
    locked: QuerySet[Referral] = Referral.objects.select_for_update(no_key=True, of=("self",))
    return locked.select_related("case__person", "case__site", "service", "recipient").get(pk=referral.pk)


def take(acting: Acting, referral: Referral) -> tuple[set[UUID], Referral]:
    """The person's files and the referral, locked in this order."""
    return lock_together([referral.case.person_id]), lock_referral(referral)


def referrals_of(people: Collection[UUID]) -> QuerySet[Referral]:
    return Referral.objects.filter(case__person__in=people)

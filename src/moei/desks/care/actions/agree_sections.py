"""What more of the file the person lets one organisation read: asked part by part, taken back at any time (P02)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.actions.consent import MAY_NOT_ASK
from moei.casefile.models import Case
from moei.desks.care.models import AgreedSection
from moei.desks.care.referral_access import lay_open
from moei.desks.care.working import MORE, begin, consent_to


@transaction.atomic
def agree_on_sections(acting: Acting, case: Case, recipient: Agency, sections: Collection[str]) -> None:
    """Besides who they are and what they need, the person lets this organisation read these parts, and no others.

    Under a consent to it that is in force. What is left out is closed at once, also in referrals that are accepted.
    Raises `Invalid` without that consent, for police, and for a part that is never opened by a referral.
    """
    begin(acting, case, "consent.record")
    if acting.staff.profession in MAY_NOT_ASK:
        raise Invalid("Consent is asked by somebody who is not police.")
    if consent_to(case, recipient) is None:
        raise Invalid("The person has not agreed that this organisation is told of them. Ask that first.")
    wanted = set(map(str, sections))
    if wanted - set(map(str, MORE)):
        raise Invalid({"sections": "This part of the file is never opened by a referral."})
    standing = AgreedSection.objects.filter(case=case, recipient=recipient, ended_at__isnull=True)
    before = set(standing.values_list("section", flat=True))
    if before == wanted:
        return
    standing.exclude(section__in=wanted).update(ended_at=acting.now)
    AgreedSection.objects.bulk_create(
        AgreedSection(
            case=case, recipient=recipient, section=section, agreed_at=acting.now, recorded_by=acting.staff
        )
        for section in sorted(wanted - before)
    )
    changed(
        acting,
        "referral.sections_agreed",
        case=case.id,
        subject=case.person_id,
        changes={"sections": (sorted(before), sorted(wanted))},
        data={"agency": str(recipient.pk)},
    )
    lay_open(acting, case, recipient)

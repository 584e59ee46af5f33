"""What an organisation reads of somebody by referrals: computed anew from what stands, whenever something changed."""

from __future__ import annotations

from datetime import datetime, timedelta

from moei.access.acting import Acting
from moei.access.actions.open_case_to import open_by_referral
from moei.access.models import Agency
from moei.access.policy import REFERRAL_ACCESS_ENDS_DAYS, Section
from moei.casefile.models import Case
from moei.desks.care.models import Referral
from moei.desks.care.working import agreed_to

Status = Referral.Status


def reads_until(ending: str, at: datetime) -> datetime:
    """Until when it is read after a referral came to this end, by the policy table."""
    return at + timedelta(days=REFERRAL_ACCESS_ENDS_DAYS[ending])


def lay_open(acting: Acting, case: Case, recipient: Agency) -> None:
    """The organisation reads of this case what its accepted referrals cover, and for some days what those that are done
    covered; always only as far as the person agrees to it now. Called with the person's files locked."""
    agreed = agreed_to(case, recipient)
    rows = Referral.objects.filter(case=case, recipient=recipient)
    now_open: frozenset[str] = frozenset()
    wanted: set[tuple[frozenset[str], datetime | None]] = set()
    for referral in rows.filter(status__in=[Status.ACCEPTED, Status.DONE]):
        covers = frozenset(referral.sections) & agreed
        if str(Section.IDENTITY) not in covers:
            continue
        if referral.status == Status.ACCEPTED:
            now_open |= covers
        elif referral.reads_until is not None and referral.reads_until > acting.now:
            wanted.add((covers, referral.reads_until))
    if now_open:
        wanted.add((now_open, None))
    open_by_referral(acting, case.id, recipient, wanted)

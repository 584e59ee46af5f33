"""Support of one person, and how much each caseworker carries: counts, never names of people in care."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext

from moei.access.acting import Acting
from moei.access.models import CaseGrant, Staff
from moei.casefile.folding import protocol
from moei.casefile.models import Case, Need
from moei.casefile.words import label
from moei.desks.care.models import CareNote, Claim, Referral, RightTold, SupportPlan
from moei.desks.care.selectors import unmet

# A smaller count of something that is told of people could be somebody whom one knows (P20).
SMALL = 5


@dataclass(frozen=True)
class Right:
    """A right of the protocol, and when it was told last."""

    code: str
    words: str
    told: RightTold | None


@dataclass(frozen=True)
class Deadline:
    """A day by which something of a claim has to be done."""

    what: str
    day: date
    late: bool


@dataclass(frozen=True)
class Load:
    """What one member of staff carries. Texts are counts, or "<5" where few people stand behind one."""

    staff: Staff
    cases: int
    urgent: str
    referrals: str
    reviews: str


def plans_of(people: Collection[UUID]) -> list[SupportPlan]:
    """Open ones first, then the latest; with their goals. Two queries."""
    found = SupportPlan.objects.filter(case__person__in=people).select_related("made_by", "case")
    rows = found.prefetch_related("goals").order_by("-made_at")
    return sorted(rows, key=lambda plan: plan.ended_at is not None)


def notes_of(people: Collection[UUID]) -> QuerySet[CareNote]:
    """The latest first."""
    found = CareNote.objects.filter(case__person__in=people).select_related("written_by__agency")
    return found.order_by("-happened_at", "-pk")


def rights_of(case: Case, people: Collection[UUID]) -> list[Right]:
    """Every right of the protocol, in its order."""
    told = RightTold.objects.filter(case__person__in=people).select_related("told_by", "interpreter")
    last = {row.code: row for row in told.order_by("told_at")}
    return [
        Right(right.code, label(right.text.value), last.get(right.code))
        for right in protocol(case.protocol).rights
    ]


def claims_of(people: Collection[UUID]) -> list[Claim]:
    return list(Claim.objects.filter(case__person__in=people).order_by("-asked_on", "-pk"))


def deadlines(claim: Claim, today: date) -> list[Deadline]:
    """Days that run: until when it may be filed, until when a decision may be fought."""
    found: list[Deadline] = []
    if claim.withdrawn_on or claim.paid_on:
        return found
    if claim.file_by and not claim.filed_on:
        found.append(Deadline(gettext("File it by"), claim.file_by, claim.file_by < today))
    if claim.appeal_by and claim.outcome != Claim.Outcome.GRANTED:
        found.append(Deadline(gettext("Fight the decision by"), claim.appeal_by, claim.appeal_by < today))
    return found


def caseload(acting: Acting) -> list[Load]:
    """Everybody to whom open cases of the release are assigned, who carries most first. Four queries.

    How many cases somebody has is their work, and told as it is; what is told of the people is protected.
    """
    cases = Case.objects.within_program("counts of a caseload").filter(release=acting.release, hidden=False)
    cases = cases.exclude(stage="closed")
    grants = CaseGrant.objects.filter(
        basis=CaseGrant.Basis.ASSIGNED, ended_at__isnull=True, case_id__in=cases.values("pk")
    )

    def counted(among: QuerySet[Case] | None = None) -> dict[UUID, int]:
        rows = grants if among is None else grants.filter(case_id__in=among.order_by().values("pk"))
        counts = rows.order_by().values("staff").annotate(n=Count("case_id", distinct=True))
        return dict(counts.values_list("staff", "n"))

    urgent = unmet().filter(urgency__lte=Need.Urgency.DAY, person__release=acting.release)
    today = acting.today
    late = Q(support_plans__ended_at__isnull=True, support_plans__review_on__lt=today)
    open_referral = Q(referrals__status__in=Referral.OPEN)
    carried = counted()
    needs = counted(cases.filter(person_id__in=urgent.values("stands")))
    referrals, reviews = counted(cases.filter(open_referral)), counted(cases.filter(late))
    staff = Staff.objects.filter(pk__in=carried).select_related("agency").order_by("name")
    rows = [
        Load(
            one, carried[one.pk], *(_protected(found.get(one.pk, 0)) for found in (needs, referrals, reviews))
        )
        for one in staff
    ]
    return sorted(rows, key=lambda row: -row.cases)


def _protected(count: int) -> str:
    return f"<{SMALL}" if count < SMALL else str(count)

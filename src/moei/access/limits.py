"""Quotas and rates: how many cases somebody opens, how many names they are shown, how often they look people up.

All of it is counted inside the transaction that writes the journal's entry. That holds the head of the journal, so of two
readings at the same moment the second sees the first, and a reading above the limit leaves no trace of having been given.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import F, Max, Sum

from moei.access.acting import Acting, Refused
from moei.access.decide import emergencies_of, grants_of
from moei.access.models import Allowance, Notice, OpenedCase, Tally
from moei.access.policy import (
    AGENCY_LOOKUPS_AN_HOUR,
    GUESSES_AN_HOUR,
    LOOKUPS_AN_HOUR,
    LOOKUPS_IN_FIVE_MINUTES,
    NAMES_AN_HOUR,
    Cases,
)
from moei.access.watching import tell_auditors

HOUR = timedelta(hours=1)
SLOT = timedelta(minutes=5)
KEPT = timedelta(days=1)


class Slowed(Refused):
    """Too much for now. `kind` of `Allowance.Kind`, so that a page can offer to ask for more; `wait` in seconds."""

    def __init__(self, words: str, kind: Allowance.Kind, wait: timedelta = SLOT) -> None:
        super().__init__(words)
        self.kind = kind
        self.wait = int(wait.total_seconds())


class ReasonNeeded(Refused):
    """Somebody looks people up who has not said why in this session."""


def ask_why_first(acting: Acting) -> None:
    """Raises `ReasonNeeded` before somebody types what they would lose on the way to saying why."""
    if not acting.looking:
        raise ReasonNeeded("Looking people up needs a reason, said once in each session.")


def ask_before_lookup(acting: Acting) -> None:
    """Raises `ReasonNeeded` or `Slowed`, whatever would be found: for a look-up inside an action that may go through
    without being one. Being stopped must not be the answer."""
    ask_why_first(acting)
    _stop_above_lookups(acting)


def quota(acting: Acting) -> int | None:
    """Different cases in an hour, by the most generous of their roles; None if no role of theirs opens any."""
    roles = [role for role, _grant in grants_of(acting.staff, now=acting.now) if role.cases is not Cases.NONE]
    return max((role.cases_an_hour for role in roles), default=None)


def count_opened(acting: Acting, case_id: UUID) -> None:
    """Raises `Slowed` if this would be one case too many. Opened in an emergency it counts, and is never refused."""
    most = quota(acting)
    mine = OpenedCase.objects.filter(staff=acting.staff, at__gt=acting.now - HOUR)
    if most is None or mine.filter(case_id=case_id).update(at=acting.now):
        return
    if mine.count() >= most and mine.count() >= most + _allowed(acting, Allowance.Kind.CASES):
        if case_id not in emergencies_of(acting.staff, now=acting.now):
            raise Slowed(
                "You have opened as many cases as your role opens in an hour. Go on with those you opened, wait, or ask "
                "for more: a second person decides.",
                Allowance.Kind.CASES,
                HOUR,
            )
        tell_auditors(acting, Notice.Kind.MANY_CASES, action="break_glass.opened")
    OpenedCase.objects.bulk_create(
        [OpenedCase(staff=acting.staff, case_id=case_id, at=acting.now)],
        update_conflicts=True,
        unique_fields=["staff", "case_id"],
        update_fields=["at"],
    )


def count_names(acting: Acting, names: int) -> None:
    """Names that a list or a search shows. Raises `Slowed` above the rate."""
    if not names:
        return
    kind = Tally.Kind.NAMES
    total = _tallied(acting, kind) + names
    if total > NAMES_AN_HOUR and total > NAMES_AN_HOUR + _allowed(acting, Allowance.Kind.NAMES):
        raise Slowed(
            "You were shown very many names within an hour. Wait some minutes, or ask for more: a second person decides.",
            Allowance.Kind.NAMES,
        )
    _add(acting, kind, names)


def count_lookup(acting: Acting) -> None:
    """One look-up. Raises `Slowed` above the rate of the person or of the agency."""
    _stop_above_lookups(acting)
    _add(acting, Tally.Kind.LOOKUPS, 1)


def _stop_above_lookups(acting: Acting) -> None:
    kind = Tally.Kind.LOOKUPS
    above = max(
        _tallied(acting, kind) - LOOKUPS_AN_HOUR,
        _tallied(acting, kind, within=SLOT) - LOOKUPS_IN_FIVE_MINUTES,
    )
    of_agency = _tallied(acting, kind, agency=True) - AGENCY_LOOKUPS_AN_HOUR if acting.staff.agency_id else -1
    if above >= 0 or of_agency >= 0:
        more = _allowed(acting, Allowance.Kind.LOOKUPS)
        if above >= more:
            raise Slowed(
                "You looked up very many people in a short time. Wait some minutes, or ask for more: a second person "
                "decides.",
                Allowance.Kind.LOOKUPS,
            )
        if of_agency >= more:
            raise Slowed(
                "Your agency looked up very many people within an hour. Wait some minutes, or ask for more: a second "
                "person decides.",
                Allowance.Kind.LOOKUPS,
            )


def count_guess(acting: Acting) -> None:
    """A case number that no case has was tried in an emergency. Nothing is blocked; auditors are told."""
    _add(acting, Tally.Kind.GUESSES, 1)
    if _tallied(acting, Tally.Kind.GUESSES) % GUESSES_AN_HOUR == 0:
        tell_auditors(acting, Notice.Kind.GUESSES, action="break_glass.number_unknown")


def _slot(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % 5, seconds=at.second, microseconds=at.microsecond)


def _tallied(acting: Acting, kind: Tally.Kind, *, within: timedelta = HOUR, agency: bool = False) -> int:
    rows = Tally.objects.filter(kind=kind, slot__gt=_slot(acting.now) - within)
    rows = rows.filter(agency=acting.staff.agency_id) if agency else rows.filter(staff=acting.staff)
    return rows.aggregate(n=Sum("n"))["n"] or 0


def _add(acting: Acting, kind: Tally.Kind, n: int) -> None:
    slot = _slot(acting.now)
    if Tally.objects.filter(staff=acting.staff, kind=kind, slot=slot).update(n=F("n") + n):
        return
    Tally.objects.create(staff=acting.staff, agency_id=acting.staff.agency_id, kind=kind, slot=slot, n=n)
    Tally.objects.filter(staff=acting.staff, slot__lt=slot - KEPT).delete()


def _allowed(acting: Acting, kind: Allowance.Kind) -> int:
    """The largest that stands in this release: several do not add up, and what was allowed elsewhere is no use."""
    rows = Allowance.objects.filter(
        staff=acting.staff,
        release=acting.release,
        kind=kind,
        decided_at__lte=acting.now,
        until__gt=acting.now,
    )
    return rows.aggregate(n=Max("number"))["n"] or 0

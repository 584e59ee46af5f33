"""Who decides on identification does not see what the person answered about investigation, embassy or media (P03)."""

from __future__ import annotations

from datetime import datetime

from moei.access.decide import can
from moei.access.models import Agency, Staff
from moei.casefile.models import Case, Purpose

KEPT_FROM_DECIDERS = frozenset({Purpose.INVESTIGATION, Purpose.EMBASSY, Purpose.MEDIA})
# Agencies to which one of these answers may have opened the case.
KEPT_AGENCIES = frozenset({Agency.Kind.EMBASSY, Agency.Kind.LAW_ENFORCEMENT})


def decides(staff: Staff, case: Case, *, now: datetime) -> bool:
    """Whether they may sign a determination in this case."""
    return can(staff, "determination.sign", case, now=now)

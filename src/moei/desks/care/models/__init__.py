"""Tables of this desk."""

from moei.desks.care.models.referrals import AgreedSection, Referral
from moei.desks.care.models.services import (
    DAY,
    WEEKDAYS,
    MedicalNote,
    OpeningHours,
    Service,
    ServiceLanguage,
    clock,
)
from moei.desks.care.models.support import CareNote, Claim, Goal, RightTold, SupportPlan

__all__ = [
    "DAY",
    "WEEKDAYS",
    "AgreedSection",
    "CareNote",
    "Claim",
    "Goal",
    "MedicalNote",
    "OpeningHours",
    "Referral",
    "RightTold",
    "Service",
    "ServiceLanguage",
    "SupportPlan",
    "clock",
]

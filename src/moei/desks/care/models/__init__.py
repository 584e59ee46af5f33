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

__all__ = [
    "DAY",
    "WEEKDAYS",
    "AgreedSection",
    "MedicalNote",
    "OpeningHours",
    "Referral",
    "Service",
    "ServiceLanguage",
    "clock",
]

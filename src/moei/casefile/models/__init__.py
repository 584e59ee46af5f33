from moei.casefile.models.belongings import PropertyItem
from moei.casefile.models.case import Attachment, Case, CaseClock, CaseEvent, Wristband
from moei.casefile.models.consent import Consent, Disclosure, Purpose, Wording
from moei.casefile.models.identity import Judgement, NameToken, PersonMerge, RecordLink, SourceRecord
from moei.casefile.models.operation import DeviceOperation
from moei.casefile.models.person import (
    FamilyGroup,
    IdentityDocument,
    Nationality,
    Need,
    Person,
    PersonLanguage,
    PersonName,
)
from moei.casefile.models.rights import Complaint, ContactPlan, Filming, Request, Wish
from moei.casefile.models.travel import ProtectionConcern, TravelCheck, TravelDocument

__all__ = [
    "Attachment",
    "Case",
    "CaseClock",
    "CaseEvent",
    "Complaint",
    "Consent",
    "ContactPlan",
    "DeviceOperation",
    "Disclosure",
    "FamilyGroup",
    "Filming",
    "IdentityDocument",
    "Judgement",
    "NameToken",
    "Nationality",
    "Need",
    "Person",
    "PersonLanguage",
    "PersonMerge",
    "PersonName",
    "PropertyItem",
    "ProtectionConcern",
    "Purpose",
    "RecordLink",
    "Request",
    "SourceRecord",
    "TravelCheck",
    "TravelDocument",
    "Wish",
    "Wording",
    "Wristband",
]

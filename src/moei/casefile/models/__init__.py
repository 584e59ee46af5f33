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

__all__ = [
    "Attachment",
    "Case",
    "CaseClock",
    "CaseEvent",
    "Consent",
    "DeviceOperation",
    "Disclosure",
    "FamilyGroup",
    "IdentityDocument",
    "Judgement",
    "NameToken",
    "Nationality",
    "Need",
    "Person",
    "PersonLanguage",
    "PersonMerge",
    "PersonName",
    "Purpose",
    "RecordLink",
    "SourceRecord",
    "Wording",
    "Wristband",
]

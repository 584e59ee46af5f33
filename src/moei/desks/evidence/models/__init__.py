"""Tables of the evidence desk."""

from moei.desks.evidence.models.files import (
    FAMILIES,
    GIVEN_AGAIN,
    LEFT_OUT,
    Custody,
    Evidence,
    EvidenceChange,
    WorkingCopy,
)
from moei.desks.evidence.models.interventions import (
    Harm,
    Intervention,
    InterventionChange,
    Place,
    Precision,
)

__all__ = [
    "FAMILIES",
    "GIVEN_AGAIN",
    "LEFT_OUT",
    "Custody",
    "Evidence",
    "EvidenceChange",
    "Harm",
    "Intervention",
    "InterventionChange",
    "Place",
    "Precision",
    "WorkingCopy",
]

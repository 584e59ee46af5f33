from moei.access.models.grants import ApiToken, BreakGlass, CaseGrant, RoleGrant
from moei.access.models.limits import Allowance, LookupReason, OpenedCase, Tally
from moei.access.models.organisation import Agency, Release, Site
from moei.access.models.proposals import ApprovedPolicy, Proposal
from moei.access.models.staff import Staff
from moei.access.models.watching import Canary, Notice

__all__ = [
    "Agency",
    "Allowance",
    "ApiToken",
    "ApprovedPolicy",
    "BreakGlass",
    "Canary",
    "CaseGrant",
    "LookupReason",
    "Notice",
    "OpenedCase",
    "Proposal",
    "Release",
    "RoleGrant",
    "Site",
    "Staff",
    "Tally",
]

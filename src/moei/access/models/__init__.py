from moei.access.models.grants import ApiToken, BreakGlass, CaseGrant, RoleGrant
from moei.access.models.organisation import Agency, Release, Site
from moei.access.models.staff import Staff

__all__ = ["Agency", "ApiToken", "BreakGlass", "CaseGrant", "Release", "RoleGrant", "Site", "Staff"]

"""Who is signed in comes with their agency: each page says whose member they are."""

from __future__ import annotations

from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from moei.access.models import Staff


class WithAgency(AuthenticationBackend):
    def get_user(self, user_id: UUID | str) -> Staff | None:
        staff = Staff.objects.select_related("agency").filter(pk=user_id).first()
        return staff if staff and self.user_can_authenticate(staff) else None

"""Staff: the people who sign in. A profession is what counts on a panel, a role is what opens a file."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models
from django.utils.translation import gettext_lazy as _

from moei.access.models.organisation import Agency
from moei.journal.ids import new_id


class StaffManager(UserManager["Staff"]):
    pass


class Staff(AbstractBaseUser, PermissionsMixin):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, null=True, blank=True, related_name="staff")
    profession = models.CharField(max_length=40, blank=True, help_text=_("As the protocol's panel names it"))
    languages = models.JSONField(default=list, blank=True, help_text=_("ISO 639 codes"))
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(
        default=False, help_text=_("May configure the program; has no case rights by it")
    )
    is_service = models.BooleanField(
        default=False, help_text=_("Acts for an agency's API token; cannot sign in")
    )
    date_joined = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[StaffManager] = StaffManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar = ["name"]

    class Meta:
        verbose_name_plural = "staff"
        ordering: ClassVar = ["username"]

    def __str__(self) -> str:
        return self.name or self.username

    @property
    def agency_pk(self) -> UUID | None:
        return self.agency_id

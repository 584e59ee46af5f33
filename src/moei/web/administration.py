"""Django's admin, for configuration only: agencies, sites, releases, the basics of staff. Never a case model.

Who may come in is the policy table's duty `staff`, not Django's own permissions; what is changed goes into the
journal. Roles and tokens are given on the staff pages, through actions.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from django import forms
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from moei.access.decide import has_duty
from moei.access.models import Agency, Release, Site, Staff
from moei.access.policy import Duty
from moei.journal.models import Entry
from moei.journal.record import Note, record


def _may(request: HttpRequest) -> bool:
    return isinstance(request.user, Staff) and has_duty(request.user, Duty.STAFF)


class ConfigurationSite(AdminSite):
    site_header = site_title = _("Moei: configuration")
    index_title = _("What this instance is made of")
    site_url = "/"
    index_template = "admin/configuration_index.html"
    enable_nav_sidebar = False
    final_catch_all_view = False

    def has_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        inner = super().admin_view(view, cacheable)

        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _may(request):
                raise PermissionDenied
            response: HttpResponse = inner(request, *args, **kwargs)
            return response

        return guarded

    def get_urls(self) -> list[Any]:
        """Without the admin's own sign-in, passwords and shortcuts: those of the program are used."""
        unwanted = {
            "login",
            "logout",
            "password_change",
            "password_change_done",
            "view_on_site",
            "autocomplete",
        }
        kept = [pattern for pattern in super().get_urls() if getattr(pattern, "name", "") not in unwanted]
        for pattern in kept:
            for leaf in getattr(pattern, "url_patterns", [pattern]):
                leaf.callback.moei_rule = ("duty", "staff.manage")
                leaf.callback.login_url = reverse_lazy("account_login")
        return kept


class JournalledAdmin(ModelAdmin[Any]):
    """Adds and changes, journalled by the names of fields; nothing is deleted here."""

    def get_urls(self) -> list[Any]:
        """The list, adding and changing; the journal is the history."""
        kept = ("_changelist", "_add", "_change")
        return [pattern for pattern in super().get_urls() if str(pattern.name).endswith(kept)]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return _may(request)

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return _may(request)

    has_add_permission = has_module_permission
    has_change_permission = has_view_permission

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        super().save_model(request, obj, form, change)
        staff = request.user
        assert isinstance(staff, Staff)
        name = obj._meta.model_name
        record(
            Note(
                f"{name}.{'changed' if change else 'added'}",
                kind=Entry.Kind.ACCESS,
                actor=staff.id,
                agency=staff.agency_id,
                data={name: str(obj.pk), "fields": sorted(form.changed_data)},
            ),
            now=datetime.now(UTC),
        )

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The journal above is the log."""

    log_change = log_addition


class AgencyAdmin(JournalledAdmin):
    list_display = ("name", "short_name", "kind", "country")
    list_filter = ("kind",)
    search_fields = ("name", "short_name")


class SiteAdmin(JournalledAdmin):
    list_display = ("name", "time_zone", "max_list_rows")


class ReleaseAdmin(JournalledAdmin):
    list_display = ("name", "code", "began_at", "site", "protocol", "invented")


class StaffAdmin(JournalledAdmin):
    """Who somebody is. Accounts are made, and roles given, on the staff pages."""

    list_display = ("username", "name", "agency", "profession", "is_active")
    list_filter = ("is_active", "is_service")
    search_fields = ("username", "name")
    fields = ("username", "name", "agency", "profession", "languages")
    readonly_fields: ClassVar = ["username"]

    def get_urls(self) -> list[Any]:
        return [pattern for pattern in super().get_urls() if not str(pattern.name).endswith("_add")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


configuration = ConfigurationSite(name="configuration")
configuration.register(Agency, AgencyAdmin)
configuration.register(Site, SiteAdmin)
configuration.register(Release, ReleaseAdmin)
configuration.register(Staff, StaffAdmin)

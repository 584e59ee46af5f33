"""Django's admin, for configuration only: agencies, sites and releases. Never a case model, never staff or roles.

Who may come in is the policy table's duty `staff`, not Django's own permissions. What is added is journalled: it gives
nobody anything yet. What is changed here is proposed, and somebody of another agency approves it (P14).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import AdminSite, ModelAdmin
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from moei.access.acting import Acting, Invalid, Refused
from moei.access.actions.propose import propose
from moei.access.decide import has_duty
from moei.access.models import Agency, Proposal, Release, Site, Staff
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


class _Proposing(forms.ModelForm[Any]):
    reason = forms.CharField(label=_("Why"), max_length=500, widget=forms.Textarea(attrs={"rows": 2}))


class JournalledAdmin(ModelAdmin[Any]):
    """Adds, journalled by the names of fields; changes are proposed; nothing is deleted here."""

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

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        """Whoever changes something says why: somebody of another agency decides by it."""
        if change:
            kwargs["form"] = _Proposing
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        own = [field.name for field in self.opts.fields if field.editable and not field.primary_key]
        return [*own, "reason"] if obj else own

    def save_model(self, request: HttpRequest, obj: Any, form: forms.ModelForm[Any], change: bool) -> None:
        staff = request.user
        assert isinstance(staff, Staff)
        if change:
            _propose(request, obj, form)
            return
        super().save_model(request, obj, form, change)
        name = obj._meta.model_name
        record(
            Note(
                f"{name}.added",
                kind=Entry.Kind.ACCESS,
                actor=staff.id,
                agency=staff.agency_id,
                data={name: str(obj.pk), "fields": sorted(form.changed_data)},
            ),
            now=datetime.now(UTC),
        )

    def response_change(self, request: HttpRequest, obj: Any) -> HttpResponse:
        return redirect("web:proposals")

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        """The journal above is the log."""

    log_change = log_addition


class AgencyAdmin(JournalledAdmin):
    list_display = ("name", "short_name", "kind", "country", "removing")
    list_filter = ("kind",)
    search_fields = ("name", "short_name")

    @admin.display(description=_("Added in error"))
    def removing(self, agency: Agency) -> str:
        url = reverse("web:remove_agency", args=[agency.pk])
        return format_html('<a href="{}">{}</a>', url, gettext("Remove"))


class SiteAdmin(JournalledAdmin):
    list_display = ("name", "time_zone", "max_list_rows")


class ReleaseAdmin(JournalledAdmin):
    list_display = ("name", "code", "began_at", "site", "protocol", "invented")


def _propose(request: HttpRequest, obj: Model, form: forms.ModelForm[Any]) -> None:
    """What was changed on the form, as a proposal; the row itself stays as it is."""
    acting: Acting | None = getattr(request, "acting", None)
    fields = [name for name in form.changed_data if name != "reason"]
    if acting is None:
        messages.error(request, gettext("There is no release yet: add one first."))
        return
    if not fields:
        messages.info(request, gettext("Nothing was changed."))
        return
    before = type(obj)._default_manager.get(pk=obj.pk)
    what = {
        "model": obj._meta.model_name,
        "pk": str(obj.pk),
        "from": {name: _plain(before, name) for name in fields},
        "to": {name: _plain(obj, name) for name in fields},
    }
    try:
        propose(acting, Proposal.Kind.CONFIGURATION, what=what, reason=form.cleaned_data["reason"])
    except (Invalid, Refused) as no:
        messages.error(request, str(no))
    else:
        messages.success(
            request, gettext("Proposed. Somebody of another agency approves it within 72 hours.")
        )


def _plain(row: Model, name: str) -> Any:
    """A field's value as JSON holds it."""
    field = row._meta.get_field(name)
    value = getattr(row, getattr(field, "attname", name))
    return value if isinstance(value, bool | int | str | None) else str(value)


configuration = ConfigurationSite(name="configuration")
configuration.register(Agency, AgencyAdmin)
configuration.register(Site, SiteAdmin)
configuration.register(Release, ReleaseAdmin)

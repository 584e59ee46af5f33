"""Agencies, sites and releases are configured by two agencies, and give no way to people."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.contrib import admin as django_admin
from django.urls import reverse

from moei.access.acting import Invalid
from moei.access.actions.approve import approve
from moei.access.actions.propose import propose
from moei.access.models import Agency, Proposal, Release
from moei.journal.models import Entry
from moei.web.administration import configuration

pytestmark = pytest.mark.django_db


def test_the_configuration_site_knows_no_case_desk_or_journal(admin, sign_in):
    registered = {
        model._meta.app_label for site in (configuration, django_admin.site) for model in site._registry
    }
    assert not registered & {"casefile", "arrivals", "screening", "overview", "journal"}
    assert {model._meta.model_name for model in configuration._registry} == {
        "agency",
        "site",
        "release",
    }
    assert apps.is_installed("moei.casefile")
    assert sign_in(admin).get(reverse("configuration:index")).status_code == 200


def test_configuration_is_journalled_and_nothing_is_deleted_there(admin, sign_in):
    page = sign_in(admin)
    page.post(
        reverse("configuration:access_agency_add"),
        {"name": "Border Health (invented)", "short_name": "Health", "kind": "health", "country": "THA"},
    )
    agency = Agency.objects.get(short_name="Health")
    entry = Entry.objects.get(action="agency.added")
    assert (entry.actor, entry.data["agency"]) == (admin.id, str(agency.pk))
    assert page.get(f"/configuration/access/agency/{agency.pk}/delete/").status_code == 404


def test_p17_in_a_running_demo_nobody_adds_a_release_of_real_people(
    admin, somsak, release, sign_in, settings
):
    """The demo asks for no second factor and encrypts nothing."""
    settings.DEMO = True
    page = sign_in(admin)
    real = {
        "code": "real",
        "name": "Real people",
        "began_at_0": "2026-03-02",
        "began_at_1": "09:00:00",
        "site": str(release.site_id),
        "protocol": "thailand",
    }
    refused = page.post(reverse("configuration:access_release_add"), real)
    assert "too weak for real people" in refused.content.decode()
    assert not Release.objects.filter(code="real").exists()
    Release.objects.update(invented=True)
    address = reverse("configuration:access_release_change", args=[release.pk])
    changed = page.post(address, {**real, "code": release.code, "reason": "they are real now"})
    assert "too weak for real people" in changed.content.decode()
    assert not Proposal.objects.exists()
    page.post(reverse("configuration:access_release_add"), {**real, "invented": "on"})
    assert Release.objects.get(code="real").invented


def test_p17_nor_does_a_change_that_was_proposed_before_become_one(admin, somsak, release, acting, settings):
    Release.objects.update(invented=True)
    what = {
        "model": "release",
        "pk": str(release.pk),
        "from": {"invented": True},
        "to": {"invented": False},
    }
    proposal = propose(acting(admin), Proposal.Kind.CONFIGURATION, what=what, reason="they are real now")
    settings.DEMO = True
    with pytest.raises(Invalid, match="too weak for real people"):
        approve(acting(somsak), proposal)
    release.refresh_from_db()
    assert release.invented


def test_p14_configuration_is_changed_by_two_agencies(admin, somsak, site, sign_in, approved):
    page = sign_in(admin)
    address = reverse("configuration:access_site_change", args=[site.pk])
    assert page.get(address).status_code == 200
    page.post(
        address,
        {"name": site.name, "time_zone": site.time_zone, "max_list_rows": "5", "reason": "smaller lists"},
    )
    site.refresh_from_db()
    assert site.max_list_rows == 20_000
    proposal = Proposal.objects.get()
    looked_at = sign_in(somsak).get(reverse("web:proposal", args=[proposal.pk])).content.decode()
    assert "20000 → 5" in looked_at
    approved("configuration")
    site.refresh_from_db()
    assert site.max_list_rows == 5
    assert Entry.objects.get(action="site.changed").data["fields"] == ["max_list_rows"]


def test_p14_the_configuration_pages_have_no_staff_and_no_roles(admin, anong, sign_in):
    page = sign_in(admin)
    for model in ("staff", "rolegrant", "apitoken", "proposal", "approvedpolicy", "casegrant"):
        assert page.get(f"/configuration/access/{model}/").status_code == 404
        assert page.post(f"/configuration/access/{model}/{anong.pk}/change/").status_code == 404


def test_somebody_with_djangos_own_permissions_alone_does_not_get_in(anong, sign_in):
    anong.is_staff = anong.is_superuser = True
    anong.save()
    assert sign_in(anong).get(reverse("configuration:index")).status_code == 403

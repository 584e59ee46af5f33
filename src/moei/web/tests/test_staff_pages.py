"""Accounts, roles and tokens: proposed on one page, approved on another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.urls import reverse

from moei.access.models import ApiToken, Proposal, RoleGrant, Staff
from moei.access.tokens import staff_of_token

pytestmark = pytest.mark.django_db


def test_two_agencies_add_somebody_with_a_role(admin, somsak, agencies, site, sign_in, approved):
    sign_in(admin).post(
        reverse("web:add_staff"),
        {
            "username": "somchai",
            "name": "Somchai Invented",
            "agency": str(agencies["ATPD"].pk),
            "profession": "police",
            "languages": "th en",
            "email": "somchai@atpd.example",
            "role": "panel_police",
            "site": str(site.pk),
            "reason": "joins the panel on Monday",
        },
    )
    assert not Staff.objects.filter(username="somchai").exists()
    proposal = approved("account")
    page = sign_in(admin)
    shown = page.post(reverse("web:collect", args=[proposal.pk]))
    somchai = Staff.objects.get(username="somchai")
    assert (somchai.languages, somchai.email) == (["th", "en"], "somchai@atpd.example")
    assert somchai.check_password(shown.context["secret"])
    again = page.post(reverse("web:collect", args=[proposal.pk]), follow=True).content.decode()
    assert "nothing to collect" in again and shown.context["secret"] not in again
    grant = RoleGrant.objects.get(staff=somchai)
    assert (grant.role, grant.site, grant.ended_at) == ("panel_police", site, None)
    role = reverse("web:propose", args=[somchai.pk, "role"])
    refused = page.post(role, {"role": "investigator", "reason": "needs it"}).content.decode()
    assert "identification and investigation are apart" in refused
    page.post(reverse("web:end_role", args=[somchai.pk, grant.pk]))
    grant.refresh_from_db()
    assert grant.ended_at is not None


def test_a_token_is_shown_once_and_revoked(admin, somsak, agencies, sign_in, approved):
    about = {"username": "api", "name": "Api", "agency": str(agencies["DSI"].pk), "is_service": "on"}
    sign_in(admin).post(reverse("web:add_staff"), {**about, "reason": "their own database"})
    approved("account")
    service = Staff.objects.get(username="api")
    sign_in(admin).post(
        reverse("web:propose", args=[service.pk, "token"]),
        {"label": "their system", "days": "30", "reason": "their own database"},
    )
    proposal = approved("token")
    page = sign_in(admin)
    token = page.post(reverse("web:collect", args=[proposal.pk])).context["secret"]
    assert staff_of_token(token, now=datetime.now(UTC)) == service
    assert token not in page.get(reverse("web:member", args=[service.pk])).content.decode()
    page.post(reverse("web:revoke_token", args=[service.pk, ApiToken.objects.get().pk]))
    assert staff_of_token(token, now=datetime.now(UTC)) is None


def test_whoever_decides_reads_where_alarms_would_go_from_then_on(admin, somsak, kanya, sign_in):
    kanya.email = "kanya@ngo.example"
    kanya.save()
    page, address = sign_in(admin), reverse("web:propose", args=[kanya.pk, "person"])
    assert "kanya@ngo.example" in page.get(address).content.decode()
    about = {"agency": str(kanya.agency_id), "reason": "a new mailbox"}
    answer = page.post(address, {**about, "email": "not one"})
    assert "email" in answer.context["form"].errors
    page.post(address, {**about, "email": "new@ngo.example"})
    proposal = Proposal.objects.get()
    read = sign_in(somsak).get(reverse("web:proposal", args=[proposal.pk])).content.decode()
    assert "kanya@ngo.example → new@ngo.example" in read


@pytest.mark.parametrize("kind", ["role", "person", "password", "second_factor", "open"])
def test_each_form_of_a_proposal_says_what_is_missing(admin, kanya, sign_in, kind):
    page = sign_in(admin)
    address = reverse("web:propose", args=[kanya.pk, kind])
    assert page.get(address).status_code == 200
    answer = page.post(address, {})
    assert answer.status_code == 200 and "reason" in answer.context["form"].errors
    assert page.get(reverse("web:propose", args=[kanya.pk, "policy"])).status_code == 404
    assert not Proposal.objects.exists()


def test_the_staff_list_takes_a_constant_number_of_queries(
    admin, agencies, sign_in, django_assert_max_num_queries
):
    for number in range(40):
        Staff.objects.create(username=f"x{number}", name=f"X {number}", agency=agencies["ATPD"])
    page = sign_in(admin)
    with django_assert_max_num_queries(14):
        page.get(reverse("web:staff"))

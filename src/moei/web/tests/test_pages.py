"""The journal for auditors, the staff pages, the configuration site."""

from __future__ import annotations

import csv
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.apps import apps
from django.contrib import admin as django_admin
from django.urls import reverse

from moei.access.acting import Invalid
from moei.access.actions.approve import approve
from moei.access.actions.break_glass import break_glass
from moei.access.actions.propose import propose
from moei.access.decide import may
from moei.access.models import Agency, ApiToken, BreakGlass, Proposal, Release, RoleGrant, Staff
from moei.access.tokens import staff_of_token
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.selectors.cases import open_case
from moei.journal.models import Entry
from moei.web.administration import configuration

pytestmark = pytest.mark.django_db

SECRET_NAME = "Khamla Vongphachanh"


@pytest.fixture
def corrected(add_case, acting, anong):
    case = add_case("A First Spelling")
    correct_identity(acting(anong), case, {"name": SECRET_NAME})
    open_case(acting(anong), case)
    return case


def test_the_journal_shows_who_when_what_and_names_of_fields_never_values(corrected, somsak, sign_in):
    text = sign_in(somsak).get(reverse("web:journal")).content.decode()
    assert "Corrected the identity</td>" in text and "Anong Srisuk" in text and corrected.number in text
    assert ">name</td>" in text
    assert SECRET_NAME not in text and "A First Spelling" not in text


@pytest.mark.parametrize(
    "query,shown,hidden",
    [
        ({"action": "identity.corrected"}, "Corrected the identity</td>", "A case was opened</td>"),
        ({"kind": "read"}, "Opened the case file</td>", "Corrected the identity</td>"),
        ({"last": "2026-03-01"}, "No entry fits", "Corrected the identity</td>"),
        (
            {"first": "2026-03-02", "last": "2026-03-02", "kind": "change"},
            "Corrected the identity</td>",
            "No entry fits",
        ),
        ({"case": str(uuid.UUID(int=0))}, "No entry fits", "Corrected the identity</td>"),
    ],
)
def test_the_journal_is_filtered(corrected, somsak, sign_in, query, shown, hidden):
    text = sign_in(somsak).get(reverse("web:journal"), query).content.decode()
    assert shown in text
    assert hidden not in text


def test_the_journal_is_filtered_by_case_and_staff(corrected, add_case, somsak, anong, sign_in):
    other = add_case("Somebody Else")
    page = sign_in(somsak)
    of_case = page.post(reverse("web:journal"), {"case": corrected.number}, follow=True).content.decode()
    assert corrected.number in of_case and other.number not in of_case
    of_nobody = page.get(reverse("web:journal"), {"staff": str(somsak.pk), "kind": "change"}).content.decode()
    assert "No entry fits" in of_nobody


def test_p11_who_saw_somebody_on_a_list_is_found_by_the_number_of_the_case(add_case, anong, somsak, sign_in):
    case = add_case("Khamla Vongphachanh")
    other = add_case("Somebody Else")
    sign_in(anong).post(reverse("cases:search"), {"q": "vongphachanh"}, follow=True)
    page, searched = sign_in(somsak), "Searched for people</td>"
    found, not_found = (
        page.post(reverse("web:journal"), {"case": one.number}, follow=True) for one in (case, other)
    )
    assert searched in found.content.decode()
    assert searched not in not_found.content.decode()


def test_p11_reading_the_journal_is_journalled(corrected, somsak, sign_in):
    sign_in(somsak).post(reverse("web:journal"), {"case": corrected.number}, follow=True)
    entry = Entry.objects.order_by("-seq").first()
    assert (entry.action, entry.actor, entry.data) == ("journal.searched", somsak.id, {"filters": ["case"]})


@pytest.mark.parametrize("rows", [3, 30])
def test_the_journal_page_takes_a_constant_number_of_queries(
    add_case, somsak, sign_in, rows, django_assert_max_num_queries
):
    for number in range(rows):
        add_case(f"Person {number}")
    page = sign_in(somsak)
    with django_assert_max_num_queries(26):
        page.get(reverse("web:journal"))


def test_the_chain_is_verified_by_a_button(corrected, somsak, sign_in):
    assert "The chain is whole" in sign_in(somsak).post(reverse("web:verify_journal")).content.decode()


def test_the_export_is_csv_without_values_and_is_journalled(corrected, somsak, sign_in):
    response = sign_in(somsak).post(
        reverse("web:export_journal"), {"why": "review"}, query_params={"kind": "change"}
    )
    text = response.getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(text.splitlines()))
    assert "identity.corrected" in {row["action"] for row in rows}
    assert SECRET_NAME not in text
    assert "attachment" in response.headers["Content-Disposition"]
    assert Entry.objects.filter(action="journal.exported", actor=somsak.id).exists()


def test_p21_cells_that_a_spreadsheet_would_compute_are_neutralised(corrected, somsak, anong, sign_in):
    Staff.objects.filter(pk=anong.pk).update(name='=HYPERLINK("http://evil")')
    answer = sign_in(somsak).post(reverse("web:export_journal"), {"why": "review"})
    text = answer.getvalue().decode("utf-8-sig")
    assert {row["who"] for row in csv.DictReader(text.splitlines())} >= {'\'=HYPERLINK("http://evil")'}


def test_p14_an_auditor_reviews_an_emergency(add_case, acting, kanya, somsak, sign_in):
    case = add_case("Somebody")
    opened = break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    page = sign_in(somsak)
    listed = page.get(reverse("web:emergencies")).content.decode()
    assert "She fainted" in listed and case.number in listed and "Review it" in listed
    address = reverse("web:review_emergency", args=[opened.pk])
    page.post(address, {"justified": "no", "note": "The clinic was open."})
    reviewed = BreakGlass.objects.get()
    assert (reviewed.justified, reviewed.reviewed_by) == (False, somsak)
    assert "Not justified" in page.get(reverse("web:emergencies")).content.decode()


def test_an_emergency_opens_a_case_by_its_number(add_case, kanya, sign_in):
    case = add_case("Somebody Unassigned")
    page, address = sign_in(kanya), reverse("cases:emergency")
    wrong = page.post(address, {"number": "1234-5678-1", "reason": "She fainted and nobody answers"})
    assert "not a case number" in wrong.content.decode()
    short = page.post(address, {"number": case.number, "reason": "help"})
    assert "an auditor will read it" in short.content.decode()
    assert page.get(reverse("cases:file", args=[case.pk])).status_code == 404
    response = page.post(
        address, {"number": case.number.replace("-", " "), "reason": "She fainted and nobody answers"}
    )
    assert response.headers["Location"] == reverse("cases:file", args=[case.pk])
    assert "Somebody Unassigned" in page.get(reverse("cases:file", args=[case.pk])).content.decode()


def test_p12_an_unknown_number_in_an_emergency_leaves_a_trace(kanya, sign_in):
    response = sign_in(kanya).post(
        reverse("cases:emergency"), {"number": "0000-0000-0", "reason": "She fainted and nobody answers"}
    )
    assert "No case of this release" in response.content.decode()
    assert Entry.objects.filter(action="break_glass.number_unknown", actor=kanya.id).exists()


def approved(sign_in, somsak, kind: str) -> Proposal:
    """Somsak looks at what waits, and approves it on its page."""
    proposal = Proposal.objects.get(kind=kind, decided_at=None)
    page = sign_in(somsak)
    assert reverse("web:proposal", args=[proposal.pk]) in page.get(reverse("web:proposals")).content.decode()
    page.post(reverse("web:proposal", args=[proposal.pk]), {"decision": "approve"})
    proposal.refresh_from_db()
    assert proposal.approved
    return proposal


def test_two_agencies_add_somebody_with_a_role(admin, somsak, agencies, site, sign_in):
    sign_in(admin).post(
        reverse("web:add_staff"),
        {
            "username": "somchai",
            "name": "Somchai Invented",
            "agency": str(agencies["ATPD"].pk),
            "profession": "police",
            "languages": "th en",
            "role": "panel_police",
            "site": str(site.pk),
            "reason": "joins the panel on Monday",
        },
    )
    assert not Staff.objects.filter(username="somchai").exists()
    proposal = approved(sign_in, somsak, "account")
    page = sign_in(admin)
    shown = page.post(reverse("web:collect", args=[proposal.pk]))
    somchai = Staff.objects.get(username="somchai")
    assert somchai.languages == ["th", "en"]
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


def test_a_token_is_shown_once_and_revoked(admin, somsak, agencies, sign_in):
    about = {"username": "api", "name": "Api", "agency": str(agencies["DSI"].pk), "is_service": "on"}
    sign_in(admin).post(reverse("web:add_staff"), {**about, "reason": "their own database"})
    approved(sign_in, somsak, "account")
    service = Staff.objects.get(username="api")
    sign_in(admin).post(
        reverse("web:propose", args=[service.pk, "token"]),
        {"label": "their system", "days": "30", "reason": "their own database"},
    )
    proposal = approved(sign_in, somsak, "token")
    page = sign_in(admin)
    token = page.post(reverse("web:collect", args=[proposal.pk])).context["secret"]
    assert staff_of_token(token, now=datetime.now(UTC)) == service
    assert token not in page.get(reverse("web:member", args=[service.pk])).content.decode()
    page.post(reverse("web:revoke_token", args=[service.pk, ApiToken.objects.get().pk]))
    assert staff_of_token(token, now=datetime.now(UTC)) is None


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


def test_p14_configuration_is_changed_by_two_agencies(admin, somsak, site, sign_in):
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
    approved(sign_in, somsak, "configuration")
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


def test_the_case_list_shows_fifty_at_a_time_with_a_constant_number_of_queries(
    add_case, anong, kanya, acting, sign_in, django_assert_max_num_queries
):
    for number in range(55):
        add_case(f"Person Number{number}", nationality="LAO" if number % 2 else "ETH")
    page = sign_in(anong)
    with django_assert_max_num_queries(30):
        first = page.get(reverse("cases:list"))
    assert len(first.context["rows"]) == 50
    with django_assert_max_num_queries(30):
        second = page.get(reverse("cases:list"), {"page": 2})
    assert len(second.context["rows"]) == 5
    assert len(page.get(reverse("cases:list"), {"nationality": "LAO"}).context["rows"]) == 27


def test_a_search_finds_by_name_and_is_refused_to_whoever_has_no_such_duty(add_case, anong, dao, sign_in):
    case = add_case(SECRET_NAME)
    add_case("Somebody Else")
    found = sign_in(anong).post(reverse("cases:search"), {"q": "vongphachanh"}, follow=True)
    assert [row.case for row in found.context["rows"]] == [case]
    assert Entry.objects.filter(action="people.searched", actor=anong.id).count() == 1
    assert sign_in(dao).post(reverse("cases:search"), {"q": "vongphachanh"}).status_code == 403


def test_the_list_offers_a_search_to_those_only_who_may_search(cast, release, sign_in):
    offered = {
        name
        for name in ("anong", "prasert", "kanya", "selam", "tesfa", "dao", "lawan", "niran")
        if 'name="q"' in sign_in(cast[name]).get(reverse("cases:list")).content.decode()
    }
    assert {"anong", "kanya"} <= offered
    assert not offered & {"selam", "tesfa", "dao", "lawan"}
    assert all(may(cast[name], "people.search", release.id) for name in offered)


@pytest.mark.parametrize(
    "name,desk",
    [
        ("screening:interview", "Screening"),
        ("screening:determination", "Screening"),
        ("screening:worklist", "Screening"),
        ("cases:file", "Cases"),
        ("cases:list", "Cases"),
        ("arrivals:reconciliation", "Lists"),
        ("arrivals:paper", "Register"),
        ("overview:board", "Board"),
    ],
)
def test_the_menu_marks_the_desk_to_which_a_page_belongs(add_case, anong, sign_in, name, desk):
    of_a_case = name in ("screening:interview", "screening:determination", "cases:file")
    address = reverse(name, args=[add_case(SECRET_NAME).pk] if of_a_case else [])
    page = sign_in(anong).get(address)
    assert [item["label"] for item in page.context["nav"] if item["current"]] == [desk]


def test_a_refusal_says_its_own_words(add_case, acting, kanya, release, site, sign_in):
    mine = break_glass(acting(kanya), add_case(SECRET_NAME).id, "She fainted and nobody can be reached")
    RoleGrant.objects.create(
        staff=kanya, role="auditor", release=release, site=site, granted_at=acting(kanya).now
    )
    page = sign_in(kanya).post(
        reverse("web:review_emergency", args=[mine.pk]), {"justified": "yes", "note": "."}
    )
    assert page.status_code == 403
    assert "Nobody reviews their own break-glass." in page.content.decode()
    assert SECRET_NAME not in page.content.decode()


def test_an_auditor_is_told_that_case_files_are_not_theirs(add_case, somsak, sign_in):
    add_case(SECRET_NAME)
    text = sign_in(somsak).get(reverse("cases:list")).content.decode()
    assert "Your role does not open case files" in text and SECRET_NAME not in text


def test_the_role_of_an_open_emergency_is_over_after_three_hours(add_case, kanya, acting, sign_in):
    case = add_case("Somebody")
    now = datetime.now(UTC)
    opened = break_glass(acting(kanya, at=now), case.id, "She fainted and nobody can be reached")
    assert "Emergency access is open" in sign_in(kanya).get(reverse("cases:list")).content.decode()
    BreakGlass.objects.filter(pk=opened.pk).update(
        opened_at=now - timedelta(hours=4), ends_at=now - timedelta(hours=1)
    )
    assert "Emergency access is open" not in sign_in(kanya).get(reverse("cases:list")).content.decode()

"""P14: what one person does alone, two agencies are told at once."""

from __future__ import annotations

import pytest
from django.core import mail
from django.urls import reverse

from moei.access.actions.break_glass import break_glass
from moei.access.actions.grant_role import join_in_emergency
from moei.access.actions.see_notices import see_notices
from moei.access.models import Notice, Staff
from moei.access.tasks import send_notices
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def opened(add_case, acting, kanya):
    case = add_case("Khamla Vongphachanh")
    break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    return case


def test_p14_an_emergency_is_told_to_the_agency_and_to_another_one(acting, add_case, anong, somsak):
    break_glass(acting(anong), add_case("Somebody").id, "She fainted and nobody can be reached")
    told = Notice.objects.filter(kind="emergency", who=anong)
    assert {notice.agency for notice in told} == {anong.agency, somsak.agency}
    assert Entry.objects.get(action="break_glass.opened").data["agencies_told"] == 2


def test_p14_an_agency_where_nobody_watches_is_not_one_of_the_two_that_are_told(opened, kanya, somsak, admin):
    """Nobody at Safe Return reads notices: the auditors alone would have been told."""
    told = Notice.objects.filter(kind="emergency", who=kanya)
    assert {notice.agency for notice in told} == {kanya.agency, somsak.agency, admin.agency}
    assert Entry.objects.get(action="break_glass.opened").data["agencies_told"] == 2
    assert not Entry.objects.filter(action="notice.too_few").exists()


def test_p14_that_only_one_of_those_told_watches_is_in_the_journal(acting, add_case, kanya, somsak, admin):
    Staff.objects.filter(pk=admin.pk).update(is_active=False)
    break_glass(acting(kanya), add_case("Somebody").id, "She fainted and nobody can be reached")
    assert {notice.agency for notice in Notice.objects.all()} == {kanya.agency, somsak.agency}
    assert Entry.objects.get(action="notice.too_few").data == {"kind": "emergency", "agencies": 1}


def test_p14_who_watches_is_told_on_every_page_until_somebody_saw_it(
    opened, admin, somsak, anong, acting, sign_in
):
    said = "nobody has looked at"
    assert said in sign_in(somsak).get("/", follow=True).content.decode()
    assert said not in sign_in(anong).get("/", follow=True).content.decode()
    page = sign_in(somsak).get(reverse("web:notices")).content.decode()
    assert opened.number in page and "Vongphachanh" not in page
    sign_in(somsak).post(reverse("web:notices"))
    assert said not in sign_in(somsak).get("/", follow=True).content.decode()
    assert Notice.objects.filter(agency=somsak.agency, seen_by=somsak).count() == 1


def test_p14_the_administrator_is_told_of_their_own_agency_and_of_no_case_number(
    add_case, acting, anong, admin, sign_in
):
    case = add_case("Somebody")
    break_glass(acting(anong), case.id, "She fainted and nobody can be reached")
    page = sign_in(admin).get(reverse("web:notices")).content.decode()
    assert "opened in an emergency" in page and case.number not in page


def test_p14_a_role_that_one_person_gave_is_told_to_another_agency(acting, admin, somsak, vera, site):
    join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason="Two buses came at night")
    assert {notice.agency for notice in Notice.objects.filter(kind="emergency_role")} == {
        admin.agency,
        somsak.agency,
    }


def test_p14_e_mail_says_that_there_is_something_and_nothing_of_the_case(opened, kanya, somsak, settings):
    settings.NOTICES_BY_EMAIL = True
    somsak.email = "somsak@audit.example"
    somsak.save()
    send_notices.func()
    [letter] = mail.outbox
    assert letter.to == ["somsak@audit.example"]
    for secret in (opened.number, "Vongphachanh", kanya.name, "fainted"):
        assert secret not in letter.subject + letter.body
    send_notices.func()
    assert len(mail.outbox) == 1


def test_seeing_marks_only_what_they_may_know_of(opened, acting, admin, anong, somsak):
    Notice.objects.create(kind="canary", agency=admin.agency, who=anong, at=acting(anong).now)
    see_notices(acting(admin))
    assert Notice.objects.get(kind="canary").seen_at is None
    assert see_notices(acting(somsak)) == 1

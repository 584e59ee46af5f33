"""P14: what one person does alone, two agencies are told at once."""

from __future__ import annotations

import re

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
    sign_in(somsak).post(reverse("web:notices"), {"shown": shown_on(page)})
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
    every = list(Notice.objects.values_list("pk", flat=True))
    see_notices(acting(admin), every)
    assert Notice.objects.get(kind="canary").seen_at is None
    assert see_notices(acting(somsak), every) == 1


def test_p14_what_came_after_the_page_was_drawn_or_stands_on_another_one_stays_unseen(
    opened, acting, anong, somsak, sign_in, monkeypatch
):
    monkeypatch.setattr("moei.web.watching_views.PAGE", 1)
    Notice.objects.create(kind="guesses", agency=somsak.agency, who=anong, at=acting(anong).now)
    page = sign_in(somsak)
    shown = shown_on(page.get(reverse("web:notices")).content.decode())
    Notice.objects.create(kind="many_cases", agency=somsak.agency, who=anong, at=acting(anong).now)
    page.post(reverse("web:notices"), {"shown": shown})
    assert len(shown) == 1
    assert [str(notice.pk) for notice in Notice.objects.filter(seen_by=somsak)] == shown
    assert Notice.objects.filter(agency=somsak.agency, seen_at=None).count() == 2


def test_p14_nobody_marks_as_seen_what_they_did_themselves(acting, admin, somsak, vera, site, now, sign_in):
    join_in_emergency(acting(admin), vera, "registrar", site=site, hours=3, reason="Two buses came at night")
    mine = Notice.objects.get(agency=admin.agency)
    page = sign_in(admin)
    text = page.get(reverse("web:notices")).content.decode()
    assert "Somebody else looks at it" in text and shown_on(text) == []
    page.post(reverse("web:notices"), {"shown": [str(mine.pk)]})
    mine.refresh_from_db()
    assert mine.seen_at is None
    assert "nobody has looked at" not in page.get("/", follow=True).content.decode(), "it is not for them to"
    Staff.objects.filter(pk=somsak.pk).update(agency=admin.agency)
    page = sign_in(Staff.objects.get(pk=somsak.pk))
    assert "nobody has looked at" in page.get("/", follow=True).content.decode()
    page.post(reverse("web:notices"), {"shown": [str(mine.pk), "nonsense"]})
    mine.refresh_from_db()
    assert mine.seen_by == somsak


def shown_on(page: str) -> list[str]:
    """What the page's form says was shown."""
    return re.findall(r'name="shown" value="([^"]+)"', page)

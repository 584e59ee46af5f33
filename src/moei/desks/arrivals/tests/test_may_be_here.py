"""Before a second case file is made, who may be the same person is shown. All people are invented."""

from __future__ import annotations

import re
from datetime import date
from uuid import uuid4

import pytest
from django.urls import reverse

from moei.access.limits import Slowed
from moei.access.models import Allowance, Site
from moei.access.web import LOOKING
from moei.casefile.models import Case, SourceRecord
from moei.desks.arrivals.views import register as view
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
BORN = date(1998, 3, 14)
MAY_BE = "These people may be the one before you"


@pytest.fixture
def save(client, anong, release):
    client.force_login(anong)
    session = client.session
    session[LOOKING] = "my_cases"
    session.save()

    def save(name: str, **typed):
        about = {"operation": str(uuid4()), "not_listed": "on", "name": name, "save": "1"}
        return client.post(reverse("arrivals:register"), {**about, **typed})

    return save


@pytest.mark.parametrize("said", ["Bekele Tadesse", "TADESSE BEKELE", "Bekela Tadese", "በቀለ ታደሰ"])
def test_who_is_called_so_is_shown_before_a_file_is_made_and_saving_again_makes_it(save, add_case, said):
    case = add_case("Bekele Tadesse", sex="M")
    shown = save(said)
    page = shown.content.decode()
    assert shown.status_code == 422 and MAY_BE in page and case.number in page
    assert not SourceRecord.objects.filter(origin="registration").exists()
    seen = re.findall(r'name="seen" value="([^"]+)"', page)
    assert seen == [str(case.pk)]
    assert save(said, seen=seen).status_code == 302
    assert Case.objects_unchecked.count() == 2


def test_p11_that_they_were_shown_is_in_the_journal(save, add_case):
    case = add_case("Bekele Tadesse")
    save("Bekele Tadesse")
    entry = Entry.objects.filter(action="people.searched").latest("seq")
    assert str(case.pk) in str(entry.data) or entry.case == case.pk


@pytest.mark.parametrize(
    "other",
    [
        {"name": "Hana Girma"},
        {"name": "Bekele Tadesse", "sex": "F"},
        {"name": "Bekele Tadesse", "born": "1.5.1971"},
    ],
)
def test_nobody_is_asked_about_people_who_cannot_be_the_same(save, add_case, other):
    add_case("Bekele Tadesse", sex="M", birth_from=BORN, birth_to=BORN)
    assert save(**other).status_code == 302


def test_an_age_a_year_off_is_still_asked_about(save, add_case):
    add_case("Bekele Tadesse", birth_from=BORN, birth_to=BORN)
    assert MAY_BE in save("Bekele Tadesse", born="1999").content.decode()


def test_p12_nobody_at_another_place_is_told_of(save, add_case):
    add_case("Bekele Tadesse", site=Site.objects.create(name="Another crossing"))
    assert save("Bekele Tadesse").status_code == 302


def test_who_was_chosen_is_not_asked_about_again(save, add_case):
    case = add_case("Bekele Tadesse")
    assert save("Bekele Tadesse", case=str(case.pk), not_listed="").status_code == 302
    assert Case.objects_unchecked.count() == 1


def test_what_is_sent_again_after_the_answer_was_lost_does_not_meet_itself(save):
    operation = str(uuid4())
    first = save("Bekele Tadesse", operation=operation)
    again = save("Bekele Tadesse", operation=operation)
    assert (first.status_code, again.status_code) == (302, 302) and first.url == again.url
    assert Case.objects_unchecked.count() == 1


def test_many_of_the_other_sex_do_not_hide_the_one(save, add_case):
    for _number in range(12):
        add_case("Nguyen Van Anh", sex="M")
    woman = add_case("Nguyen Van Anhh", sex="F")
    page = save("Nguyen Van Anh", sex="F").content.decode()
    assert MAY_BE in page and woman.number in page


@pytest.mark.parametrize(
    "typed", [{"name": "Bekele Tadesse Alemu"}, {"name": "B T", "name_native": "በቀለ ታደሰ"}]
)
def test_a_name_more_and_a_name_in_its_own_script_are_looked_at(save, add_case, typed):
    case = add_case("Bekele Tadesse", name_native="በቀለ ታደሰ")
    assert case.number in save(**typed).content.decode()


def test_people_who_give_no_name_are_not_taken_for_each_other(save, add_case):
    add_case("Unknown")
    assert save("unknown").status_code == 302


def test_whoever_looked_up_too_many_still_registers(save, add_case, monkeypatch):
    def too_many(acting, given):
        raise Slowed("too many", next(iter(Allowance.Kind)))

    monkeypatch.setattr(view, "may_be_here", too_many)
    assert save("Bekele Tadesse").status_code == 302

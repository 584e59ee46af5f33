"""An agency of which anything is there is not removed, and the page says what, in counts."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.actions.remove_agency import hanging_on, remove_agency
from moei.access.models import Agency
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db


@pytest.fixture
def mistake(db) -> Agency:
    return Agency.objects.create(name="Agency of a mistake", short_name="Mistake", kind="ngo", country="THA")


def test_one_that_was_added_in_error_is_removed_and_journalled(mistake, acting, admin):
    assert hanging_on(mistake) == {}
    remove_agency(acting(admin), mistake)
    assert not Agency.objects.filter(pk=mistake.pk).exists()
    entry = Entry.objects.get(action="agency.removed")
    assert "mistake" not in str([entry.data, entry.fields])


def test_one_with_staff_and_cases_stays_and_what_it_has_is_counted(acting, admin, agencies, cast):
    with pytest.raises(Invalid, match=r"not removed.*: \d"):
        remove_agency(acting(admin), agencies["Baan Dao"])
    assert Agency.objects.filter(pk=agencies["Baan Dao"].pk).exists()


@pytest.mark.parametrize("who", ["anong", "somsak", "dao", "mallory"])
def test_only_who_manages_staff_removes_one(mistake, acting, cast, who):
    with pytest.raises(Refused):
        remove_agency(acting(cast[who]), mistake)


def test_the_page_says_what_hangs_on_it(sign_in, admin, agencies, cast, mistake):
    page = sign_in(admin)
    theirs = reverse("web:remove_agency", args=[agencies["Baan Dao"].pk])
    body = page.get(theirs).content.decode()
    assert "so it stays" in body and "Remove an agency</button>" not in body
    assert page.post(theirs).status_code == 422
    assert page.post(reverse("web:remove_agency", args=[mistake.pk])).status_code == 302

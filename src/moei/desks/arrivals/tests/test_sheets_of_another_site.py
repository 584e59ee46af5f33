"""A paper sheet is entered for a case of one's own site, and tells nothing of the cases of another."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from moei.access.acting import Invalid
from moei.access.models import Site
from moei.casefile.models import Case
from moei.desks.arrivals.actions.enter_sheet import enter_sheet
from moei.desks.arrivals.actions.print_paper import print_paper
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.models import LaterEntry
from moei.desks.arrivals.registration import Registration

pytestmark = pytest.mark.django_db
BORN = {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}


@pytest.fixture
def elsewhere(db) -> Site:
    return Site.objects.create(name="Another crossing")


def test_a_sheet_is_not_entered_for_a_case_of_another_site(add_case, anong, acting, elsewhere):
    foreign = add_case("Foreign Person", site=elsewhere)
    pack = print_paper(acting(anong), 1)
    with pytest.raises(Invalid) as refused:
        enter_sheet(acting(anong), foreign, pack.sheet(1))
    assert "not at your site" in refused.value.errors["sheet"]
    assert foreign.number not in str(refused.value)
    assert not LaterEntry.objects.exists()


def test_p12_a_sheet_entered_at_another_site_does_not_tell_the_number_of_its_case(
    add_case, anong, acting, elsewhere
):
    pack = print_paper(acting(anong), 1)
    first, second = add_case("First Person"), add_case("Second Person")
    given = Registration(name="First Person", sheet=pack.sheet(1), **BORN)
    register_person(acting(anong), given, first, operation=uuid4())
    with pytest.raises(Invalid) as refused:
        register_person(acting(anong), given, second, operation=uuid4())
    assert first.number in refused.value.errors["sheet"]
    Case.objects_unchecked.filter(pk=first.pk).update(site=elsewhere)
    with pytest.raises(Invalid) as refused:
        register_person(acting(anong), given, second, operation=uuid4())
    assert "may not open" in refused.value.errors["sheet"]
    assert first.number not in str(refused.value)

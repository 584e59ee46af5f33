"""In an emergency one has the number on a paper, and the file may have been joined into another since."""

from __future__ import annotations

import pytest
from django.urls import reverse

from moei.access.acting import Invalid
from moei.access.models import BreakGlass
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.open_in_emergency import open_in_emergency
from moei.casefile.models import Case
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
REASON = "She fainted and nobody can be reached"


@pytest.fixture
def chain(add_case, acting, anong):
    """Three files of one person: the first was joined into the second, and that into the third."""
    first, second, third = add_case("Hana Girma"), add_case("Hanna Girma"), add_case("Hana Ghirma")
    merge_people(acting(anong), second, first, reason="one woman, registered twice")
    merge_people(acting(anong), third, second, reason="she says so herself")
    return first, second, third


def test_the_number_of_a_joined_file_opens_the_file_that_stands(chain, acting, kanya):
    for joined in chain[:2]:
        assert open_in_emergency(acting(kanya), joined.number, REASON) == chain[2]
    assert set(BreakGlass.objects.values_list("case_id", flat=True)) == {chain[2].id}
    assert set(Entry.objects.filter(action="break_glass.opened").values_list("case", flat=True)) == {
        chain[2].id
    }


def test_the_page_leads_to_the_file_that_stands(chain, kanya, sign_in):
    page = sign_in(kanya)
    answer = page.post(reverse("cases:emergency"), {"number": chain[0].number, "reason": REASON})
    assert answer.headers["Location"] == reverse("cases:file", args=[chain[2].pk])
    assert page.get(answer.headers["Location"]).status_code == 200


def test_a_file_whose_list_was_undone_stays_closed(add_case, acting, kanya):
    gone = add_case("Somebody")
    Case.objects_unchecked.filter(pk=gone.pk).update(hidden=True)
    with pytest.raises(Invalid, match="No case of this release"):
        open_in_emergency(acting(kanya), gone.number, REASON)
    assert Entry.objects.filter(action="break_glass.number_unknown", actor=kanya.id).exists()

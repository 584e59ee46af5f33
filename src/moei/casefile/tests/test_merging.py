"""Two case files become one and come apart again, with nothing lost."""

import pytest

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.models import Case, CaseEvent, Person, RecordLink
from moei.casefile.selectors.cases import visible_cases


def test_a_merged_case_is_no_longer_listed_and_comes_back(anong, acting, add_case, now, release):
    kept, merged = add_case("Henok Desta Lemma"), add_case("HENOK DESTA")
    merge = merge_people(acting(anong), kept, merged, reason="The same passport was shown twice")
    assert set(visible_cases(anong, release.id, now=now)) == {kept}
    unmerge_people(acting(anong), merge, reason="His brother arrived with the passport's copy")
    assert set(visible_cases(anong, release.id, now=now)) == {kept, merged}


def test_merging_moves_no_foreign_key(anong, acting, add_case):
    kept, merged = add_case("Henok Desta Lemma"), add_case("HENOK DESTA")
    before = (
        set(RecordLink.objects.values_list("id", "person_id", "record_id")),
        set(CaseEvent.objects.values_list("id", "case_id")),
    )
    merge_people(acting(anong), kept, merged, reason="The same passport")
    assert before == (
        set(RecordLink.objects.values_list("id", "person_id", "record_id")),
        set(CaseEvent.objects.values_list("id", "case_id")),
    )


def test_a_person_is_joined_into_one_other_only(anong, acting, add_case):
    one, two, three = add_case("A B"), add_case("A C"), add_case("A D")
    merge_people(acting(anong), one, two, reason="same passport")
    with pytest.raises(Invalid, match="joined already"):
        merge_people(acting(anong), three, two, reason="same passport")


def test_a_reason_is_needed(anong, acting, add_case):
    with pytest.raises(Invalid, match="one person"):
        merge_people(acting(anong), add_case("A"), add_case("B"), reason=" ")


@pytest.mark.parametrize("who", ["prasert", "kanya", "tesfa", "niran", "vera", "somsak", "admin", "mallory"])
def test_nobody_merges_without_the_right(who, cast, acting, add_case):
    one, two = add_case("A B"), add_case("A C")
    with pytest.raises(Refused):
        merge_people(acting(cast[who]), one, two, reason="same passport")
    assert Person.objects.filter(merged_into__isnull=False).count() == 0
    assert Case.objects_unchecked.filter(hidden=True).count() == 0


def test_what_happened_to_either_happened_to_the_person(anong, acting, add_case):
    listed, handed_over = add_case("HENOK DESTA", kind="transferring"), add_case("Henok Desta Lemma")
    assert listed.stage == "listed"
    merge = merge_people(acting(anong), listed, handed_over, reason="The same passport")
    listed.refresh_from_db()
    assert listed.stage == "arrived"
    assert listed.arrived_at == handed_over.arrived_at
    assert listed.clocks.get(code="preliminary_screening").status == "running"
    unmerge_people(acting(anong), merge, reason="Two brothers")
    listed.refresh_from_db()
    assert (listed.stage, listed.arrived_at) == ("listed", None)


def test_a_chain_of_three_points_to_the_one_who_stands_for_all(anong, acting, add_case, now, release):
    first, second, third = add_case("A"), add_case("B"), add_case("C")
    merge_people(acting(anong), second, third, reason="same passport")
    join = merge_people(acting(anong), first, second, reason="same wristband")
    into = dict(Person.objects.values_list("id", "merged_into_id"))
    assert into == {
        first.person_id: None,
        second.person_id: first.person_id,
        third.person_id: first.person_id,
    }
    unmerge_people(acting(anong), join, reason="another wristband")
    into = dict(Person.objects.values_list("id", "merged_into_id"))
    assert into == {first.person_id: None, second.person_id: None, third.person_id: second.person_id}
    assert set(visible_cases(anong, release.id, now=now)) == {first, second}

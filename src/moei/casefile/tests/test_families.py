"""People who belong together, and those who leave."""

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.models import Site
from moei.casefile.actions.family import join_family, leave_family
from moei.casefile.models import Person


def groups() -> list[set[str]]:
    found: dict = {}
    for person in Person.objects.exclude(family=None):
        found.setdefault(person.family_id, set()).add(person.name)
    return sorted(found.values(), key=min)


def test_two_families_that_turn_out_to_be_one(anong, acting, add_case):
    a, b, c, d = (add_case(name) for name in "ABCD")
    join_family(acting(anong), a, b)
    join_family(acting(anong), c, d)
    assert groups() == [{"A", "B"}, {"C", "D"}]
    join_family(acting(anong), a, d)
    assert groups() == [{"A", "B", "C", "D"}]


def test_who_leaves_leaves_no_family_of_one(anong, acting, add_case):
    a, b = add_case("A"), add_case("B")
    join_family(acting(anong), a, b)
    leave_family(acting(anong), a)
    assert groups() == []
    with pytest.raises(Invalid, match="no family"):
        leave_family(acting(anong), b)


def test_a_person_is_no_family_of_their_own(anong, acting, add_case):
    case = add_case("A")
    with pytest.raises(Invalid, match="same case"):
        join_family(acting(anong), case, case)


def test_who_may_not_correct_may_not_join(prasert, acting, add_case):
    with pytest.raises(Refused):
        join_family(acting(prasert), add_case("A"), add_case("B"))


@pytest.fixture
def elsewhere(db) -> Site:
    return Site.objects.create(name="Another crossing")


@pytest.mark.parametrize("asked_from", ["A", "B"])
def test_nobody_gets_a_larger_family_at_a_site_where_one_has_no_rights(
    anong, acting, add_case, elsewhere, asked_from
):
    a, b, c = add_case("A"), add_case("B"), add_case("C")
    join_family(acting(anong), b, c)
    c.site = elsewhere
    c.save(update_fields=["site"])
    before = groups()
    pair = (a, b) if asked_from == "A" else (b, a)
    with pytest.raises(Invalid, match="may not change") as refused:
        join_family(acting(anong), *pair)
    words = str(refused.value)
    assert not any(told in words for told in (c.number, "Another crossing", "C "))
    assert groups() == before


def test_whoever_leaves_changes_no_case_at_another_site(anong, acting, add_case, elsewhere):
    a, b = add_case("A"), add_case("B")
    join_family(acting(anong), a, b)
    b.site = elsewhere
    b.save(update_fields=["site"])
    leave_family(acting(anong), a)
    assert groups() == [{"B"}]
    join_family(acting(anong), a, add_case("D"))
    assert groups() == [{"A", "D"}, {"B"}]


def test_the_page_joins_by_the_other_case_number(sign_in, anong, add_case):
    one, other = add_case("A"), add_case("B")
    page = (
        sign_in(anong)
        .post(f"/cases/{one.pk}/family/", {"number": other.number}, follow=True)
        .content.decode()
    )
    assert "Belongs together with 1 other person" in page
    refused = sign_in(anong).post(f"/cases/{one.pk}/family/", {"number": "0000-0000-0"})
    assert "None of your cases has this number" in refused.content.decode()
    sign_in(anong).post(f"/cases/{one.pk}/family/", {"leave": "yes"})
    assert groups() == []

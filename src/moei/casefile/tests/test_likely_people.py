"""At the bridge: somebody is found by how their name sounds, and by an index. All people are invented."""

from __future__ import annotations

import random

import pytest
from django.db import connection

from moei.access.acting import Refused
from moei.access.models import Site
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.models import NameToken
from moei.casefile.searching import index_people, tokens_of
from moei.casefile.selectors import likely as module
from moei.casefile.selectors.likely import Fits, likely

pytestmark = pytest.mark.django_db


def names(found) -> list[tuple[str, Fits]]:
    return [(case.person.name, fits) for case, fits in found.cases]


@pytest.mark.parametrize(
    ("said", "fits"),
    [
        ("bekele", Fits.NAMES),
        ("tad bek", Fits.NAMES),
        ("በቀለ", Fits.NAMES),
        ("bekela tadese", Fits.SOUND),
        ("Bikela", Fits.SOUND),
        ("baqele tadesse", Fits.SOUND),
        ("bekele wondimu", Fits.PART),
        ("Girma Bekele Tadese", Fits.SOUND),
    ],
)
def test_a_name_is_found_as_written_as_it_sounds_and_in_part(add_case, acting, anong, said, fits):
    add_case("Bekele Tadesse", name_native="በቀለ ታደሰ")
    add_case("Hana Girma")
    assert names(likely(acting(anong), said, most=9)) == [("Bekele Tadesse", fits)]


def test_who_is_called_so_comes_before_who_sounds_so(add_case, acting, anong):
    add_case("Bekela Tadese")
    add_case("Bekele Tadesse")
    add_case("Bekele Girma")
    assert names(likely(acting(anong), "bekele tadesse", most=9)) == [
        ("Bekele Tadesse", Fits.NAMES),
        ("Bekela Tadese", Fits.SOUND),
    ]
    assert ("Bekele Girma", Fits.PART) in names(likely(acting(anong), "bekele wolde", most=9))


def test_words_that_hundreds_are_called_by_find_the_few_who_bear_all(add_case, acting, anong, monkeypatch):
    monkeypatch.setattr(module, "WIDE", 3)
    for middle in ("Van", "Thi", "Duc", "Minh"):
        for last in ("Hoa", "Lan", "Quan", "Tam"):
            add_case(f"Nguyen {middle} {last}")
    alone = likely(acting(anong), "nguyen", most=9)
    assert alone.many and alone.cases, "and the page says so"
    two = likely(acting(anong), "nguyen hoa", most=9)
    assert two.many and names(two)[0][0].startswith("Nguyen")
    three = likely(acting(anong), "hoa nguyen duc", most=9)
    assert names(three)[0] == ("Nguyen Duc Hoa", Fits.NAMES)


def test_the_likest_come_first(add_case, acting, anong):
    for name in (
        "Bikila Tadesa",
        "Bekele Tadesse Alemu",
        "Bekele Tadesse",
        "Bekele Tedesse",
        "Bakala Tidase",
    ):
        add_case(name)
    found = [name for name, _fits in names(likely(acting(anong), "bekele tadesse", most=9))]
    assert found[:3] == ["Bekele Tadesse", "Bekele Tadesse Alemu", "Bekele Tedesse"]


def test_p12_only_whom_they_may_see_and_only_whose_duty_it_is(add_case, acting, anong, dao, monkeypatch):
    far = Site.objects.create(name="Another crossing")
    add_case("Bekele Tadesse", site=far)
    assert names(likely(acting(anong), "bekele tadesse", most=9)) == []
    add_case("Bekele")
    here = likely(acting(anong), "bekele tadesse", most=9)
    assert names(here) == [("Bekele", Fits.PART)], "whoever is called so elsewhere hides nobody"
    monkeypatch.setattr(module, "WIDE", 3)
    for _number in range(5):
        add_case("Bekele Tadesse", site=far)
        add_case("Bekele", site=far)
    for words in ("bekele", "bekele tadesse"):
        again = likely(acting(anong), words, most=9)
        assert [name for name, _fits in names(again)] == ["Bekele"] and not again.many, (
            "nor tells that they exist"
        )
    with pytest.raises(Refused):
        likely(acting(dao), "bekele", most=9)


def test_who_was_joined_is_found_by_the_names_of_both_files(add_case, acting, anong):
    kept, other = add_case("Bekele Tadesse"), add_case("Becket Tadessa")
    merge_people(acting(anong), kept, other, reason="one passport")
    assert {name for name, _fits in names(likely(acting(anong), "becket", most=9))} == {"Bekele Tadesse"}


@pytest.mark.parametrize("said", ["", "   ", "🙂", "'", "…"])
def test_what_is_no_name_finds_nobody(add_case, acting, anong, said):
    add_case("Bekele Tadesse")
    assert names(likely(acting(anong), said, most=9)) == []


def test_a_beginning_finds_what_begins_so(add_case):
    chance = random.Random(2)
    words = {"".join(chance.choices("abyz09", k=chance.randrange(1, 5))) for _ in range(400)}
    zufan = add_case("Zufan Alemu").person
    NameToken.objects.bulk_create([NameToken(person=zufan, kind="name", token=word) for word in words])
    for begin in sorted({word[: chance.randrange(1, 4)] for word in words}):
        found = NameToken.objects.filter(kind="name", token__begins=begin).values_list("token", flat=True)
        assert set(found) - {"zufan", "alemu", "hana", "girma"} == {
            word for word in words if word.startswith(begin)
        }


def test_what_is_sought_is_read_from_the_index(add_case):
    """A plan that reads the table or the whole index would be quick here, and slow among a million."""
    case = add_case("Bekele Tadesse")
    chance = random.Random(1)
    words = ["".join(chance.choices("abcdefghijklmnop", k=7)) for _ in range(3000)]
    index_people(tokens_of(case.person_id, words, ()))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    for wanted in ({"kind": "name", "token__begins": "sel"}, {"kind": "pair", "token": "bkl tds"}):
        plan = NameToken.objects.filter(**wanted).values("person_id").explain()
        assert "who_is_called_so" in plan and (
            "COVERING" in plan or "Index Only" in plan or "Bitmap" in plan
        ), plan
        assert "SCAN" not in plan and "Seq Scan" not in plan, plan

"""One search for every page: it asks for the duty, and finds nothing that opening the case would not show."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps

from moei.access.acting import Refused
from moei.access.actions.break_glass import break_glass
from moei.access.models import Site
from moei.casefile.actions.assign_case import assign_case
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.models import NameToken
from moei.casefile.selectors.cases import search
from moei.desks.arrivals.selectors.reconciliation import Group, people_of

pytestmark = pytest.mark.django_db
PHONE, PASSPORT = "+251911234567", "EP1234567"


@pytest.fixture
def case(add_case):
    return add_case(
        "Bekele Tadesse",
        name_native="በቀለ ታደሰ",
        phone=PHONE,
        document_number=PASSPORT,
        document_kind="passport",
    )


def numbers(found) -> set[str]:
    return set(found.values_list("number", flat=True))


@pytest.mark.parametrize(
    "words", ["bekele", "tadesse bek", "በቀለ", PASSPORT, "ep 1234567".replace(" ", "-"), PHONE]
)
def test_a_name_in_any_script_and_any_number_finds_its_bearer(case, add_case, acting, anong, words):
    add_case("Somebody Else", phone="+251900000000", document_number="EP7654321", document_kind="passport")
    assert numbers(search(acting(anong), words)) == {case.number}
    assert numbers(search(acting(anong), case.number)) == {case.number}


def test_p12_a_phone_finds_nobody_for_whom_the_contact_is_closed(case, acting, anong, prasert, mali, kanya):
    for member in (prasert, mali):
        assert numbers(search(acting(member), PHONE)) == set()
        assert numbers(search(acting(member), PASSPORT)) == {case.number}
    assert numbers(search(acting(kanya), PHONE)) == set()
    assign_case(acting(anong), case, kanya)
    assert numbers(search(acting(kanya), PHONE)) == {case.number}


def test_p12_a_phone_finds_by_each_role_only_what_that_role_shows(add_case, acting, give_role, anong, kanya):
    """Kanya reads contacts of assigned cases; on a panel at another site she reads identities, and no contacts."""
    far = Site.objects.create(name="Another crossing")
    mine, elsewhere = add_case("Hana Girma", phone=PHONE), add_case("Hana Far", phone=PHONE, site=far)
    assign_case(acting(anong), mine, kanya)
    give_role(kanya, "panel_police", site=far)
    assert numbers(search(acting(kanya), "hana")) == {mine.number, elsewhere.number}
    assert numbers(search(acting(kanya), PHONE)) == {mine.number}


def test_p12_an_emergency_opens_the_contact_to_a_search_for_as_long_as_it_lasts(case, acting, kanya):
    break_glass(acting(kanya), case.id, "She fainted and nobody can be reached")
    assert numbers(search(acting(kanya, later=timedelta(hours=1)), PHONE)) == {case.number}
    assert numbers(search(acting(kanya, later=timedelta(hours=4)), PHONE)) == set()


@pytest.mark.parametrize(
    "who", ["selam", "tesfa", "dao", "lawan", "niran", "vera", "somsak", "admin", "mallory"]
)
def test_p12_whoever_has_no_duty_to_search_is_refused_by_the_search_itself(case, cast, acting, who):
    with pytest.raises(Refused):
        search(acting(cast[who]), "bekele")


def test_p12_reconciliation_searches_by_the_same_rules(case, acting, anong, prasert, dao):
    assert numbers(people_of(acting(anong), Group.ARRIVED, words=PHONE)) == {case.number}
    assert numbers(people_of(acting(prasert), Group.ARRIVED, words=PHONE)) == set()
    with pytest.raises(Refused):
        people_of(acting(dao), Group.ARRIVED, words="bekele")


def test_names_and_numbers_of_a_joined_file_find_the_file_that_stands(case, add_case, acting, anong):
    kept = add_case("Bekele T.", document_number="EP7654321", document_kind="passport")
    merge = merge_people(acting(anong), kept, case, reason="one man with two passports")
    for words in ("tadesse", PASSPORT, PHONE, case.number, kept.number):
        assert numbers(search(acting(anong), words)) == {kept.number}, words
    unmerge_people(acting(anong), merge, reason="they are brothers")
    assert numbers(search(acting(anong), PASSPORT)) == {case.number}


@pytest.mark.parametrize(
    ("own", "typed"), [("อับดุลเลาะห์ แก้วมณี", "แก้วมณี"), ("ສົມສັກ ວົງສາ", "somsak"), ("សុខ ចាន់", "ចាន់")]
)
def test_thai_lao_and_khmer_are_found_by_their_words(add_case, acting, anong, own, typed):
    case = add_case("Somebody Else", name_native=own)
    add_case("Another Person", name_native="สมชาย ใจดี")
    assert numbers(search(acting(anong), typed)) == {case.number}


def test_names_that_were_kept_before_are_found_as_new_ones_are(add_case, acting, anong):
    """An instance that is brought up to date: syllables as ICU cut them become words."""
    case, other = add_case("Somebody Else", name_native="อับดุลเลาะห์"), add_case("Bekele Tadesse")
    NameToken.objects.filter(person=case.person_id, kind="name").delete()
    for token in ("xab", "dul", "leaa", "somebody", "else"):
        NameToken.objects.create(person_id=case.person_id, kind="name", token=token)
    import_module("moei.casefile.migrations.0007_thai_lao_and_khmer_tokens").make_anew(apps, None)
    assert numbers(search(acting(anong), "อับดุลเลาะห์")) == {case.number}
    assert numbers(search(acting(anong), "somebody else")) == {case.number}
    assert numbers(search(acting(anong), "xab")) == set()
    assert numbers(search(acting(anong), "bekele")) == {other.number}

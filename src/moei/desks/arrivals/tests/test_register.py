"""Registration at the crossing: identity, needs, child or not, wristband, clocks; once."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.models import Site
from moei.casefile.models import (
    Case,
    CaseEvent,
    Consent,
    IdentityDocument,
    Need,
    PersonLanguage,
    RecordLink,
    SourceRecord,
    Wristband,
)
from moei.desks.arrivals.actions import register_person as module
from moei.desks.arrivals.actions.print_paper import print_paper
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.registration import Registration, child
from moei.engines.identity import make_td3

pytestmark = pytest.mark.django_db
ADULT = {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}


def zone(**changes) -> str:
    about = {
        "family": "YARED", "given": "MULUGETA", "nationality": "ETH", "document_number": "EP1234567",
        "birth_date": date(1998, 3, 14), "sex": "M", "expiry": date(2031, 5, 6),
    }  # fmt: skip
    return make_td3(**{**about, **changes})


def test_an_expected_person_is_registered(add_case, anong, acting):
    case = add_case("MULUGETA YARED", nationality="ETH")
    given = Registration(
        name="Mulugeta Yared", name_native="ሙሉጌታ ያሬድ", sex="M", nationality="ETH", **ADULT,
        languages=(("am", "native"), ("en", "some")), needs=frozenset({"injured"}),
        document_kind="passport", document_number="EP 1234567", document_issuer="ETH", document_seen=True, mrz=zone(),
    )  # fmt: skip
    done = register_person(acting(anong), given, case, operation=uuid4())
    person = done.case.person
    assert (person.name, person.name_native, person.sex) == ("Mulugeta Yared", "ሙሉጌታ ያሬድ", "M")
    assert done.case.stage == "registered"
    document = IdentityDocument.objects.get(person=person, number="EP1234567")
    assert (document.seen, document.mrz_valid, document.issuer) == (True, True, "ETH")
    assert set(PersonLanguage.objects.values_list("code", "level")) == {("am", "native"), ("en", "some")}
    assert set(Need.objects.values_list("code", flat=True)) == {"injured"}
    assert done.wristband.case_id == case.id
    link = RecordLink.objects.get(record__origin="registration")
    assert (link.how, link.person_id, link.linked_by) == ("staff", person.id, anong)
    kinds = set(CaseEvent.objects.filter(case=case).values_list("kind", flat=True))
    assert {"handed_over", "arrived", "registered"} <= kinds


def test_somebody_on_no_list_gets_a_case_file_and_running_clocks(anong, acting):
    done = register_person(acting(anong), Registration(name="Tigist Alemu", **ADULT), None, operation=uuid4())
    assert done.case.stage == "registered"
    assert done.case.clocks.filter(status="running").exists()


def test_p02_registration_asks_for_no_consent(add_case, anong, acting):
    register_person(acting(anong), Registration(name="A", **ADULT), add_case("A"), operation=uuid4())
    assert not Consent.objects.exists()


def test_a_double_click_registers_once(add_case, anong, acting):
    case, operation = add_case("MULUGETA YARED"), uuid4()
    first = register_person(acting(anong), Registration(name="Mulugeta", **ADULT), case, operation=operation)
    again = register_person(acting(anong), Registration(name="Mulugeta", **ADULT), case, operation=operation)
    assert (first.again, again.again) == (False, True)
    assert again.wristband == first.wristband
    assert SourceRecord.objects.filter(origin="registration").count() == 1
    assert CaseEvent.objects.filter(kind="registered").count() == 1
    assert Wristband.objects.count() == 1


def test_a_double_click_for_somebody_on_no_list_opens_one_case_file(anong, acting):
    operation = uuid4()
    for _click in range(2):
        register_person(acting(anong), Registration(name="Tigist", **ADULT), None, operation=operation)
    assert Case.objects_unchecked.count() == 1


def test_the_id_of_a_sent_form_with_something_else_in_it_is_refused(add_case, anong, acting):
    case, operation = add_case("MULUGETA YARED"), uuid4()
    register_person(acting(anong), Registration(name="Mulugeta", **ADULT), case, operation=operation)
    with pytest.raises(Invalid, match="sent before with something else in it"):
        register_person(acting(anong), Registration(name="Tigist", **ADULT), case, operation=operation)
    assert SourceRecord.objects.filter(origin="registration").count() == 1


def test_a_second_officer_is_told_who_registered_and_when(add_case, anong, cast, acting, release):
    case = add_case("MULUGETA YARED")
    register_person(acting(anong), Registration(name="Mulugeta", **ADULT), case, operation=uuid4())
    with pytest.raises(Invalid, match=r"registered already by Anong Srisuk at \d\d:\d\d"):
        register_person(
            acting(anong, later=timedelta(minutes=1)),
            Registration(name="M.", **ADULT),
            case,
            operation=uuid4(),
        )
    assert SourceRecord.objects.filter(origin="registration").count() == 1


def test_somebody_without_the_duty_may_not_register(add_case, prasert, acting):
    with pytest.raises(Refused):
        register_person(acting(prasert), Registration(name="A"), add_case("A"), operation=uuid4())


@pytest.mark.parametrize(
    ("birth", "unsure", "is_child"),
    [
        ((date(1998, 3, 14), date(1998, 3, 14)), False, False),
        ((date(2010, 1, 1), date(2010, 1, 1)), False, True),
        ((date(2007, 1, 1), date(2009, 12, 31)), False, "unsure"),
        ((None, None), False, "unsure"),
        ((date(1998, 3, 14), date(1998, 3, 14)), True, "unsure"),
    ],
)
def test_p09_a_person_under_18_or_of_unsure_age_is_a_child(birth, unsure, is_child, add_case, anong, acting):
    case = add_case("A")
    given = Registration(name="A", birth_from=birth[0], birth_to=birth[1], age_unsure=unsure)
    register_person(acting(anong), given, case, operation=uuid4())
    assert CaseEvent.objects.get(kind="registered").data == {"child": is_child}
    assert Need.objects.filter(code="child_or_age_unsure", ended_at__isnull=True).exists() is (
        is_child is not False
    )


def test_p09_the_birthday_itself_ends_childhood():
    born = date(2008, 3, 2)
    assert child(born, born, unsure=False, on=date(2026, 3, 1)) is True
    assert child(born, born, unsure=False, on=date(2026, 3, 2)) is False


def test_a_zone_with_a_wrong_check_digit_must_be_compared_first(add_case, anong, acting):
    case = add_case("MULUGETA YARED")
    top, bottom = zone().split("\n")
    bad = f"{top}\n{bottom[:19]}{'1' if bottom[19] != '1' else '2'}{bottom[20:]}"
    given = {"name": "Mulugeta", "document_number": "EP1234567", "mrz": bad, **ADULT}
    with pytest.raises(Invalid) as refused:
        register_person(acting(anong), Registration(**given), case, operation=uuid4())
    assert "Date of birth" in refused.value.errors["mrz"]
    assert not SourceRecord.objects.filter(origin="registration").exists()
    register_person(acting(anong), Registration(**given, mrz_compared=True), case, operation=uuid4())
    assert IdentityDocument.objects.get(number="EP1234567").mrz_valid is False


def test_two_people_with_one_passport_are_noticed(add_case, anong, acting):
    add_case("SOLOMON BEKELE", document_number="EP1234567", document_kind="passport")
    case = add_case("MULUGETA YARED")
    given = {"name": "Mulugeta", "document_number": "EP1234567", "document_kind": "passport", **ADULT}
    with pytest.raises(Invalid) as refused:
        register_person(acting(anong), Registration(**given), case, operation=uuid4())
    assert "Another case file" in refused.value.errors["document_number"]
    register_person(acting(anong), Registration(**given, shared_document=True), case, operation=uuid4())
    assert IdentityDocument.objects.filter(number="EP1234567").count() == 2


def test_a_clock_that_was_moved_back_is_noticed(add_case, anong, acting, release):
    case = add_case("MULUGETA YARED")
    early = release.began_at - timedelta(hours=1)
    with pytest.raises(Invalid) as refused:
        register_person(
            acting(anong), Registration(name="M", happened_at=early, **ADULT), case, operation=uuid4()
        )
    assert "before the handover" in refused.value.errors["happened_at"]
    with pytest.raises(Invalid) as refused:
        register_person(acting(anong, at=early), Registration(name="M", **ADULT), case, operation=uuid4())
    assert "clock of this device" in refused.value.errors["happened_at"]


def test_a_sheet_is_entered_later_with_its_own_time_and_once(add_case, anong, acting, release):
    pack = print_paper(acting(anong), 3)
    first, second = add_case("A"), add_case("B")
    then = release.began_at + timedelta(hours=1)
    given = {"name": "A", "happened_at": then, **ADULT}
    register_person(acting(anong), Registration(**given, sheet=pack.sheet(1)), first, operation=uuid4())
    assert CaseEvent.objects.get(case=first, kind="registered").happened_at == then
    for sheet, words in (
        (pack.sheet(1), "entered already"),
        ("P9-01", "No sheet"),
        ("P1-04", "No sheet"),
        ("x", "No"),
    ):
        with pytest.raises(Invalid) as refused:
            register_person(acting(anong), Registration(**given, sheet=sheet), second, operation=uuid4())
        assert words in refused.value.errors["sheet"]
    assert not CaseEvent.objects.filter(case=second, kind="registered").exists()


def test_matching_again_leaves_a_registered_person_where_the_officer_put_them(add_case, anong, acting):
    from moei.desks.arrivals.actions.match_people import match_people

    case = add_case(
        "MULUGETA YARED", nationality="ETH", birth_from=date(1998, 3, 14), birth_to=date(1998, 3, 14)
    )
    register_person(
        acting(anong), Registration(name="Completely Different", **ADULT), case, operation=uuid4()
    )
    match_people(acting(anong))
    links = RecordLink.objects.filter(ended_at__isnull=True)
    assert set(links.values_list("person_id", flat=True)) == {case.person_id}


def test_the_second_click_that_waited_for_the_first_gets_its_answer(add_case, anong, acting, monkeypatch):
    """On PostgreSQL the second reads "not applied yet", waits for the case, and finds the person registered."""
    case, operation = add_case("MULUGETA YARED"), uuid4()
    given = Registration(name="Mulugeta Yared", **ADULT)
    first = register_person(acting(anong), given, case, operation=operation)
    looked = []

    def not_seen_at_first(*about):
        looked.append(about)
        return None if len(looked) == 1 else once(*about)

    once = module._once
    monkeypatch.setattr(module, "_once", not_seen_at_first)
    second = register_person(acting(anong), given, case, operation=operation)
    assert (second.again, second.case) == (True, first.case)


def test_p12_a_document_of_a_file_at_another_site_does_not_tell_which_file(add_case, anong, acting):
    there = add_case("HANA GIRMA", document_number="EP1234567", site=Site.objects.create(name="Far away"))
    given = Registration(name="Hana Girma", document_number="EP1234567", **ADULT)
    with pytest.raises(Invalid) as refused:
        register_person(acting(anong), given, operation=uuid4())
    assert "may not open" in refused.value.errors["document_number"]
    assert there.number not in str(refused.value)

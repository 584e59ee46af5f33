"""What somebody needs, how urgent it is, who met it and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.actions.needs import assess_needs, meet_need, record_needs
from moei.casefile.models import Need, Person
from moei.casefile.selectors.needs import needs_of
from moei.desks.care.selectors import unmet_of
from moei.journal.models import Entry

pytestmark = pytest.mark.django_db
URGENT = Need.Urgency


def standing(case) -> dict[str, int]:
    return dict(Need.objects.filter(person=case.person_id, ended_at=None).values_list("code", "urgency"))


def test_an_assessment_says_of_each_need_how_urgent_it_is_and_who_asked(person, acting, kanya):
    case = person()
    assess_needs(acting(kanya), case, {"food": 1, "legal_aid": 5, "phone_call": 2})
    assert standing(case) == {"food": 1, "legal_aid": 5, "phone_call": 2}
    assert set(Need.objects.values_list("noted_by", flat=True)) == {kanya.pk}
    entry = Entry.objects.get(action="needs.assessed")
    assert "food" not in str([entry.data, entry.fields])


def test_the_next_assessment_ends_what_no_longer_holds_and_keeps_since_when_the_rest_stands(
    person, acting, kanya, now
):
    case = person()
    assess_needs(acting(kanya), case, {"food": 1, "safety": 2})
    assess_needs(acting(kanya, later=timedelta(days=1)), case, {"safety": 1})
    assert standing(case) == {"safety": 1}
    assert Need.objects.get(code="safety").noted_at == now
    assert Need.objects.get(code="food").ended_at == now + timedelta(days=1)


def test_what_the_crossing_notes_takes_nothing_from_an_assessment(person, acting, anong, kanya):
    case = person()
    assess_needs(acting(kanya), case, {"food": 1, "medical": 1})
    record_needs(acting(anong), case, ["pregnant"])
    assert standing(case) == {"food": 1, "pregnant": URGENT.NOT_JUDGED}
    with pytest.raises(Invalid, match="Unknown"):
        record_needs(acting(anong), case, ["food"])


def test_a_need_that_was_met_is_over_and_says_by_whom_and_when(person, acting, kanya, clinic, now):
    case = person()
    assess_needs(acting(kanya), case, {"medical": 1})
    later = acting(kanya, later=timedelta(hours=5))
    meet_need(later, case, "medical", at=now + timedelta(hours=4), through=clinic)
    need = Need.objects.get()
    assert (need.met_at, need.met_by, need.met_through) == (now + timedelta(hours=4), kanya, clinic)
    assert need.ended_at == later.now and needs_of([case.person_id])[case.person_id] == []
    with pytest.raises(Invalid, match="already"):
        meet_need(later, case, "medical", at=later.now)


@pytest.mark.parametrize("code", sorted(Need.OF_THE_PERSON))
def test_what_is_part_of_the_person_stands_on_after_it_was_met(person, acting, kanya, code, now):
    case = person()
    assess_needs(acting(kanya), case, {code: 2})
    meet_need(acting(kanya, later=timedelta(hours=1)), case, code, at=now)
    assert standing(case) == {code: 2}
    assert unmet_of([case.person_id])[case.person_id] == []
    assess_needs(acting(kanya, later=timedelta(hours=2)), case, {code: 2})
    assert unmet_of([case.person_id])[case.person_id] == [], "asked again and found the same: it stays met"
    assess_needs(acting(kanya, later=timedelta(hours=3)), case, {code: 1})
    assert [need.code for need in unmet_of([case.person_id])[case.person_id]] == [code]


def test_p09_who_may_be_a_child_is_one_also_after_that_need_was_met(person, acting, kanya, now):
    case = person()
    assess_needs(acting(kanya), case, {"child_or_age_unsure": 1})
    meet_need(acting(kanya), case, "child_or_age_unsure", at=now)
    assert Person.objects.get(pk=case.person_id).is_child(now.date())


def test_needs_of_a_joined_file_are_assessed_and_met_in_the_one_that_stands(
    person, acting, anong, kanya, now
):
    kept, other = person("Henok Desta"), person("Henok D.")
    for case in (kept, other):
        assess_needs(acting(kanya), case, {"medical": 2, "food": 3})
    merge_people(acting(anong), kept, other, reason="the same scar")
    with pytest.raises(Invalid, match="joined"):
        assess_needs(acting(anong), other, {})
    with pytest.raises(Invalid, match="joined"):
        meet_need(acting(anong), other, "medical", at=now)
    meet_need(acting(kanya), kept, "medical", at=now)
    assert [need.code for need in unmet_of([kept.person_id])[kept.person_id]] == ["food"]
    assert not Need.objects.filter(code="medical", ended_at=None).exists()
    assess_needs(acting(kanya, later=timedelta(hours=1)), kept, {})
    assert not Need.objects.filter(ended_at=None).exists()


@pytest.mark.parametrize("wrong", [timedelta(hours=1), timedelta(days=-2)])
def test_a_need_is_not_met_in_the_future_nor_before_it_was_noted(person, acting, kanya, now, wrong):
    case = person()
    assess_needs(acting(kanya), case, {"food": 1})
    with pytest.raises(Invalid):
        meet_need(acting(kanya), case, "food", at=now + wrong)


def test_nonsense_is_refused_in_words(person, acting, kanya):
    case = person()
    for found in ({"gold": 1}, {"food": 9}, {"food": 0}):
        with pytest.raises(Invalid):
            assess_needs(acting(kanya), case, found)


@pytest.mark.parametrize("who", ["prasert", "selam", "tesfa", "ploy", "niran", "vera", "mallory"])
def test_who_only_reads_needs_or_does_not_records_none(person, acting, cast, who, now):
    case = person()
    with pytest.raises(Refused):
        assess_needs(acting(cast[who]), case, {"food": 1})
    with pytest.raises(Refused):
        meet_need(acting(cast[who]), case, "food", at=now)


def test_the_page_asks_about_each_need_and_shows_who_met_it(person, sign_in, kanya, clinic, acting):
    case = person()
    page = sign_in(kanya)
    url = reverse("care:assess", args=[case.pk])
    assert page.get(url).content.decode().count("<select") == len(Need.Code.values)
    assert page.post(url, {"food": "1", "medical": "2", "legal_aid": "9"}).status_code == 422
    assert page.post(url, {"food": "1", "medical": "2", "safety": ""}).status_code == 302
    assert standing(case) == {"food": 1, "medical": 2}
    met = reverse("care:met", args=[case.pk, Need.objects.get(code="medical").pk])
    assert page.post(met, {"on": "", "through": ""}).status_code == 422
    day = case.site.day_of(Need.objects.get(code="medical").noted_at).isoformat()
    assert page.post(met, {"on": day, "through": str(clinic.pk)}).status_code == 302
    body = page.get(reverse("care:case", args=[case.pk])).content.decode()
    assert "River clinic" in body and "At once" in body
    assert page.post(met, {"on": day}).status_code == 422, "met a second time"


def test_a_need_of_somebody_else_is_not_there(person, acting, kanya, sign_in):
    mine, other = person("Mine"), person("Other")
    assess_needs(acting(kanya), other, {"food": 1})
    url = reverse("care:met", args=[mine.pk, Need.objects.get().pk])
    assert sign_in(kanya).get(url).status_code == 404


def test_the_file_that_the_person_gets_says_who_met_their_needs(person, acting, kanya, hom, clinic, now):
    from moei.casefile.selectors.cases import open_case
    from moei.desks.care.actions.write_medical import write_medical_note
    from moei.desks.care.persons_part import health

    case = person()
    assert health(open_case(acting(kanya), case)) is None
    assess_needs(acting(kanya), case, {"clothing": 1})
    meet_need(acting(kanya), case, "clothing", at=now, through=clinic)
    write_medical_note(acting(hom), case, words="a broken rib", seen_on=now.date(), by_doctor=True)
    said = str(health(open_case(acting(kanya), case)))
    assert "Clothing" in said and "River clinic" in said and "Seen by a doctor" in said
    assert "rib" not in said, "whoever prints it is not of the health service"

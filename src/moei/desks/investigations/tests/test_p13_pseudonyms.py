"""P13: who told something is shown as little as five people of the release allow, and not before their period is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.apps import apps

from moei.access.acting import Invalid
from moei.casefile.actions.record_event import Happening, record_events, void_event
from moei.casefile.models import CaseEvent
from moei.desks.investigations.actions.give_statement import give_statement
from moei.desks.investigations.models import Fact, Statement, Teller
from moei.desks.investigations.selectors.statements import listed
from moei.desks.investigations.tests.conftest import NEXT_WEEK
from moei.engines.protocol import EventKind

pytestmark = pytest.mark.django_db


def shown(statement) -> tuple[str, str, int]:
    """Origin, ages, and how many days the period has."""
    return (
        statement.teller.origin,
        statement.teller.band,
        (statement.heard_to - statement.heard_from).days + 1,
    )


def test_p13_five_of_one_country_and_age_in_one_week_are_enough(tell):
    assert shown(tell()) == ("ETH", "25-34", 7)


def test_p13_fewer_of_a_country_make_it_a_region_then_a_continent_then_nothing(
    tell, interviewed, agree_to, crowd
):
    kenyan = interviewed("Wanjiru Kamau", nationality="KEN")
    assert shown(tell(kenyan)) == ("eastern_africa", "25-34", 7)
    nigerian = interviewed("Chidi Okafor", nationality="NGA")
    assert shown(tell(nigerian)) == ("africa", "18+", 7)
    nepali = interviewed("Bishnu Rai", nationality="NPL")
    assert shown(tell(nepali)) == ("", "", 7)


def test_p13_an_age_that_few_have_is_not_said(tell, interviewed):
    older = interviewed("Tsehay Bekele", born=1960)
    assert shown(tell(older)) == ("eastern_africa", "18+", 7)
    child = interviewed("Genet Assefa", born=2012)
    assert shown(tell(child))[1] == ""


@pytest.mark.usefixtures("crowd", "link_keys")
def test_p13_a_week_in_which_few_were_interviewed_becomes_a_month(
    interviewed, agree_to, acting, kanya, dsi, draft, now
):
    """Nobody else was interviewed in that week; six were in the month."""
    later = now + timedelta(days=14)
    alone = interviewed("Fikre Haile", at=later)
    agree_to(alone)
    statement = give_statement(acting(kanya, at=later), alone, dsi, replace(draft(), heard_on=later.date()))
    assert shown(statement) == ("ETH", "25-34", 31)


def test_p13_two_talks_of_one_pseudonym_do_not_tell_together_what_each_keeps(
    crowd, interviewed, acting, kanya, agree_to, dsi, draft, link_keys, now
):
    """Each week alone fits five people; only one person was interviewed in both."""
    later = now + timedelta(days=7)
    for name in ("Girma Tolosa", "Hana Mekonnen", "Ibsa Kedir", "Jalene Tufa", "Kebede Alemu"):
        interviewed(name, at=later)
    agree_to(crowd[0])
    record_events(acting(kanya, at=later), [Happening(crowd[0], EventKind.INTERVIEW_STARTED, later)])
    first = give_statement(acting(kanya, at=later), crowd[0], dsi, draft())
    second = give_statement(acting(kanya, at=later), crowd[0], dsi, replace(draft(), heard_on=later.date()))
    assert first.teller == second.teller
    assert shown(first)[2] == 7
    assert shown(second)[2] > 7


def test_p13_with_fewer_than_five_interviewed_nothing_is_handed_over(
    interviewed, agree_to, acting, kanya, dsi, draft, link_keys
):
    four = [interviewed(f"Invented Person{letter}") for letter in "abcd"]
    agree_to(four[0])
    with pytest.raises(Invalid, match="Fewer than five people"):
        give_statement(acting(kanya), four[0], dsi, draft())


def void_interviews(acting, kanya, *cases) -> None:
    for event in CaseEvent.objects.filter(case__in=cases, kind=EventKind.INTERVIEW_STARTED):
        void_event(acting(kanya), event, reason="recorded in the wrong file")


@pytest.mark.usefixtures("link_keys")
def test_p13_an_interview_that_was_voided_hides_nobody(
    interviewed, agree_to, acting, kanya, anong, dsi, draft, crowd
):
    agree_to(crowd[0])
    void_interviews(acting, anong, crowd[4])
    with pytest.raises(Invalid, match="Fewer than five people"):
        give_statement(acting(kanya), crowd[0], dsi, draft())
    interviewed("Fikre Haile")
    assert give_statement(acting(kanya), crowd[0], dsi, draft())


@pytest.mark.usefixtures("link_keys")
def test_nothing_is_handed_over_of_a_person_whose_one_interview_was_voided(
    interviewed, agree_to, acting, kanya, anong, dsi, draft, crowd
):
    interviewed("Fikre Haile")
    agree_to(crowd[0])
    void_interviews(acting, anong, crowd[0])
    with pytest.raises(Invalid, match="No interview of this person"):
        give_statement(acting(kanya), crowd[0], dsi, draft())


def test_p13_nobody_sees_a_statement_appear_while_its_period_runs(tell, acting, niran, now):
    statement = tell()
    assert statement.visible_from == statement.heard_to + timedelta(days=1)
    for days in range(-now.weekday(), 7 - now.weekday()):
        assert not listed(acting(niran, later=timedelta(days=days))).exists()
    assert listed(acting(niran, later=timedelta(days=7 - now.weekday()))).exists()


def test_p13_ids_and_rows_hold_no_time(tell):
    """Ids of other tables begin with the moment at which they were made."""
    tell()
    for model in (Teller, Statement, Fact):
        assert {row.pk.version for row in model.objects.all()} == {4}
        kinds = {field.get_internal_type() for field in model._meta.concrete_fields}
        assert "DateTimeField" not in kinds


def test_p13_no_table_of_the_desk_leads_to_a_case_or_a_person(tell, crowd):
    tell()
    numbers = {case.number for case in crowd} | {str(case.pk) for case in crowd}
    numbers |= {str(case.person_id) for case in crowd} | {case.person.name for case in crowd}
    for model in apps.get_app_config("investigations").get_models():
        for field in model._meta.concrete_fields:
            related = getattr(field, "related_model", None)
            assert related is None or related._meta.app_label in ("investigations", "access"), field
        said = repr(list(model.objects.values()))
        assert not [number for number in numbers if number in said]


def test_p13_two_agencies_know_one_person_by_two_pseudonyms(tell, crowd, agencies):
    assert tell().teller.code != tell(crowd[0], agency=agencies["ATPD"]).teller.code


def test_p13_investigators_of_another_agency_read_nothing_of_it(
    tell, acting, niran, agencies, give_role, mallory
):
    tell()
    mallory.agency = agencies["ATPD"]
    mallory.save()
    give_role(mallory, "investigator")
    assert not listed(acting(mallory, later=NEXT_WEEK)).exists()
    assert listed(acting(niran, later=NEXT_WEEK)).exists()

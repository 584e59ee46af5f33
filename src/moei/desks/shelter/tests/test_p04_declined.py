"""Saying no to shelter costs nothing: the person is served outside it, and may come at any time."""

import pytest
from django.urls import reverse

from moei.access.acting import Invalid
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.folding import state_of
from moei.casefile.models import Case, CaseEvent
from moei.desks.shelter.actions.decline import decline_shelter
from moei.desks.shelter.actions.stay import check_in, reserve
from moei.desks.shelter.models import Declined, Stay

Service = Declined.Service


def kinds(case):
    found = CaseEvent.objects.filter(case=case, kind__startswith="shelter").order_by("recorded_at", "id")
    return list(found.values_list("kind", flat=True))


def test_p04_whoever_declines_is_recorded_with_codes_only_and_served_outside(people, acting, anong, sign_in):
    case = people.woman()
    decline_shelter(acting(anong), case, lives=Declined.Lives.FAMILY, services=[Service.FOOD, Service.HEALTH])
    event = CaseEvent.objects.get(case=case, kind="shelter_declined")
    assert event.data == {"lives": "family"}
    text = sign_in(anong).get(reverse("shelter:outside")).content.decode()
    assert "Almaz Invented" in text and "Food, Health" in text
    with pytest.raises(Invalid, match="written down already"):
        decline_shelter(acting(anong), case)


def test_p04_it_changes_no_stage_no_clock_and_no_right(people, acting, anong, now):
    one, other = people.woman("One"), people.woman("Other")
    decline_shelter(acting(anong), one)
    states = [state_of(Case.objects_unchecked.get(pk=case.pk), now=now) for case in (one, other)]
    assert states[0].stage == states[1].stage
    assert [(clock.code, clock.status, clock.due_at) for clock in states[0].clocks] == [
        (clock.code, clock.status, clock.due_at) for clock in states[1].clocks
    ]


def test_p04_a_bed_that_was_kept_is_free_at_once_and_whoever_sleeps_in_one_leaves_it(
    place, people, acting, anong
):
    teak, expected, here = place(women=2), people.woman("Expected"), people.woman("Here")
    reserve(acting(anong), expected, teak)
    check_in(acting(anong), here, teak)
    decline_shelter(acting(anong), expected)
    decline_shelter(acting(anong), here)
    assert not Stay.objects.filter(ended_at__isnull=True).exists()
    assert kinds(expected) == ["shelter_declined"]
    assert kinds(here) == ["sheltered", "shelter_left", "shelter_declined"]


def test_p04_whoever_comes_after_all_gets_a_bed_as_anybody(place, people, acting, anong):
    case = people.woman()
    decline_shelter(acting(anong), case)
    check_in(acting(anong), case, place(women=1))
    assert Declined.objects.get().ended_at is not None
    assert decline_shelter(acting(anong), case), "and may say no again"


def test_p04_whoever_declined_in_a_file_that_was_joined_is_served_outside(people, acting, anong, sign_in):
    kept, merged = people.woman("Kept"), people.woman("Merged")
    decline_shelter(acting(anong), merged)
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    text = sign_in(anong).get(reverse("shelter:outside")).content.decode()
    assert kept.number in text and merged.number not in text

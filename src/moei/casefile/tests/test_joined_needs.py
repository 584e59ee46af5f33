"""What a joined file says of needs and of age counts in the file that stands, everywhere."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.urls import reverse

from moei.casefile import folding
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.actions.needs import record_needs
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.actions.write_people import redescribe
from moei.casefile.folding import protocol, state_of
from moei.casefile.models import Need, Person, RecordLink, SourceRecord
from moei.casefile.selectors import case_list, case_page
from moei.casefile.selectors.cases import open_case
from moei.casefile.selectors.needs import needs_of
from moei.desks.screening import selectors as screening
from moei.engines.protocol import EventKind
from moei.overview.selectors.counting import AgeBand, release_counts

pytestmark = pytest.mark.django_db
GROWN = {"birth_date": date(1995, 5, 4), "birth_from": date(1995, 5, 4), "birth_to": date(1995, 5, 4)}
YOUNG = {"birth_date": date(2011, 5, 4), "birth_from": date(2011, 5, 4), "birth_to": date(2011, 5, 4)}


@pytest.fixture
def grown(add_case, acting, anong):
    """Registered as an adult, with a birth date."""
    case = add_case("Henok Desta", nationality="ETH", sex="M", **GROWN)
    record_events(acting(anong), [Happening(case, EventKind.REGISTERED, acting(anong).now, {"child": False})])
    case.refresh_from_db()
    return case


@pytest.fixture
def join(acting, anong):
    return lambda kept, merged: merge_people(acting(anong), kept, merged, reason="the same scar")


@pytest.fixture
def apart(acting, anong):
    return lambda merge: unmerge_people(acting(anong), merge, reason="different scars")


@pytest.fixture
def treated_as_child(acting, anong, sign_in, release):
    """Whether the file is a child's: by the page, the list, the board, the screening desk and the protocol, alike."""

    def look(case) -> bool:
        who = acting(anong)
        case = type(case).objects.visible_to(anong, now=who.now).select_related("person").get(pk=case.pk)
        state = state_of(case, now=who.now)
        bands = release_counts(release, who.now).by_age
        page = sign_in(anong).get(reverse("cases:file", args=[case.pk])).content.decode()
        said = {
            case_page.identity(who, open_case(who, case)).child,
            "treated as a child" in page,
            case_list.rows(who, [case])[0].child,
            screening.is_child(case, state),
            state.child,
            bands[AgeBand.UNSURE] == 1,
        }
        assert len(said) == 1, said
        return said.pop()

    return look


def doubted(case, who) -> None:
    correct_identity(who, case, {"age_unsure": True})


def noted(case, who) -> None:
    record_needs(who, case, ["child_or_age_unsure"])


@pytest.mark.parametrize("how", ["birth date", "doubt", "need"])
def test_p09_who_is_a_child_by_the_joined_file_is_one_until_they_are_taken_apart(
    how, grown, add_case, join, apart, acting, anong, treated_as_child
):
    other = add_case("Henok D.", **(YOUNG if how == "birth date" else GROWN))
    if how == "doubt":
        doubted(other, acting(anong))
    elif how == "need":
        noted(other, acting(anong))
    other.hidden = True  # counts look at one file
    other.save(update_fields=["hidden"])
    assert not treated_as_child(grown)
    merge = join(grown, other)
    assert treated_as_child(grown)
    apart(merge)
    other.hidden = True
    other.save(update_fields=["hidden"])
    assert not treated_as_child(grown)


def test_p09_a_joined_file_without_a_birth_date_says_nothing_against_one(
    grown, add_case, join, treated_as_child
):
    join(grown, add_case("Henok D."))
    assert not treated_as_child(grown)


def test_p09_through_a_file_between_them(grown, add_case, join, treated_as_child):
    between = add_case("Henok D.", **GROWN)
    join(between, add_case("H. Desta", **YOUNG))
    join(grown, between)
    assert treated_as_child(grown)


def test_p09_who_looked_at_the_person_settles_it_and_each_file_keeps_its_own(
    grown, add_case, join, apart, acting, anong, sign_in, treated_as_child
):
    other = add_case("Henok D.", **YOUNG)
    merge = join(grown, other)
    address = reverse("cases:identity", args=[grown.pk])
    form = sign_in(anong).get(address).context["form"]
    assert form["age_unsure"].value() is True
    correct_identity(acting(anong), grown, {"name": "Henok Desta Lemma", "age_unsure": True})
    assert treated_as_child(grown)
    correct_identity(acting(anong), grown, {"age_unsure": False})
    assert not treated_as_child(grown)
    apart(merge)
    ages = {person.pk: person.is_child(date(2026, 3, 2)) for person in Person.objects.all()}
    assert ages == {grown.person_id: False, other.person_id: True}
    join(grown, other)
    assert Person.objects.get(pk=grown.person_id).is_child(date(2026, 3, 2))


def test_p09_no_correction_takes_a_childs_need_away(add_case, acting, anong):
    child = add_case("Hana", **YOUNG)
    noted(child, acting(anong))
    correct_identity(acting(anong), child, {"age_unsure": False, "name": "Hana G."})
    assert [need.code for need in needs_of([child.person_id])[child.person_id]] == ["child_or_age_unsure"]


def test_p09_a_list_that_comes_to_the_joined_file_counts(grown, add_case, join, acting, anong):
    other = add_case("Henok D.", kind="family", **GROWN)
    join(grown, other)
    brought = add_case("Henok D.", kind="embassy", **YOUNG)
    RecordLink.objects.filter(person=brought.person_id).update(person=other.person_id)
    redescribe(acting(anong), [other.person_id])
    assert SourceRecord.objects.filter(links__person=other.person_id).count() == 2
    assert Person.objects.get(pk=grown.person_id).is_child(date(2026, 3, 2))


def test_p09_the_consent_gate_of_adults_does_not_bind_who_may_be_a_child(
    grown, add_case, join, acting, anong, monkeypatch
):
    """A protocol that asks an adult's consent before the determination asks it of nobody who may be a child."""
    rules = protocol(grown.protocol)
    action = rules.actions["interview_started"]
    gate = replace(
        action, needs_of_adults=replace(action.needs_of_adults, value=("consent_to_protection_given",))
    )
    gated = replace(rules, actions={**rules.actions, "interview_started": gate})
    monkeypatch.setattr(folding, "protocol", lambda name: gated)
    who = acting(anong)
    record_events(who, [Happening(grown, EventKind.SCREENING_RECORDED, who.now, {})])
    assert not state_of(grown, now=who.now).may("interview_started").ok
    join(grown, add_case("Henok D.", **YOUNG))
    grown = type(grown).objects_unchecked.get(pk=grown.pk)
    assert state_of(grown, now=who.now).may("interview_started").ok


def test_needs_of_the_joined_file_are_seen_to(grown, add_case, join, apart, acting, anong, release):
    other = add_case("Henok D.", **GROWN)
    record_needs(acting(anong), other, ["medical", "pregnant"])
    record_needs(acting(anong), grown, ["medical"])
    merge = join(grown, other)
    who = acting(anong)
    shown = case_page.needs(open_case(who, grown))
    assert [need.code for need in shown] == ["medical", "pregnant"]
    assert set(case_list.listed_cases(who, need="pregnant")) == {grown}
    (row,) = case_list.rows(who, [grown])
    assert len(row.needs) == 2
    assert screening.waiting(who).get().urgent
    assert [need.code for need in screening.rows(list(screening.waiting(who)), who.now)[0].needs] == [
        "medical",
        "pregnant",
    ]
    counts = release_counts(release, who.now).needs
    assert (counts["medical"], counts["pregnant"]) == (1, 1)
    record_needs(acting(anong, later=timedelta(minutes=1)), grown, ["pregnant"])
    assert {n.code for n in Need.objects.filter(ended_at=None)} == {"pregnant"}
    apart(merge)
    assert needs_of([grown.person_id])[grown.person_id] == []
    assert [need.code for need in needs_of([other.person_id])[other.person_id]] == ["pregnant"]


def test_needs_of_many_are_one_query(add_case, join, acting, anong, django_assert_num_queries):
    kept = add_case("A")
    for name in "BCD":
        other = add_case(name)
        record_needs(acting(anong), other, ["medical"])
        join(kept, other)
    with django_assert_num_queries(1):
        assert len(needs_of([kept.person_id])[kept.person_id]) == 1

"""In hospital, gone, died: the bed follows, each has next steps of its own, a missing child alarms whoever watches."""

from datetime import timedelta

import pytest
from django.urls import reverse

from moei.access.acting import Invalid, Refused
from moei.access.models import Notice
from moei.casefile.holds import holds_journey
from moei.casefile.models import CaseEvent
from moei.desks.shelter.actions.outcome import STEPS, do_step, end_outcome, record_outcome, steps_of
from moei.desks.shelter.actions.stay import check_in
from moei.desks.shelter.models import Outcome, Stay
from moei.journal.models import Entry

Kind = Outcome.Kind


@pytest.fixture
def sleeps(place, acting, anong):
    def there(case):
        check_in(acting(anong), case, place(women=2, girls=2))
        return case

    return there


@pytest.mark.parametrize(
    ("kind", "why"), [("hospital", "hospital"), ("missing", "absconded"), ("died", "died")]
)
def test_the_bed_is_free_and_the_event_says_why(kind, why, sleeps, people, acting, anong):
    case = sleeps(people.woman())
    outcome = record_outcome(acting(anong), case, Kind(kind))
    assert Stay.objects.get().ended_as == why
    assert CaseEvent.objects.get(case=case, kind="shelter_left").data == {"why": why}
    assert list(steps_of(outcome)) == list(STEPS[kind])
    with pytest.raises(Invalid, match="written down already"):
        record_outcome(acting(anong), case, Kind(kind))


def test_a_missing_child_alarms_every_agency_that_watches_and_an_adult_does_not(
    sleeps, people, acting, anong
):
    record_outcome(acting(anong), sleeps(people.woman()), Kind.MISSING)
    assert not Notice.objects.filter(kind=Notice.Kind.MISSING_CHILD).exists()
    girl = sleeps(people.girl())
    outcome = record_outcome(acting(anong), girl, Kind.MISSING)
    told = Notice.objects.filter(kind=Notice.Kind.MISSING_CHILD)
    assert {notice.agency.short_name for notice in told} == {"Audit", "MSDHS Tak"}
    assert next(iter(steps_of(outcome))) == "guardian"


def test_a_consulate_is_told_of_a_death_only_with_a_basis(sleeps, people, acting, anong):
    outcome = record_outcome(acting(anong), sleeps(people.woman()), Kind.DIED)
    with pytest.raises(Invalid, match="on which basis"):
        do_step(acting(anong), outcome, "consular")
    done = do_step(acting(anong), outcome, "consular", basis=Outcome.Basis.FAMILY)
    assert done.basis == "family" and list(done.steps) == ["consular"]
    with pytest.raises(Invalid, match="written down already"):
        do_step(acting(anong), outcome, "consular", basis=Outcome.Basis.LAW)
    with pytest.raises(Invalid, match="does not belong"):
        do_step(acting(anong), outcome, "search")
    with pytest.raises(Invalid, match="is not ended"):
        end_outcome(acting(anong), outcome)


def test_nobody_travels_while_it_stands_and_whoever_comes_back_may(sleeps, people, acting, anong, now):
    case = sleeps(people.woman())
    assert holds_journey(case, now=now) == []
    outcome = record_outcome(acting(anong), case, Kind.MISSING)
    assert holds_journey(case, now=now) == ["No journey now: ask the shelter desk first."]
    end_outcome(acting(anong), outcome)
    assert holds_journey(case, now=now) == []
    with pytest.raises(Invalid, match="ended already"):
        end_outcome(acting(anong), outcome)
    sleeps(case)


def test_from_missing_to_died_ends_the_first_and_nothing_comes_after(sleeps, people, acting, anong):
    case = sleeps(people.woman())
    first = record_outcome(acting(anong), case, Kind.MISSING)
    record_outcome(acting(anong), case, Kind.DIED)
    first.refresh_from_db()
    assert first.ended_at is not None
    with pytest.raises(Invalid, match="written down already"):
        record_outcome(acting(anong), case, Kind.HOSPITAL)


def test_who_may_not_and_times_that_cannot_be(sleeps, people, acting, cast, anong):
    case = sleeps(people.woman())
    for who in ("dao", "kanya", "ploy", "niran"):
        with pytest.raises(Refused):
            record_outcome(acting(cast[who]), case, Kind.MISSING)
    for hours, words in ((1, "in the future"), (-9, "before they came")):
        with pytest.raises(Invalid, match=words):
            record_outcome(acting(anong), case, Kind.MISSING, at=acting(anong).now + timedelta(hours=hours))


def test_the_page_shows_the_next_steps_and_keeps_who_did_each(sleeps, people, sign_in, anong):
    case, page = sleeps(people.woman()), sign_in(anong)
    there = reverse("shelter:outcome", args=[case.pk])
    assert page.post(there, {"kind": ""}).status_code == 422
    assert page.post(there, {"kind": "died"}).status_code == 302
    outcome = Outcome.objects.get()
    steps = reverse("shelter:steps", args=[case.pk, outcome.pk])
    assert "A doctor confirms it" in page.get(steps).content.decode()
    none = page.post(steps, {"step": "consular", "basis": ""}, follow=True).content.decode()
    assert "Without one it is not told" in none
    assert page.post(steps, {"step": "doctor"}).status_code == 302
    outcome.refresh_from_db()
    assert outcome.steps["doctor"][1] == str(anong.pk)
    page.post(reverse("shelter:back", args=[case.pk, outcome.pk]))
    outcome.refresh_from_db()
    assert outcome.ended_at is None


def test_whoever_is_gone_does_not_wait_for_a_bed_and_whoever_died_gets_none(
    place, sleeps, people, acting, anong, sign_in
):
    gone, dead = sleeps(people.woman("Gone")), sleeps(people.woman("Dead"))
    missing = record_outcome(acting(anong), gone, Kind.MISSING)
    record_outcome(acting(anong), dead, Kind.DIED)
    text = sign_in(anong).get(reverse("shelter:without_bed")).content.decode()
    assert gone.number not in text and dead.number not in text
    with pytest.raises(Invalid, match="died"):
        check_in(acting(anong), dead, place(women=2))
    check_in(acting(anong), gone, place(women=2))
    missing.refresh_from_db()
    assert missing.ended_at is not None and holds_journey(gone, now=acting(anong).now) == []


def test_p18_the_journal_does_not_say_what_became_of_them(sleeps, people, acting, anong):
    case = sleeps(people.woman())
    record_outcome(acting(anong), case, Kind.DIED)
    written = Entry.objects.filter(case=case.pk, action__in=("outcome.recorded", "stay.ended"))
    assert len(written) == 2 and "died" not in str([entry.data for entry in written])

"""Who is ready: every precondition of the protocol, over joined files, on the day of travel."""

from datetime import date

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.models import Agency
from moei.casefile import feared_states
from moei.casefile.actions.merge_people import merge_people
from moei.casefile.models import Case, TravelCheck, TravelDocument
from moei.desks.returns.actions.record_check import record_check
from moei.desks.returns.readiness import readiness, readiness_of

DAY = date(2026, 3, 5)
CODES, ANSWERS = TravelCheck.Code, TravelCheck.Answer


def missing(case, on=DAY, state="ETH"):
    return {line.code for line in readiness(case, state=state, on=on).missing}


def test_nothing_is_there_at_first_and_all_of_it_at_last(ways):
    case = ways.told()
    assert missing(case) == {
        "wishes_to_go",
        "risk_asked",
        "travel_document",
        "embassy_confirmed",
        "fines",
        "exit_clearance",
        "fit_to_travel",
    }
    ways.settled(case)
    assert readiness(case, state="ETH", on=DAY).ready


def test_a_document_that_expires_before_the_day_of_travel_is_none(ways):
    case = ways.ready()
    TravelDocument.objects.update(expires_on=DAY)
    assert not missing(case)
    assert "travel_document" in missing(case, on=date(2026, 3, 6))


def test_a_paper_for_one_journey_needs_the_mission_that_issued_it(ways, agencies):
    case = ways.ready()
    TravelDocument.objects.update(kind=TravelDocument.Kind.LAISSEZ_PASSER)
    assert missing(case) == {"embassy_confirmed"}
    TravelDocument.objects.update(mission=agencies["Embassy of Ethiopia"])
    assert not missing(case)


def test_a_mission_of_another_state_confirms_nobody_unless_it_acts_for_theirs(ways, monkeypatch):
    case = ways.ready()
    kenya = Agency.objects.create(name="Embassy of Kenya (invented)", kind=Agency.Kind.EMBASSY, country="KEN")
    TravelDocument.objects.update(kind=TravelDocument.Kind.LAISSEZ_PASSER, mission=kenya)
    assert missing(case) == {"embassy_confirmed"}
    monkeypatch.setattr(feared_states, "_STATES", [lambda missions: {pk: ["ETH"] for pk in missions}])
    assert not missing(case)


def test_p09_a_child_or_somebody_of_unsure_age_needs_an_escort(ways, acting, ploy):
    case = ways.ready(birth_from=None, birth_to=None)
    assert missing(case) == {"escort"}
    with pytest.raises(Invalid, match="asks this of everybody"):
        record_check(acting(ploy), case, CODES.ESCORT, ANSWERS.NOT_NEEDED)
    record_check(acting(ploy), case, CODES.ESCORT, ANSWERS.YES, note="her aunt (invented)")
    assert not missing(case)


def test_p16_risk_on_return_is_asked_and_the_answer_written_down(ways, acting, ploy):
    case = ways.told()
    with pytest.raises(Invalid, match="what the person answered"):
        record_check(acting(ploy), case, CODES.RISK_ASKED, ANSWERS.YES)
    with pytest.raises(Invalid):
        record_check(acting(ploy), case, CODES.RISK_ASKED, ANSWERS.NOT_NEEDED, note="no time")
    assert "risk_asked" in missing(case)


def test_the_latest_answer_counts_and_a_joined_file_counts_too(ways, acting, ploy, anong):
    kept, merged = ways.told("One"), ways.ready("The same one")
    merge_people(acting(anong), kept, merged, reason="the same scar and the same passport")
    assert not missing(kept)
    record_check(acting(ploy), kept, CODES.FINES, ANSWERS.NO)
    assert missing(kept) == {"fines"}


def test_fear_stops_absolutely(ways):
    case = ways.ready()
    concern = ways.fears(case, state="")
    found = readiness(case, state="ETH", on=DAY)
    assert found.stopped and {line.code for line in found.missing} == {"no_fear"}
    type(concern).objects.update(ended_at=concern.told_at)
    assert readiness(case, state="ETH", on=DAY).ready


def test_only_who_may_record_answers(ways, acting, cast):
    case = ways.told()
    for who in ("anong", "kanya", "tesfa", "dao", "mallory"):
        with pytest.raises(Refused):
            record_check(acting(cast[who]), case, CODES.FINES, ANSWERS.YES)


def test_queries_do_not_grow_with_people(ways, django_assert_num_queries):
    for letter in "abcdefgh":
        ways.ready(f"Person {letter}")
    cases = list(Case.objects_unchecked.select_related("person"))
    with django_assert_num_queries(4):
        found = readiness_of(cases, state="ETH", on=DAY)
    assert all(one.ready for one in found.values())

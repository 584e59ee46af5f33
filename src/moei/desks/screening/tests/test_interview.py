"""Interpreters, breaks, answers, reading back."""

import uuid
from datetime import timedelta

import pytest

from moei.access.acting import Invalid, Refused
from moei.access.models import CaseGrant
from moei.casefile.actions.correct_identity import correct_identity
from moei.casefile.folding import state_of
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.confirm_facts import confirm_facts
from moei.desks.screening.actions.defer import defer
from moei.desks.screening.actions.pause_interview import ask_break, resume, stop_interview
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import StaleAnswers, save_answers
from moei.desks.screening.actions.start_interview import change_interpreter, start_interview
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Answer, Interview, Pause, PreliminaryScreening
from moei.desks.screening.selectors import is_child
from moei.journal.models import Entry


def start(acting, staff, case, **more):
    return start_interview(acting(staff), case, **{"language": "am", "no_tie": True, **more})


def test_screening_stops_the_first_clock(steps, acting, anong):
    case = steps.registered()
    record_screening(acting(anong), case, note="Tired.")
    assert (
        state_of(case, now=acting(anong, later=timedelta(days=3)).now).clock("preliminary_screening").status
        == "met"
    )
    with pytest.raises(Invalid, match="already recorded"):
        record_screening(acting(anong), case)
    assert PreliminaryScreening.objects.count() == 1


def test_screening_waits_for_registration(add_case, acting, anong):
    with pytest.raises(Invalid, match="the registration"):
        record_screening(acting(anong), add_case("Not Registered"))


def test_an_interview_waits_for_the_screening(steps, acting, anong, selam):
    with pytest.raises(Invalid, match="the preliminary screening"):
        start(acting, anong, steps.registered(), interpreter=selam)


def test_the_form_version_is_kept(steps):
    assert steps.started().form_version == identification_form().version


def test_p08_an_interpreter_speaks_the_language_and_is_somebody_else(steps, acting, anong, kanya, selam):
    case = steps.screened()
    for wrong, words in (
        ({"interpreter": None}, "You do not speak"),
        ({"interpreter": anong}, "two people"),
        ({"interpreter": kanya}, "not registered as an interpreter"),
        ({"interpreter": selam, "language": "sw"}, "does not interpret"),
        ({"interpreter": selam, "no_tie": False}, "never a survivor"),
        ({"interpreter": selam, "language": ""}, "Choose the language"),
    ):
        with pytest.raises(Invalid, match=words):
            start(acting, anong, case, **wrong)
    assert not Interview.objects.exists()
    assert start(acting, anong, case, language="en", interpreter=None).interpreter is None


def test_p08_an_interpreter_is_never_the_one_who_conducts(steps, acting, selam):
    interview = steps.started()
    for step in (
        lambda: save_answers(acting(selam), interview, {"route": "By boat"}),
        lambda: complete_interview(acting(selam), interview),
        lambda: read_back(acting(selam), interview, agreed=True),
    ):
        with pytest.raises(Refused):
            step()


def test_p08_an_interpreter_sees_the_case_only_while_they_interpret(steps, acting, anong, selam):
    case = steps.screened()
    seen = Case.objects.visible_to(selam, now=acting(selam).now)
    assert not seen.filter(pk=case.pk).exists()
    interview = start(acting, anong, case, interpreter=selam)
    assert seen.filter(pk=case.pk).exists()
    stop_interview(acting(anong), interview)
    assert not seen.filter(pk=case.pk).exists()


def test_two_interviews_of_one_person_do_not_run_at_once(steps, acting, mali, selam):
    interview = steps.started()
    with pytest.raises(Invalid, match="going on"):
        start(acting, mali, interview.case, interpreter=selam)


def test_p08_breaks_are_granted_once_and_to_anybody(steps, acting, anong):
    interview = steps.started()
    first = ask_break(acting(anong), interview, asked_by="interpreter")
    assert ask_break(acting(anong), interview) == first
    resume(acting(anong), interview)
    assert Pause.objects.get().ended_at is not None
    entries = Entry.objects.count()
    resume(acting(anong), interview)
    assert Entry.objects.count() == entries
    with pytest.raises(Invalid):
        ask_break(acting(anong), interview, asked_by="nobody")


def test_p08_another_interpreter_on_wish(steps, acting, anong, selam):
    interview = steps.started()
    change_interpreter(acting(anong), interview, None, language="en")
    assert not CaseGrant.objects.filter(staff=selam, ended_at__isnull=True).exists()


def test_answers_are_rows_that_are_never_changed(steps, acting, anong):
    interview = steps.started()
    save_answers(acting(anong), interview, {"route": "By boat"})
    save_answers(acting(anong), interview, {"route": "By boat", "quota": "yes"})
    save_answers(acting(anong), interview, {"route": "On foot"})
    rows = Answer.objects.filter(question="route").order_by("revision")
    assert [(row.revision, row.value) for row in rows] == [(1, "By boat"), (2, "On foot")]


def test_what_was_said_before_is_kept_under_the_persons_key(steps, acting, anong):
    from moei.journal.record import former_values

    interview = steps.started()
    save_answers(acting(anong), interview, {"route": "By boat"})
    save_answers(acting(anong), interview, {"route": "On foot"})
    entry = Entry.objects.filter(action="interview.answers_saved").latest("seq")
    assert former_values(entry) == {"answer.route": "By boat"}
    assert "By boat" not in str(entry.fields)


def test_the_same_submission_twice_is_applied_once(steps, acting, anong):
    interview, operation = steps.started(), uuid.uuid4()
    save_answers(acting(anong), interview, {"route": "By boat"}, operation=operation)
    save_answers(acting(anong), interview, {"route": "On foot"})
    save_answers(acting(anong), interview, {"route": "By boat"}, operation=operation)
    assert Answer.objects.latest("revision").value == "On foot"


def test_an_id_of_an_operation_is_not_used_for_something_else(steps, acting, anong, mali):
    interview, operation = steps.started(), uuid.uuid4()
    save_answers(acting(anong), interview, {"route": "By boat"}, operation=operation)
    with pytest.raises(Invalid, match="with something else in it"):
        save_answers(acting(mali), interview, {"route": "On foot"}, operation=operation)


def test_a_stale_edit_is_shown_and_nothing_of_it_saved(steps, acting, anong, mali):
    interview = steps.started()
    save_answers(acting(anong), interview, {"route": "By boat"}, base={"route": 0})
    with pytest.raises(StaleAnswers) as stale:
        save_answers(
            acting(mali), interview, {"route": "On foot", "quota": "yes"}, base={"route": 0, "quota": 0}
        )
    assert stale.value.current["route"].value == "By boat"
    assert Answer.objects.count() == 1
    save_answers(
        acting(mali), interview, {"route": "By boat"}, base={"route": 0}
    )  # the same words are no conflict
    save_answers(acting(mali), interview, {"route": "On foot"}, base={"route": 1})
    assert Answer.objects.latest("revision").value == "On foot"


def test_all_answers_that_do_not_fit_are_said_at_once(steps, acting, anong):
    with pytest.raises(Invalid) as refused:
        save_answers(acting(anong), steps.started(), {"route": "By boat", "quota": "perhaps", "unknown": "x"})
    assert set(refused.value.errors) == {"quota", "unknown"}
    assert not Answer.objects.exists()


def test_an_interview_without_answers_is_stopped_and_not_ended(steps, acting, anong):
    interview = steps.started()
    with pytest.raises(Invalid, match="No answer"):
        complete_interview(acting(anong), interview)


def test_p07_one_answer_is_enough_to_end(steps, acting, anong):
    interview = steps.completed({"own_words": "I wish to say only this."})
    assert interview.state == Interview.State.COMPLETED


def test_p07_a_statement_is_corrected_on_reading_back_and_final_after_it(steps, acting, anong):
    interview = steps.completed()
    with pytest.raises(Invalid, match="Read it back first"):
        read_back(acting(anong), interview, agreed=False)
    save_answers(acting(anong), interview, {"hours_a_day": 15})
    read_back(acting(anong), interview, agreed=True)
    with pytest.raises(Invalid, match="final"):
        save_answers(acting(anong), interview, {"hours_a_day": 3})
    with pytest.raises(Invalid, match="only once"):
        read_back(acting(anong), interview, agreed=True)


def test_p08_a_second_interview_goes_on_from_the_first(steps, acting, anong, selam):
    from moei.desks.screening.selectors import answers_of, values_of

    case = steps.read({"route": "By boat"})
    again = start(acting, anong, case, interpreter=selam)
    save_answers(acting(anong), again, {"quota": "no"})
    assert again.round == 2
    assert values_of(answers_of(case)) == {"route": "By boat", "quota": "no"}


def test_p08_known_facts_are_confirmed(steps, acting, anong):
    from moei.desks.screening.selectors import known_facts

    interview = steps.started(sex="M")
    facts = {fact.code: fact.known for fact in known_facts(interview.case.person, interview)}
    assert facts == {
        "name": "Abebe Invented",
        "sex": "Male",
        "birth_date": "1998-03-14",
        "nationality": "ETH",
    }
    with pytest.raises(Invalid, match="says instead"):
        confirm_facts(acting(anong), interview, {"name": (False, " ")})
    confirm_facts(acting(anong), interview, {"name": (False, "Abeba"), "sex": (True, "")})
    confirm_facts(acting(anong), interview, {"name": (False, "Abeba")})
    assert interview.confirmations.count() == 2
    assert interview.case.person.name == "Abebe Invented"


def test_p06_a_deferral_stops_the_ceiling_and_is_never_missed(steps, acting, anong, now):
    case = steps.screened()
    defer(acting(anong), case, until=(now + timedelta(days=30)).date(), reason="Wants to sleep first.")
    later = state_of(case, now=now + timedelta(days=60))
    assert later.clock("shelter_before_interview").status == "deferred"
    case.refresh_from_db()
    assert not case.clocks.filter(code="shelter_before_interview", status="missed").exists()


def test_p06_an_open_ended_deferral_needs_no_date(steps, acting, anong):
    case = steps.screened()
    assert defer(acting(anong), case, until=None).until is None
    with pytest.raises(Invalid):
        defer(acting(anong), case, until=acting(anong).today)


def test_events_hold_codes_only(steps, acting, anong):
    steps.read()
    for data in CaseEvent.objects.values_list("data", flat=True):
        assert "river" not in str(data) and "customer" not in str(data)


def test_p09_who_turns_out_to_be_a_child_is_one_at_this_desk_too(steps, acting, anong):
    """Registered as an adult; the birth date is corrected later, in the case file."""
    case = Case.objects_unchecked.get(pk=steps.read().pk)
    now = acting(anong).now
    assert not is_child(case, state_of(case, now=now))
    day = now.date()
    born = day.replace(year=day.year - 18) + timedelta(days=30)
    correct_identity(acting(anong), case, {"birth_from": born, "birth_to": born})
    case.person.refresh_from_db()
    assert is_child(case, state_of(case, now=now))
    # Whoever came as a child stays one in this procedure, also after the birthday.
    later = acting(anong, later=timedelta(days=60))
    assert not case.person.is_child(later.now.date())
    assert is_child(case, state_of(case, now=later.now))

"""A form that is sent twice: the second sending gets the first one's answer, and nothing is kept twice."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from moei.access.acting import Invalid
from moei.casefile.models import CaseEvent, DeviceOperation
from moei.desks.screening.actions.defer import defer
from moei.desks.screening.actions.pause_interview import stop_interview
from moei.desks.screening.actions.sign_determination import sign_determination, withdraw_signature
from moei.desks.screening.actions.start_interview import change_interpreter
from moei.desks.screening.models import Answer, Deferral, Determination, Interview, Signature
from moei.desks.screening.tests.submissions import YES
from moei.journal.models import Entry, SubjectKey

pytestmark = pytest.mark.django_db


def _kept() -> tuple[int, ...]:
    """How much is kept of what an action of this desk may add."""
    models = (CaseEvent, Entry, Interview, Answer, Signature, Determination, Deferral, DeviceOperation)
    return tuple(model.objects.count() for model in models)


def test_the_second_sending_gets_the_first_ones_answer_and_changes_nothing(submission, acting, anong):
    operation = uuid.uuid4()
    first = submission.send(acting(anong), operation)
    kept = _kept()
    assert submission.send(acting(anong, later=timedelta(minutes=3)), operation) == first
    assert _kept() == kept


def test_the_same_id_with_something_else_in_it_is_refused(submission, acting, anong):
    if submission.otherwise is None:
        pytest.skip("nothing is typed into this form")
    operation = uuid.uuid4()
    submission.send(acting(anong), operation)
    kept = _kept()
    with pytest.raises(Invalid, match="sent before with something else in it"):
        submission.send(acting(anong), operation, **submission.otherwise)
    assert _kept() == kept


def test_the_same_id_for_another_case_is_refused(steps, acting, anong):
    operation = uuid.uuid4()
    defer(acting(anong), steps.read(name="Abebe"), until=None, operation=operation)
    with pytest.raises(Invalid, match="sent before with something else in it"):
        defer(acting(anong), steps.read(name="Mulu"), until=None, operation=operation)
    assert Deferral.objects.count() == 1


def test_what_was_refused_may_be_sent_again_with_the_same_id(steps, acting, anong):
    case, operation = steps.read(), uuid.uuid4()
    with pytest.raises(Invalid, match="Give your reasons"):
        sign_determination(acting(anong), case, outcome="victim_consents", reasons="", operation=operation)
    signed = sign_determination(acting(anong), case, **YES, operation=operation)
    assert signed.signature.outcome == "victim_consents"


def test_a_day_that_was_tomorrow_is_still_answered_as_done_on_the_day_after(steps, acting, anong):
    case, operation = steps.read(), uuid.uuid4()
    typed = {"until": date(2026, 3, 3), "operation": operation}
    first = defer(acting(anong), case, **typed)
    assert defer(acting(anong, later=timedelta(days=2)), case, **typed) == first


def test_the_first_signer_is_not_told_later_that_they_completed_the_panel(
    steps, acting, anong, prasert, mali
):
    case = steps.read()
    forms = {staff: uuid.uuid4() for staff in (anong, prasert, mali)}
    for minute, (staff, operation) in enumerate(forms.items()):
        sign_determination(acting(staff, later=timedelta(minutes=minute)), case, **YES, operation=operation)
    later = timedelta(hours=1)
    again = {
        staff: sign_determination(acting(staff, later=later), case, **YES, operation=operation)
        for staff, operation in forms.items()
    }
    assert [signed.determination is not None for signed in again.values()] == [False, False, True]


def test_a_form_whose_signature_was_withdrawn_does_not_sign_again(steps, acting, anong):
    case, operation = steps.read(), uuid.uuid4()
    signed = sign_determination(acting(anong), case, **YES, operation=operation)
    withdraw_signature(acting(anong), signed.signature, reason="Wrong case.")
    with pytest.raises(Invalid, match="You withdrew the signature"):
        sign_determination(acting(anong), case, **YES, operation=operation)


def test_a_signature_withdrawn_twice_is_withdrawn_once(steps, acting, anong):
    signature = sign_determination(acting(anong), steps.read(), **YES).signature
    withdraw_signature(acting(anong), signature, reason="Wrong case.")
    kept = _kept()
    assert withdraw_signature(acting(anong), signature, reason="Wrong case.") == signature
    assert _kept() == kept
    with pytest.raises(Invalid, match="withdrawn already"):
        withdraw_signature(acting(anong), signature, reason="Another outcome.")


def test_an_interview_stopped_twice_is_stopped_once(steps, acting, anong):
    interview = steps.started()
    stop_interview(acting(anong), interview, reason="not_well")
    kept = _kept()
    assert stop_interview(acting(anong), interview, reason="not_well") == interview
    assert _kept() == kept
    with pytest.raises(Invalid, match="stopped for another reason"):
        stop_interview(acting(anong), interview, reason="not_safe")


def test_changing_to_the_interpreter_who_interprets_changes_nothing(steps, acting, anong, selam):
    interview = steps.started()
    kept = _kept()
    change_interpreter(acting(anong), interview, selam, no_tie=True)
    assert _kept() == kept


def test_p18_what_was_typed_is_kept_as_a_commitment_that_dies_with_the_persons_key(steps, acting, anong):
    case, operation = steps.read(), uuid.uuid4()
    sign_determination(acting(anong), case, **YES, operation=operation)
    kept = DeviceOperation.objects.get(client_id=operation).content
    assert len(kept) == 32 and "Deceived" not in kept
    SubjectKey.objects.filter(subject=case.person_id).delete()
    with pytest.raises(Invalid, match="sent before"):
        sign_determination(acting(anong), case, **YES, operation=operation)

"""The panel signs: quorum, seats, reasons, dissent, withdrawing, and what is made of it."""

from datetime import timedelta

import pytest

from moei.access.acting import Acting, Invalid, Refused
from moei.casefile.folding import state_of
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening.actions.sign_determination import sign_determination, withdraw_signature
from moei.desks.screening.models import Determination, Signature

YES = "victim_consents"


def sign(acting, case, staff, outcome=YES, **more):
    return sign_determination(
        acting(staff), case, outcome=outcome, reasons="Deceived, held, forced to work.", **more
    )


def test_three_professions_with_msdhs_make_a_determination(steps, acting, anong, prasert, mali):
    case = steps.read()
    assert sign(acting, case, prasert).determination is None
    assert sign(acting, case, mali).determination is None
    signed = sign(acting, case, anong)
    assert signed.determination.outcome == YES
    assert Case.objects_unchecked.get(pk=case.pk).outcome == YES
    state = state_of(case, now=acting(anong).now)
    assert state.panel.made == YES
    assert not state.refused


def test_nothing_is_made_without_msdhs(steps, acting, agencies, release, site, prasert, mali):
    from moei.access.models import RoleGrant, Staff

    doctor = Staff.objects.create(username="doctor", name="Invented doctor", profession="health")
    RoleGrant.objects.create(
        staff=doctor, role="panel_labour", release=release, site=site, granted_at=acting(mali).now
    )
    case = steps.read()
    for staff in (prasert, mali, doctor):
        assert sign(acting, case, staff).determination is None
    assert not Determination.objects.exists()


def test_a_dissenting_signature_and_its_words_are_kept(steps, acting, anong, prasert, mali):
    case = steps.read()
    sign(
        acting, case, prasert, outcome="unclear_temporary_protection", dissent="I could not follow the debt."
    )
    sign(acting, case, mali)
    made = sign(acting, case, anong).determination
    assert made.outcome == YES
    kept = Signature.objects.get(staff=prasert)
    assert (kept.outcome, kept.dissent) == ("unclear_temporary_protection", "I could not follow the debt.")
    assert [s.profession for s in state_of(case, now=acting(anong).now).panel.dissent] == ["police"]


def test_a_filled_profession_is_refused_in_words(steps, acting, release, site, anong):
    from moei.access.models import RoleGrant, Staff

    other = Staff.objects.create(
        username="other", name="Another social worker", profession="social_development"
    )
    RoleGrant.objects.create(
        staff=other, role="social_worker", release=release, site=site, granted_at=acting(anong).now
    )
    case = steps.read()
    sign(acting, case, anong)
    with pytest.raises(Invalid, match=r"Social development .* has already signed"):
        sign(acting, case, other)
    assert Signature.objects.count() == 1
    assert CaseEvent.objects.filter(case=case, kind="determination_signed").count() == 1


def test_nobody_signs_twice(steps, acting, anong):
    case = steps.read()
    sign(acting, case, anong)
    with pytest.raises(Invalid, match="already signed"):
        sign(acting, case, anong)


def test_nobody_signs_before_the_statement_was_read_back(steps, acting, anong):
    case = steps.completed().case
    with pytest.raises(Invalid, match="the reading back of the statement"):
        sign(acting, case, anong)


def test_reasons_are_required(steps, acting, anong):
    case = steps.read()
    with pytest.raises(Invalid) as refused:
        sign_determination(acting(anong), case, outcome=YES, reasons="  ")
    assert "reasons" in refused.value.errors


def test_p07_a_negative_signature_names_a_question_that_was_put_and_its_answer(steps, acting, anong):
    case = steps.read()
    with pytest.raises(Invalid) as refused:
        sign(acting, case, anong, outcome="not_victim_may_stay")
    assert set(refused.value.errors) == {"gap_question", "gap_answer"}
    with pytest.raises(Invalid, match="not put to the person"):
        sign(acting, case, anong, outcome="not_victim_may_stay", gap_question="ransom", gap_answer="No.")
    signed = sign(
        acting,
        case,
        anong,
        outcome="not_victim_may_stay",
        gap_question="could_leave",
        gap_answer="They say no.",
    )
    assert signed.signature.gap_question == "could_leave"


def test_not_yet_closes_the_round_and_the_next_starts_empty(steps, acting, anong, prasert, mali, now):
    case = steps.read()
    first, last = (now + timedelta(days=3)).date(), (now + timedelta(days=9)).date()
    sign(acting, case, prasert, outcome="not_yet", until=first)
    sign(acting, case, mali, outcome="not_yet", until=last)
    made = sign(acting, case, anong, outcome="not_yet", until=first).determination
    assert (made.outcome, made.until) == ("not_yet", last)
    state = state_of(case, now=now)
    assert state.panel.made is None and state.panel.round == 2 and not state.panel.signed
    later = Acting(anong, acting(anong).release, now + timedelta(days=10))
    assert sign_determination(later, case, outcome=YES, reasons="Now it is clear.").signature.round == 2


def test_p06_no_negative_signature_while_the_person_has_time(steps, acting, anong, now):
    from moei.desks.screening.actions.defer import defer

    case = steps.read()
    defer(acting(anong), case, until=(now + timedelta(days=5)).date())
    with pytest.raises(Invalid, match="not yet"):
        sign(acting, case, anong, outcome="not_victim_may_stay", gap_question="could_leave", gap_answer="No.")


def test_not_yet_needs_a_coming_day(steps, acting, anong, now):
    case = steps.read()
    with pytest.raises(Invalid):
        sign(acting, case, anong, outcome="not_yet")
    with pytest.raises(Invalid):
        sign(acting, case, anong, outcome="not_yet", until=now.date())


def test_a_signature_can_be_withdrawn_until_the_panel_is_complete(steps, acting, anong, prasert, mali):
    case = steps.read()
    mistaken = sign(acting, case, prasert, outcome="unclear_temporary_protection").signature
    with pytest.raises(Refused):
        withdraw_signature(acting(anong), mistaken, reason="Not mine.")
    withdraw_signature(acting(prasert), mistaken, reason="Ticked the wrong outcome.")
    sign(acting, case, mali)
    sign(acting, case, anong)
    done = sign(acting, case, prasert)
    assert done.determination.outcome == YES
    with pytest.raises(Invalid, match="no longer"):
        withdraw_signature(acting(prasert), done.signature, reason="Too late.")


def test_nobody_signs_after_the_determination(steps, acting, release, site, anong, prasert, mali):
    case = steps.read()
    for staff in (prasert, mali, anong):
        sign(acting, case, staff)
    with pytest.raises(Invalid, match="The determination is made: Victim of trafficking"):
        sign(acting, case, mali)


def test_a_service_account_cannot_sign(steps, acting, anong):
    case = steps.read()
    anong.is_service = True
    with pytest.raises(Refused, match="by a person"):
        sign(acting, case, anong)


@pytest.mark.parametrize(
    "who", ["kanya", "selam", "tesfa", "dao", "niran", "vera", "somsak", "admin", "mallory"]
)
def test_others_may_not_sign(steps, acting, cast, who):
    case = steps.read()
    with pytest.raises(Refused):
        sign(acting, case, cast[who])


def test_a_clock_moved_back_is_said(steps, acting, anong):
    case = steps.read()
    with pytest.raises(Invalid, match="clock of this machine"):
        sign_determination(acting(anong, later=timedelta(days=-1)), case, outcome=YES, reasons="…")


def test_reasons_stand_in_no_event_and_no_journal_entry(steps, acting, anong):
    from moei.journal.models import Entry

    case = steps.read()
    sign(acting, case, anong, dissent="A word kept")
    told = str(list(CaseEvent.objects.values_list("data", flat=True)))
    told += str(list(Entry.objects.values_list("data", "fields")))
    for words in ("Deceived", "A word kept", "customer service", "Tired"):
        assert words not in told

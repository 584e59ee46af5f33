"""Two files turn out to be one person's: what was said in either is read together, and taken apart with nothing lost."""

from datetime import timedelta

from moei.casefile.actions.merge_people import merge_people, unmerge_people
from moei.casefile.folding import state_of
from moei.desks.screening import selectors
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.actions.start_interview import start_interview
from moei.desks.screening.models import Answer


def test_answers_and_signatures_of_a_joined_file_count(steps, acting, anong, prasert, mali, selam):
    first = steps.read({"route": "By boat"})
    sign_determination(acting(prasert), first, outcome="victim_consents", reasons="Clear.")
    kept = steps.registered(name="Abebe Also Invented")
    merge = merge_people(acting(anong), kept, first, reason="The same scar.")
    assert selectors.values_of(selectors.answers_of(kept)) == {"route": "By boat"}
    again = start_interview(acting(anong), kept, language="am", interpreter=selam, no_tie=True)
    save_answers(acting(anong, later=timedelta(minutes=1)), again, {"route": "On foot"}, base={"route": 1})
    assert Answer.objects.get(case=kept).revision == 2
    assert selectors.values_of(selectors.answers_of(kept)) == {"route": "On foot"}
    panel = selectors.panel_of(kept, state_of(kept, now=acting(anong).now), mali)
    assert [seat.signature.staff for seat in panel.seats if seat.signature] == [prasert]
    unmerge_people(acting(anong, later=timedelta(minutes=2)), merge, reason="Different scars.")
    assert selectors.values_of(selectors.answers_of(first)) == {"route": "By boat"}

"""A case that was registered, screened, interviewed: each fixture one step further on the way."""

from datetime import date, timedelta

import pytest

from moei.casefile.actions.record_event import Happening, record_events
from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.start_interview import start_interview
from moei.desks.screening.tests.submissions import ALL, Submission, ready
from moei.engines.protocol import EventKind

# Invented answers: act, means and purpose each have one.
ANSWERS = {
    "own_words": "I answered an advert for customer service and was taken over a river at night.",
    "work_offered": "yes",
    "recruited_how": ["ThroughAnOnlineAdvertisement"],
    "promised_job": "customer service",
    "promise_broken": "yes",
    "passport_taken": "taken",
    "could_leave": "no",
    "work_forced": "yes",
    "hours_a_day": 16,
}


@pytest.fixture
def steps(acting, anong, selam, add_case):
    """`steps.registered()`, `.screened()`, `.started()`, `.answered()`, `.completed()`, `.read()`: one step further."""

    class Steps:
        def registered(self, name="Abebe Invented", *, child=False, **values):
            born = {} if child else {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}
            case = add_case(name, nationality="ETH", **{**born, **values})
            happening = Happening(
                case, EventKind.REGISTERED, acting(anong).now - timedelta(hours=5), {"child": child}
            )
            record_events(acting(anong, later=timedelta(hours=-5)), [happening])
            return case

        def screened(self, **values):
            case = self.registered(**values)
            record_screening(
                acting(anong, later=timedelta(hours=-4)), case, note="Tired, speaks of a compound."
            )
            return case

        def started(self, **values):
            case = self.screened(**values)
            return start_interview(
                acting(anong, later=timedelta(hours=-3)), case, language="am", interpreter=selam, no_tie=True
            )

        def answered(self, answers=ANSWERS, **values):
            interview = self.started(**values)
            save_answers(acting(anong, later=timedelta(hours=-2)), interview, answers)
            return interview

        def completed(self, answers=ANSWERS, **values):
            interview = self.answered(answers, **values)
            return complete_interview(acting(anong, later=timedelta(hours=-2)), interview)

        def read(self, answers=ANSWERS, **values):
            """A case whose panel may sign."""
            interview = self.completed(answers, **values)
            read_back(acting(anong, later=timedelta(hours=-1)), interview, agreed=True)
            return interview.case

    return Steps()


@pytest.fixture(params=ALL)
def submission(request, steps, selam) -> Submission:
    return ready(request.param, steps, selam)

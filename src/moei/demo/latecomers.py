"""A few who cross on their own, weeks after the others: so that something waits for whoever tries the program.

They come after both summaries, whose figures are those of the release. One waits for the panel, one is in the middle of
an interview, one waits for it, one was only registered; one of those who came first complains today.
"""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import date, timedelta

from django.db import transaction

from moei.casefile.actions.complain import complain
from moei.casefile.models import Case
from moei.demo.calendar import DAYS_AGO
from moei.demo.play import Play
from moei.desks.arrivals.actions.register_person import register_person
from moei.desks.arrivals.registration import Registration
from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.start_interview import start_interview

# Where fewer than this arrived, somebody tries a list of their own, and nobody is added to it.
A_RELEASE = 50
BEGUN: dict[str, object] = {"work_offered": "yes", "promise_broken": "yes", "passport_taken": "taken"}
TOLD: dict[str, object] = {**BEGUN, "could_leave": "no", "pay_withheld": "yes", "work_forced": "yes"}
# Name, born, sex, and how far they are.
WHO = (
    ("Hanna Worku", date(2001, 7, 9), "F", "heard"),
    ("Yonas Tefera", date(1997, 1, 22), "M", "begun"),
    ("Marta Belay", date(1999, 11, 3), "F", "screened"),
    ("Dawit Assefa", date(2003, 5, 17), "M", "registered"),
)


@transaction.atomic
def latecomers_cross(play: Play) -> None:
    """On the day before somebody watches, each ten minutes after the one before."""
    if len(play.arrived()) < A_RELEASE:
        return
    day = DAYS_AGO - 1
    anong, selam = play.team.cast["anong"], play.team.cast["selam"]
    for place, (name, born, sex, reached) in enumerate(WHO):
        at = play.calendar.at(day, 9, 10 * place)
        case = _registered(play, name, born, sex, place)
        if reached == "registered":
            continue
        record_screening(play.acting(anong, at + timedelta(hours=1)), case, note="Invented note.")
        if reached == "screened":
            continue
        # They speak one after the other: Selam interprets for one at a time.
        begins = play.calendar.at(day, 13 + 3 * place)
        interview = start_interview(
            play.acting(anong, begins), case, language="am", interpreter=selam, no_tie=True
        )
        save_answers(
            play.acting(anong, begins + timedelta(minutes=40)),
            interview,
            TOLD if reached == "heard" else BEGUN,
        )
        if reached == "heard":
            complete_interview(play.acting(anong, begins + timedelta(minutes=55)), interview)
            read_back(play.acting(anong, begins + timedelta(minutes=65)), interview, agreed=True)
    _somebody_complains(play)


def _registered(play: Play, name: str, born: date, sex: str, place: int) -> Case:
    acting = play.acting(play.team.cast["anong"], play.calendar.at(DAYS_AGO - 1, 9, 10 * place))
    registration = Registration(
        name=name,
        sex=sex,
        birth_from=born,
        birth_to=born,
        nationality="ETH",
        languages=(("am", "native"),),
    )
    operation = uuid.uuid5(play.release.id, f"latecomer|{name}")
    return register_person(replace(acting, looking="registering"), registration, operation=operation).case


def _somebody_complains(play: Play) -> None:
    cases = play.assigned_to_kanya()
    if cases:
        kanya = play.acting(play.team.cast["kanya"], play.calendar.at(DAYS_AGO - 1, 16))
        complain(
            kanya,
            cases[-1],
            "The telephone that was taken at the bridge has not come back. (invented)",
            body=play.team.agencies["Audit"],
        )

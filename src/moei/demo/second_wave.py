"""Those who were not heard in the first week: for lack of interpreters, because they asked for time, or "not yet".

What the panel makes of them is drawn as in the first week. Whoever waits under temporary protection stays there: the
protocol opens no second interview after a determination.
"""

from __future__ import annotations

from moei.casefile.models import Case
from moei.demo.calendar import DAYS_AGO
from moei.demo.play import Play
from moei.desks.screening.models import Deferral, Interview

# A smaller team goes on once the first week is over.
TEAMS = 4
# Whoever opens the demo finds somebody to hear, and somebody to sign for.
LEFT_FOR_TODAY = 3
LAST_DAY = DAYS_AGO - 1


def hear_the_others(play: Play) -> None:
    """Days 7 to 12, then from day 16 on those who wanted to rest first, then from day 22 those who were not ready."""
    slots, teams = play.calendar.interview_slots, play.team.interviewers[:TEAMS]
    waited, rested = _never_heard(play)
    play.decide(play.hear(waited, slots(7, 12), teams, again=", second week"))
    play.decide(play.hear(rested, slots(16, 19), teams, again=", after a rest"))
    not_yet = [case for case in play.arrived() if not case.outcome]
    settled, late = not_yet[:-LEFT_FOR_TODAY], not_yet[-LEFT_FOR_TODAY:]
    play.decide(play.hear(settled, slots(32, 36), teams, again=", once more"))
    # Two are heard on the last day and wait for the panel; a third waits to be heard.
    play.hear(late[1:], slots(LAST_DAY, LAST_DAY), teams, again=", once more")


def _never_heard(play: Play) -> tuple[list[Case], list[Case]]:
    """Whoever was not heard for want of a team, and whoever wished to rest first."""
    of_release = {"case__release": play.release}
    heard = set(Interview.objects.filter(**of_release).values_list("case_id", flat=True))
    resting = set(Deferral.objects.filter(**of_release).values_list("case_id", flat=True))
    left = [case for case in play.arrived() if case.id not in heard]
    return [case for case in left if case.id not in resting], [case for case in left if case.id in resting]

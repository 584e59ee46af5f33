import time, pytest
from datetime import timedelta
from moei.overview.tests.people import fill, go_on, add_people
from moei.overview.actions import count_statistics as cs
from moei.casefile.actions.record_event import Happening, record_events
from moei.engines.protocol import EventKind as E
pytestmark = pytest.mark.django_db
def later(act, cases, kinds, after):
    at = act.release.began_at + after
    record_events(act, [Happening(c,k,at+timedelta(minutes=10*i),{}) for c in cases for i,k in enumerate(kinds)])
def test_x(acting, anong, vera, settings, tmp_path):
    settings.BULLETINS_DIR=tmp_path
    people = fill(acting(anong), 260)
    later(acting(anong, later=timedelta(days=1)), people[115:240], [E.SHELTERED], timedelta(days=1))
    for week in range(4):
        t=time.process_time()
        s = cs.count_statistics(acting(vera, later=timedelta(days=7*week)))
        print(week, "seconds", round(time.process_time()-t,1), "cells", sum(len(x["cells"]) for x in s.shown), "hidden", sum(c[1] is None for x in s.shown for c in x["cells"]), s.held, s.left_out, s.corrected)
        for x in s.shown: print("   ", x["name"], len(x["cells"]), sum(c[1] is None for c in x["cells"]))
        act = acting(anong, later=timedelta(days=7*week+3))
        go_on(act, people[26+30*week:26+30*(week+1)], 4, after=timedelta(days=7*week+2))
        later(act, people[115+30*week:115+30*week+25], [E.REFERRED,E.DEPARTED], timedelta(days=7*week+3))
        if week: later(act, people[115+30*(week-1):115+30*(week-1)+20], [E.ARRIVED_HOME,E.CLOSED], timedelta(days=7*week+3))
    print(s.days)

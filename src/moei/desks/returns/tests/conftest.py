"""A journey to Ethiopia, and people one step further on the way home."""

from datetime import date, timedelta

import pytest

from moei.casefile.models import ProtectionConcern, TravelCheck, TravelDocument
from moei.desks.returns.actions.plan_journey import Plan, plan_journey
from moei.desks.returns.actions.record_check import record_check
from moei.desks.returns.models import Journey

CODES = TravelCheck.Code
YES = TravelCheck.Answer.YES


@pytest.fixture
def ploy(cast):
    return cast["ploy"]


@pytest.fixture
def plan(now):
    def make(**values) -> Plan:
        given = {
            "mode": Journey.Mode.FLIGHT,
            "from_place": "Bangkok",
            "to_place": "Addis Ababa",
            "state": "ETH",
            "departs_at": now + timedelta(days=3),
            "carrier": "Invented Air",
            "number": "IA 619",
            "seats": 2,
        }
        return Plan(**{**given, **values})

    return make


@pytest.fixture
def fly(acting, ploy, plan):
    """`fly(seats=1)`: a planned journey."""
    return lambda **values: plan_journey(acting(ploy), plan(**values))


@pytest.fixture
def ways(acting, ploy, add_case, now):
    """`ways.told("Abebe")`: a case with nothing settled; `ways.ready("Abebe")`: with all that Thailand asks for."""

    class Ways:
        def told(self, name="Abebe Invented", **values):
            born = {"birth_from": date(1998, 3, 14), "birth_to": date(1998, 3, 14)}
            return add_case(name, nationality="ETH", **{**born, **values})

        def settled(self, case):
            self.paper(case)
            for code in (
                CODES.FINES,
                CODES.EXIT_CLEARANCE,
                CODES.FIT_TO_TRAVEL,
                CODES.RISK_ASKED,
                CODES.WISHES_TO_GO,
            ):
                record_check(acting(ploy), case, code, YES, note="as they say (invented)")
            return case

        def ready(self, name="Abebe Invented", **values):
            return self.settled(self.told(name, **values))

        def paper(self, case, *, kind=TravelDocument.Kind.PASSPORT, **values):
            about = {"number": "EP0000001", "issued_at": now, "expires_on": date(2030, 1, 1), **values}
            return TravelDocument.objects.create(case=case, kind=kind, recorded_by=ploy, **about)

        def fears(self, case, state="ETH"):
            return ProtectionConcern.objects.create(
                case=case, kind=ProtectionConcern.Kind.FEAR, state=state, told_at=now, recorded_by=ploy
            )

    return Ways()

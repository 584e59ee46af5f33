"""Each form of the desk that carries an id of its own, ready to be sent: for tests of sending one twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from moei.desks.screening.actions.complete_interview import complete_interview, read_back
from moei.desks.screening.actions.defer import defer
from moei.desks.screening.actions.record_screening import record_screening
from moei.desks.screening.actions.save_answers import save_answers
from moei.desks.screening.actions.sign_determination import sign_determination
from moei.desks.screening.actions.start_interview import start_interview

YES = {"outcome": "victim_consents", "reasons": "Deceived and held."}


@dataclass
class Submission:
    """An action with what it acts on, what was typed, and the same form with something else typed in."""

    action: Any
    about: Any
    typed: dict[str, Any]
    otherwise: dict[str, Any] | None

    def send(self, acting, operation, **other):
        return self.action(acting, self.about, **{**self.typed, **other}, operation=operation)


def ready(name: str, steps, selam) -> Submission:
    if name == "screening":
        return Submission(record_screening, steps.registered(), {"note": "Tired."}, {"note": "Well."})
    if name == "start":
        typed = {"language": "am", "interpreter": selam, "no_tie": True}
        return Submission(start_interview, steps.screened(), typed, {"language": "en"})
    if name == "answers":
        typed = {"values": {"route": "By boat"}}
        return Submission(save_answers, steps.started(), typed, {"values": {"route": "On foot"}})
    if name == "complete":
        return Submission(complete_interview, steps.answered(), {}, None)
    if name == "read back":
        return Submission(read_back, steps.completed(), {"agreed": True}, None)
    if name == "sign":
        return Submission(sign_determination, steps.read(), dict(YES), {"reasons": "Another reason."})
    typed = {"until": date(2026, 3, 9), "reason": "Wants to rest."}
    return Submission(defer, steps.read(), typed, {"until": date(2026, 3, 10)})


ALL = ("screening", "start", "answers", "complete", "read back", "sign", "defer")

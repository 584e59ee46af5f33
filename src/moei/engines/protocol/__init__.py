"""A national protocol as data, and the pure engine that folds a case's events into its state.

    protocol = load_protocol("thailand")
    state = fold(protocol, events, now)

The state says which stage the case has reached, which clocks run, who may do what now and why not. It
proposes no outcome: what the panel's signatures carry is counted, never judged.
"""

from moei.engines.protocol.events import Event, EventKind
from moei.engines.protocol.fold import fold, may_record
from moei.engines.protocol.load import load_protocol
from moei.engines.protocol.messages import TEMPLATES, Message
from moei.engines.protocol.model import (
    ClockKind,
    OutcomeKind,
    Protocol,
    ProtocolError,
    Row,
    Sourced,
)
from moei.engines.protocol.state import (
    Allowed,
    CaseState,
    ClockState,
    ClockStatus,
    PanelState,
    Refused,
    Signature,
    StageState,
)

__all__ = [
    "TEMPLATES",
    "Allowed",
    "CaseState",
    "ClockKind",
    "ClockState",
    "ClockStatus",
    "Event",
    "EventKind",
    "Message",
    "OutcomeKind",
    "PanelState",
    "Protocol",
    "ProtocolError",
    "Refused",
    "Row",
    "Signature",
    "Sourced",
    "StageState",
    "fold",
    "load_protocol",
    "may_record",
]

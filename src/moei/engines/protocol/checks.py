"""What must hold between the values of a protocol, beyond the form of each."""

from collections.abc import Iterable

from moei.engines.protocol.events import KIND_ORDER, EventKind
from moei.engines.protocol.model import (
    NEGATIVE_DETERMINATION,
    BeforeReturn,
    Clock,
    ClockKind,
    OutcomeKind,
    Protocol,
    ProtocolError,
    ReturnOf,
)

PERSONS_OWN_ACTS = frozenset(
    {
        EventKind.REFLECTION_ENDED.value,
        EventKind.CONSENT_TO_PROTECTION_GIVEN.value,
        EventKind.CONSENT_TO_PROTECTION_DECLINED.value,
    }
)
"""Only these may stop a floor or an entitlement: nobody but the person may shorten the person's time."""

NEVER_WAIVED = frozenset({BeforeReturn.NO_FEAR, BeforeReturn.RISK_ASKED, BeforeReturn.WISHES_TO_GO})
"""Fear, risk and wish are the person's own answers: no office answers them with "not needed"."""

_DETERMINATION = {EventKind.DETERMINATION_SIGNED.value, EventKind.DETERMINATION_MADE.value}


def check(protocol: Protocol, file: str) -> None:
    """Raises ProtocolError for the first rule between values that does not hold."""
    if protocol.before_return and not any(
        asked.code is BeforeReturn.NO_FEAR and asked.asked_of.value is ReturnOf.ALL
        for asked in protocol.before_return
    ):
        raise ProtocolError(
            file,
            "before_return",
            "does not ask everybody whether they fear the state they go to",
            'Add an entry with the code no_fear, for = "all".',
        )
    for asked in protocol.before_return:
        if asked.may_be_waived.value and asked.code in NEVER_WAIVED:
            raise ProtocolError(
                file,
                f"before_return.{asked.code}",
                "is said to be waivable; nobody leaves without it",
                "Remove may_be_waived.",
            )
    professions = {profession.code for profession in protocol.professions}
    counting = {profession.code for profession in protocol.professions if profession.counts.value}
    offices = {office.code for office in protocol.offices} | professions

    def known(key: str, names: Iterable[str], allowed: Iterable[str], what: str) -> None:
        for name in names:
            if name not in allowed:
                raise ProtocolError(
                    file,
                    key,
                    f"names {name!r}, which is no {what}",
                    f"Use one of: {', '.join(sorted(allowed))}.",
                )

    def kinds(key: str, names: Iterable[str]) -> None:
        known(key, names, KIND_ORDER, "kind of event")

    earlier: set[str] = set()
    for stage in protocol.stages:
        kinds(f"stages.{stage.code}.reached_by", stage.reached_by.value)
        if stage.after:
            known(f"stages.{stage.code}.after", [stage.after], earlier, "stage before it")
        earlier.add(stage.code)

    for clock in protocol.clocks:
        key = f"clocks.{clock.code}"
        kinds(f"{key}.start", clock.start.value)
        kinds(f"{key}.stop", clock.stop.value)
        kinds(f"{key}.ends", clock.ends.value)
        known(f"{key}.guards", clock.guards.value, {*KIND_ORDER, NEGATIVE_DETERMINATION}, "kind of event")
        known(f"{key}.extended_by", clock.extended_by.value, offices, "office or profession")
        _check_clock(clock, file, key)

    panel = protocol.panel
    known("panel.professions", panel.professions.value, counting, "profession that counts")
    known("panel.must_include", panel.must_include.value, panel.professions.value, "profession of the panel")
    if panel.quorum.value > len(panel.professions.value):
        raise ProtocolError(
            file,
            "panel.quorum",
            "is larger than the number of professions",
            "Lower it or name more professions.",
        )
    if len(panel.must_include.value) > panel.quorum.value:
        raise ProtocolError(
            file, "panel.must_include", "names more professions than the quorum", "Raise the quorum."
        )
    if not any(outcome.kind.value is OutcomeKind.DEFERRAL for outcome in protocol.outcomes):
        raise ProtocolError(
            file, "outcomes", "has no outcome of kind deferral", "Add one: “not yet” is an answer (P06)."
        )
    for outcome in protocol.outcomes:
        kinds(f"outcomes.{outcome.code}.expects", outcome.expects.value)

    kinds("actions", protocol.actions)
    kinds("deferral.lifted_by", protocol.deferral_lifted_by.value)
    for kind, action in protocol.actions.items():
        known(f"actions.{kind}.who", action.who.value, professions, "profession")
        for name in ("needs", "needs_of_adults", "not_after"):
            kinds(f"actions.{kind}.{name}", getattr(action, name).value)


def _check_clock(clock: Clock, file: str, key: str) -> None:
    protective = clock.kind.value is not ClockKind.CEILING
    if not clock.start.value:
        raise ProtocolError(file, f"{key}.start", "is empty", "Name the event that starts the clock.")
    if protective:
        for name in (*clock.stop.value, *clock.ends.value):
            if name not in PERSONS_OWN_ACTS and name != EventKind.CLOSED:
                raise ProtocolError(
                    file,
                    f"{key}.stop",
                    f"lets {name!r} shorten a {clock.kind.value}",
                    f"Only the person may: {', '.join(sorted(PERSONS_OWN_ACTS))} (or closing the case).",
                )
        if clock.deferrable.value:
            raise ProtocolError(
                file,
                f"{key}.deferrable",
                f"is set for a {clock.kind.value}",
                "Only a ceiling can be deferred.",
            )
    elif clock.guards.value:
        raise ProtocolError(
            file, f"{key}.guards", "is set for a ceiling", "Only a floor or an entitlement guards."
        )
    elif not clock.stop.value:
        raise ProtocolError(file, f"{key}.stop", "is empty", "Name the event that meets the ceiling.")
    if clock.guards.value and _DETERMINATION & {*clock.start.value, *clock.guards.value}:
        raise ProtocolError(
            file,
            f"{key}.guards",
            "mixes guarding with a determination event",
            f"Guard `{NEGATIVE_DETERMINATION}` instead, and start the clock by another event.",
        )
    if bool(clock.extended_by.value) != (clock.extended_at_most is not None):
        raise ProtocolError(
            file, f"{key}.extended_at_most", "and extended_by do not come together", "Give both or neither."
        )

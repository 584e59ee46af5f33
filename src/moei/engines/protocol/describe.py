"""Every value of a protocol as a row for a page or a table."""

from collections.abc import Iterator, Mapping

from moei.engines.protocol.model import Protocol, Row, Sourced

WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def rows(protocol: Protocol) -> list[Row]:
    """One row for each value that is set, in the order of the file; empty lists are left out."""
    return [row for row in _all(protocol) if row.value]


def _all(protocol: Protocol) -> Iterator[Row]:
    yield _row("calendar.time_zone", protocol.time_zone)
    weekend = protocol.weekend
    yield _row("calendar.weekend", weekend, ", ".join(WEEKDAY_NAMES[day] for day in weekend.value))
    yield _row("calendar.day_ends", protocol.day_ends)
    for profession in protocol.professions:
        yield _row(f"professions.{profession.code}.counts", profession.counts)
    for office in protocol.offices:
        yield _row(f"offices.{office.code}.role", office.role)
    for stage in protocol.stages:
        yield _row(f"stages.{stage.code}.reached_by", stage.reached_by)
    for clock in protocol.clocks:
        for name in ("kind", "length", "start", "stop", "ends", "guards", "deferrable", "extended_by"):
            yield _row(f"clocks.{clock.code}.{name}", getattr(clock, name))
        if clock.extended_at_most:
            yield _row(f"clocks.{clock.code}.extended_at_most", clock.extended_at_most)
    panel = protocol.panel
    for name in ("quorum", "professions", "must_include", "concludes", "reasons_required", "gap_required"):
        yield _row(f"panel.{name}", getattr(panel, name))
    for outcome in protocol.outcomes:
        for name in ("kind", "expects", "duty"):
            yield _row(f"outcomes.{outcome.code}.{name}", getattr(outcome, name))
    for kind, action in protocol.actions.items():
        for name in ("who", "needs", "needs_of_adults", "not_after"):
            yield _row(f"actions.{kind}.{name}", getattr(action, name))
        if action.once.value:
            yield _row(f"actions.{kind}.once", action.once)
    yield _row("deferral.lifted_by", protocol.deferral_lifted_by)
    yield _row("standard_of_proof", protocol.standard_of_proof)
    for right in protocol.rights:
        yield _row(f"rights.{right.code}", right.text)
    for duty in protocol.child_duties:
        yield _row(f"child_duties.{duty.code}", duty.text)
    for asked in protocol.before_return:
        yield _row(f"before_return.{asked.code}.for", asked.asked_of)
        yield _row(f"before_return.{asked.code}.may_be_waived", asked.may_be_waived)


def _row(key: str, sourced: Sourced[object] | Sourced[object], shown: str | None = None) -> Row:
    value = sourced.value if shown is None else shown
    return Row(key, _words(value), sourced.source, sourced.verified, sourced.note)


def _words(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(str(part) for part in value)
    if isinstance(value, Mapping):
        return str(value["en"])
    return str(value)

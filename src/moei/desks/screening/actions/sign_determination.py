"""Sign for a profession. When the signatures carry an outcome under the protocol, the determination is made.

The program counts signatures by the protocol's rule and does nothing else: it proposes no outcome (P06).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext_noop

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.apply_once import applied_before
from moei.casefile.actions.record_event import Happening, record_events
from moei.casefile.folding import fold_case
from moei.casefile.models import Case, CaseEvent
from moei.desks.screening.form import identification_form
from moei.desks.screening.models import Answer, Determination, Signature
from moei.desks.screening.recording import Locked, ask_protocol, locked, people_of
from moei.engines.protocol import Event, EventKind, OutcomeKind
from moei.engines.protocol.events import Datum
from moei.journal.ids import new_id

_TAKEN = gettext_noop(
    "Your profession has already signed in this round, or you have. Look at the page again."
)


@dataclass(frozen=True)
class Signed:
    """The signature, and the determination if this signature completed the panel."""

    signature: Signature
    determination: Determination | None


@transaction.atomic
def sign_determination(
    acting: Acting,
    case: Case,
    *,
    outcome: str,
    reasons: str,
    gap_question: str = "",
    gap_answer: str = "",
    dissent: str = "",
    until: date | None = None,
    operation: UUID | None = None,
) -> Signed:
    """Sign for the profession of whoever acts, in the round that is open.

    `outcome` is a code of the protocol. A negative one names the question that put the gap to the person and the
    answer (P07); "not yet" has a date. `dissent` is kept beside the signature. Raises `Invalid` in the protocol's
    words when the protocol takes no such signature now.
    """
    require(acting, "determination.sign", case)
    if acting.staff.is_service:
        raise Refused("A determination is signed by a person, not by a program.")
    held = locked(acting, case)
    acting = held.served_last(acting)
    signature_id = new_id()
    said = {
        "outcome": outcome,
        "reasons": reasons.strip(),
        "gap_question": gap_question,
        "gap_answer": gap_answer.strip(),
        "dissent": dissent.strip(),
        "until": until,
    }
    done = applied_before(acting, operation, "determination.sign", held.case, said, makes=signature_id)
    if done:
        return _signed_before(Signature.objects.get(pk=done))
    _check(held, outcome, reasons, gap_question, gap_answer)
    if _is_deferral(held, outcome):
        if until is None or until <= held.case.site.day_of(acting.now):
            raise Invalid({"until": "“Not yet” needs a day after today, agreed with the person."})
    else:
        until = None
    round_ = held.state(acting.now).panel.round
    data: dict[str, Datum] = {
        "profession": acting.staff.profession,
        "agency": str(acting.staff.agency_id or ""),
        "member": str(acting.staff.id),
        "outcome": outcome,
        "reasons": str(signature_id),
        "dissent": bool(dissent.strip()),
    }
    if gap_question:
        data |= {"gap_question": gap_question, "gap_answer": str(signature_id)}
    event = ask_protocol(acting, held, EventKind.DETERMINATION_SIGNED, data)
    made = _concluded(acting, held, event, round_, until)
    happenings = [Happening(held.case, EventKind.DETERMINATION_SIGNED, acting.now, data, operation=operation)]
    if made is not None:
        happenings.append(Happening(held.case, EventKind.DETERMINATION_MADE, acting.now, made))
    try:
        # A savepoint, so that the lock is not the only thing that keeps a seat from being filled twice.
        with transaction.atomic():
            rows = record_events(acting, happenings)
            signature = Signature.objects.create(
                id=signature_id,
                case=held.case,
                round=round_,
                staff=acting.staff,
                profession=acting.staff.profession,
                agency_id=acting.staff.agency_id,
                outcome=outcome,
                reasons=reasons.strip(),
                gap_question=gap_question,
                gap_answer=gap_answer.strip(),
                dissent=dissent.strip(),
                until=until,
                signed_at=acting.now,
                event=rows[0].id,
            )
            determination = _determination(held.case, round_, rows[1]) if made is not None else None
    except IntegrityError:
        raise Invalid(_TAKEN) from None
    changed(
        acting,
        "determination.reasoned",
        case=held.case.id,
        subject=held.case.person_id,
        changes={
            name: (None, value)
            for name, value in (
                ("reasons", signature.reasons),
                ("gap_answer", signature.gap_answer),
                ("dissent", signature.dissent),
            )
            if value
        },
        data={"signature": str(signature.id), "round": round_},
    )
    return Signed(signature, determination)


def _signed_before(signature: Signature) -> Signed:
    """What was answered when it was signed: the determination only if this signature completed the panel."""
    if signature.withdrawn_at is not None:
        raise Invalid("You withdrew the signature that this form gave. Open the page again to sign anew.")
    rows = Signature.objects.filter(case=signature.case_id, round=signature.round, withdrawn_at__isnull=True)
    completed = rows.order_by("signed_at", "pk").last() == signature
    made = Determination.objects.filter(case=signature.case_id, round=signature.round).first()
    return Signed(signature, made if completed else None)


@transaction.atomic
def withdraw_signature(acting: Acting, signature: Signature, *, reason: str) -> Signature:
    """A signature given in error is voided by its signer, with a reason, while the panel is not complete."""
    require(acting, "determination.sign", signature.case)
    if signature.staff_id != acting.staff.id:
        raise Refused("Only who signed may withdraw a signature.")
    if not reason.strip():
        raise Invalid({"reason": "Say why you withdraw your signature."})
    held = locked(acting, signature.case)
    signature.refresh_from_db()
    if signature.withdrawn_at is not None:
        if signature.withdrawn_reason == reason.strip():
            return signature  # sent twice
        raise Invalid("This signature is withdrawn already.")
    if Determination.objects.filter(case=held.case, round=signature.round).exists():
        raise Invalid("The determination is made: a signature can no longer be withdrawn.")
    record_events(
        acting, [Happening(held.case, EventKind.VOIDED, acting.now, {"event": str(signature.event)})]
    )
    signature.withdrawn_at, signature.withdrawn_reason = acting.now, reason.strip()
    signature.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    changed(
        acting,
        "determination.signature_withdrawn",
        case=held.case.id,
        subject=held.case.person_id,
        changes={"reason": (None, reason.strip())},
        data={"signature": str(signature.id), "round": signature.round},
    )
    return signature


def _check(held: Locked, outcome: str, reasons: str, gap_question: str, gap_answer: str) -> None:
    errors = {}
    found = held.protocol.outcome(outcome)
    if found is None:
        errors["outcome"] = "Choose one of the outcomes of the protocol."
    if not reasons.strip():
        errors["reasons"] = "Give your reasons: they stand beside your signature."
    if (
        found is not None
        and found.kind.value is OutcomeKind.NEGATIVE
        and held.protocol.panel.gap_required.value
    ):
        if not gap_question:
            errors["gap_question"] = "Name the question that put the gap to the person."
        if not gap_answer.strip():
            errors["gap_answer"] = "Give the person's answer to it."
    if gap_question and not _was_put(held.case, gap_question):
        errors["gap_question"] = "This question was not put to the person: no answer to it is recorded."
    if errors:
        raise Invalid(errors)


def _was_put(case: Case, question: str) -> bool:
    if identification_form().question(question) is None:
        return False
    latest = (
        Answer.objects.filter(case__person_id__in=people_of(case), question=question)
        .order_by("-saved_at", "-revision")
        .first()
    )
    return latest is not None and latest.value != ""


def _is_deferral(held: Locked, outcome: str) -> bool:
    found = held.protocol.outcome(outcome)
    return found is not None and found.kind.value is OutcomeKind.DEFERRAL


def _concluded(
    acting: Acting, held: Locked, event: Event, round_: int, until: date | None
) -> dict[str, Datum] | None:
    """What the determination's event says if this signature lets the panel conclude."""
    panel = fold_case(held.case, [*held.events, event], now=acting.now).panel
    if panel.concluded is None or panel.made is not None:
        return None
    data: dict[str, Datum] = {"outcome": panel.concluded, "round": round_}
    if _is_deferral(held, panel.concluded):
        # Several dates were signed: the person gets the longest of them.
        events = [entry.event for entry in panel.signed if entry.outcome == panel.concluded]
        signed = Signature.objects.filter(event__in=[key for key in events if key != event.id])
        dates = [day for day in (until, *signed.values_list("until", flat=True)) if day is not None]
        data["until"] = max(dates).isoformat()
    return data


def _determination(case: Case, round_: int, event: CaseEvent) -> Determination:
    until = event.data.get("until")
    return Determination.objects.create(
        case=case,
        round=round_,
        outcome=event.data["outcome"],
        until=date.fromisoformat(until) if until else None,
        made_at=event.happened_at,
        event=event.id,
    )

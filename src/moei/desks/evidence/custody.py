"""The custody log: one row and one entry of the journal for each act, in the transaction of the act."""

from __future__ import annotations

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed, was_read
from moei.casefile.case_numbers import names_a_case
from moei.desks.evidence.models import Custody, Evidence
from moei.journal.ids import new_id

Act = Custody.Act

CODES = {
    Act.RECEIVED: "evidence.received",
    Act.AGAIN: "evidence.given_again",
    Act.OPENED: "evidence.opened",
    Act.CORRECTED: "evidence.corrected",
    Act.CLEANED: "evidence.cleaned",
    Act.NOT_CLEANED: "evidence.not_cleaned",
    Act.VERIFIED: "evidence.verified",
    Act.BROKEN: "evidence.broken",
    Act.WORKING: "evidence.working_taken",
    Act.COPIED: "evidence.copied",
    Act.DISCLOSED: "evidence.disclosed",
    Act.DESTROYED: "evidence.destroyed",
}


def enter(
    acting: Acting,
    evidence: Evidence,
    act: Custody.Act,
    *,
    why: str = "",
    to_whom: str = "",
    sha256: str = "",
    departure: str = "",
) -> Custody:
    """Write one act. Words are bound to the journal by commitments: whoever changes them later is found out."""
    row = Custody(
        id=new_id(),
        evidence=evidence,
        act=act,
        at=acting.now,
        by=acting.staff,
        agency=acting.staff.agency,
        why=why.strip()[:300],
        to_whom=to_whom.strip()[:120],
        sha256=sha256,
        departure=departure,
    )
    data = {"evidence": str(evidence.id), "number": str(evidence), "custody": str(row.id)}
    if sha256:
        data["sha256"] = sha256
    if departure:
        data["departure"] = departure
    words = {"why": row.why, "to_whom": row.to_whom}
    changes = {name: (None, text) for name, text in words.items() if text}
    write = was_read if act == Act.OPENED else changed
    row.entry = write(acting, CODES[act], changes=changes, data=data).seq
    row.save(force_insert=True)
    return row


def refuse_cases(**texts: str) -> None:
    """Raises `Invalid` for the fields that hold a case number: evidence leads to no case (P13)."""
    errors: dict[str, str] = {}
    for field, text in texts.items():
        if names_a_case(text):
            errors[field] = (
                "This holds a case number. Write the source's code or pseudonym: evidence never names a case."
            )
    if errors:
        raise Invalid(errors)


def standing(evidence: Evidence) -> Evidence:
    """The piece as it is. Raises `Invalid` once it was destroyed."""
    if evidence.destroyed_at is not None or evidence.key is None:
        raise Invalid("This piece of evidence was destroyed. Its record and its custody log stay.")
    return evidence

"""What is taken from a person is written down, receipted, and given back against a signature (P15)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.utils.translation import gettext

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import TOLERANCE, lock_case
from moei.casefile.folding import standing_case
from moei.casefile.keeping_apart import decides
from moei.casefile.models import Case, PropertyItem
from moei.crypto import new_code

# Without signs that are mistaken for one another when they are read aloud.
_SIGNS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


@dataclass(frozen=True)
class Thing:
    """What was taken. A copy of what is in it needs a basis of its own, such as the consent for an investigation."""

    kind: PropertyItem.Kind
    words: str
    taken_by: str
    taken_at: datetime
    basis: str
    held_at: str
    number: str = ""
    back_by: date | None = None
    copied: bool = False
    copy_basis: str = ""


def new_receipt() -> str:
    """Eight random signs, as `R-7KQ2-M9TX`: they say nothing of the person."""
    signs = new_code(_SIGNS, 8)
    return f"R-{signs[:4]}-{signs[4:]}"


@transaction.atomic
def take_property(acting: Acting, case: Case, thing: Thing) -> PropertyItem:
    """Raises `Invalid` without who, basis and place; for a copy without a basis; for a time that has not come."""
    require(acting, "property.record", case)
    needed = {
        "words": thing.words,
        "taken_by": thing.taken_by,
        "basis": thing.basis,
        "held_at": thing.held_at,
    }
    missing = {
        name: gettext("Fill this in: without it the thing cannot be given back.")
        for name, value in needed.items()
        if not value.strip()
    }
    if missing:
        raise Invalid(missing)
    if thing.taken_at > acting.now + TOLERANCE:
        raise Invalid(
            {"taken_at": "This time is in the future. Check the date and the clock of this device."}
        )
    if thing.copied and decides(acting.staff, case, now=acting.now):
        raise Invalid(
            {"copied": "Who may sign the determination does not record this. A caseworker or registrar does."}
        )
    if thing.copied and not thing.copy_basis.strip():
        raise Invalid({"copy_basis": "A copy needs a basis of its own: the consent for it, or the order."})
    item = PropertyItem.objects.create(
        case=case,
        receipt=new_receipt(),
        kind=thing.kind,
        words=thing.words.strip(),
        number=thing.number.strip(),
        taken_by=thing.taken_by.strip(),
        taken_at=thing.taken_at,
        basis=thing.basis.strip(),
        held_at=thing.held_at.strip(),
        back_by=thing.back_by,
        copied=thing.copied,
        copy_basis=thing.copy_basis.strip() if thing.copied else "",
        recorded_at=acting.now,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "property.taken",
        case=case.id,
        subject=case.person_id,
        happened_at=thing.taken_at,
        changes={"words": (None, item.words), "number": (None, item.number), "basis": (None, item.basis)},
        data={"receipt": item.receipt, "kind": str(item.kind)},
    )
    return item


@transaction.atomic
def return_property(acting: Acting, item: PropertyItem, *, to: str, signed: bool) -> None:
    """It came back. Without a signature that is said, and stays to be seen."""
    require(acting, "property.record", standing_case(item.case))
    lock_case(item.case)
    item.refresh_from_db(fields=["returned_at"])
    if item.returned_at is not None:
        raise Invalid("This was given back already.")
    if not to.strip():
        raise Invalid({"to": "Say to whom it was given: the person, or whom they named."})
    item.returned_at, item.returned_to, item.signed = acting.now, to.strip(), signed
    item.returned_by = acting.staff
    item.save(update_fields=["returned_at", "returned_to", "signed", "returned_by"])
    changed(
        acting,
        "property.returned",
        case=item.case_id,
        subject=item.case.person_id,
        changes={"returned_to": (None, item.returned_to)},
        data={"receipt": item.receipt, "signed": signed},
    )

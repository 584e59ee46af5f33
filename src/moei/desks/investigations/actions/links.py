"""A pseudonym is linked to a person again: asked by investigators, agreed by two agencies, opened with both key files."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.decide import require
from moei.access.journalled import changed, was_read
from moei.crypto.envelope import EnvelopeError, recipients_of
from moei.desks.investigations.models import (
    LinkAgreement,
    LinkKey,
    LinkRequest,
    LinkSeal,
    Statement,
    Teller,
)
from moei.desks.investigations.working import begin, of_desk

NEEDED = 2


@transaction.atomic
def give_link_key(acting: Acting, recipient: str) -> LinkKey:
    """The public half of a key file (`age1...`) of the agency of whoever acts. One in force of each agency: a new one
    takes the place of the old one for what is told from now on; what was sealed before still needs the old file.
    """
    require(acting, "link.agree")
    agency = acting.staff.agency
    if agency is None:
        raise Invalid("Your account belongs to no agency. The link is sealed for agencies.")
    text = recipient.strip()
    try:
        recipients_of([text])
    except EnvelopeError:
        raise Invalid(
            {
                "recipient": "This is no public half of a key: it begins with age1, from `moei keys new-identity`."
            }
        ) from None
    standing = LinkKey.objects.filter(ended_at__isnull=True)
    if standing.filter(recipient=text).exists():
        raise Invalid({"recipient": "This key is in force already. Each agency has a key of its own."})
    standing.filter(agency=agency).update(ended_at=acting.now)
    try:
        with transaction.atomic():
            key = LinkKey.objects.create(
                agency=agency, recipient=text, added_at=acting.now, added_by=acting.staff
            )
    except IntegrityError:
        raise Invalid("Somebody of your agency gave a key just now. Look again.") from None
    changed(acting, "link_key.given", data={"key": str(key.pk), "agency": str(agency.pk)})
    return key


@transaction.atomic
def ask_link(acting: Acting, teller: Teller, *, reason: str) -> LinkRequest:
    """An investigator asks that somebody who told something be found again. Says nothing of who it is."""
    begin(acting, "network.work")
    seen = Statement.objects.filter(teller=teller, withdrawn=False, **of_desk(acting))
    if not seen.exists():
        raise Refused("There is no such pseudonym, or it is not open to you.")
    if len(reason.strip()) < 10:
        raise Invalid({"reason": "Say what for: two agencies decide by it."})
    if open_request(teller) is not None:
        raise Invalid("This was asked already, and is not answered yet.")
    request = LinkRequest.objects.create(
        teller=teller, reason=reason.strip()[:500], asked_at=acting.now, asked_by=acting.staff
    )
    changed(acting, "link.asked", data={"request": str(request.pk)})
    return request


def open_request(teller: Teller) -> LinkRequest | None:
    """One that waits for answers."""
    rows = LinkRequest.objects.filter(teller=teller).prefetch_related("answers")
    return next((row for row in rows if state(row) == "waits"), None)


def state(request: LinkRequest) -> str:
    """``waits``, ``agreed`` or ``declined``: one no is enough against it."""
    answers = list(request.answers.all())
    if any(not answer.agrees for answer in answers):
        return "declined"
    return "agreed" if len({answer.agency_id for answer in answers}) >= NEEDED else "waits"


@transaction.atomic
def answer_link(acting: Acting, request: LinkRequest, *, agrees: bool, reason: str) -> LinkAgreement:
    """The answer of the agency of whoever acts. Nobody answers what their own agency asked for: the one that was told,
    wherever the investigator who asked works by now."""
    require(acting, "link.agree")
    agency = acting.staff.agency
    locked = (
        LinkRequest.objects.select_for_update(no_key=True)
        .filter(pk=request.pk, teller__release=acting.release)
        .first()
    )
    if locked is None:
        raise Refused("There is no such request, or it is not open to you.")
    if agency is None or locked.teller.agency_id == agency.pk:
        raise Invalid("Who asked and who agrees are of different agencies.")
    if len(reason.strip()) < 10:
        raise Invalid({"reason": "Say why: this is read when the request is reviewed."})
    if state(locked) != "waits":
        raise Invalid("This request is answered already.")
    try:
        with transaction.atomic():
            answer = LinkAgreement.objects.create(
                request=locked,
                agency=agency,
                staff=acting.staff,
                agrees=agrees,
                reason=reason.strip()[:300],
                answered_at=acting.now,
            )
    except IntegrityError:
        raise Invalid("Your agency has answered already.") from None
    changed(
        acting,
        "link.agreed" if agrees else "link.declined",
        data={"request": str(locked.pk), "agency": str(agency.pk)},
    )
    return answer


def seals_for(acting: Acting, request: LinkRequest) -> list[LinkSeal]:
    """Of a request that two agencies agreed on: the seals that begin with a key of the agency of whoever acts, and go
    on with one of an agency that agreed as well. Raises `Invalid` before that."""
    require(acting, "link.agree")
    if request.teller.release_id != acting.release.id or state(request) != "agreed":
        raise Invalid("Two agencies have to agree first.")
    agreed = {answer.agency_id for answer in request.answers.all() if answer.agrees}
    rows = LinkSeal.objects.filter(
        teller=request.teller,
        outer__agency=acting.staff.agency_id,
        outer__agency__in=agreed,
        inner__agency__in=agreed,
    )
    return list(rows.select_related("outer__agency", "inner__agency").order_by("outer_id", "inner_id"))


def sealed_link(acting: Acting, request: LinkRequest) -> bytes:
    """The file that a link holder opens on a machine of their own and gives to the second one. Raises `Invalid` when
    there is none: the agency had no key when the person told it, or the person took their consent back."""
    seals = seals_for(acting, request)
    if not seals:
        raise Invalid("Nothing was sealed for your agency together with the other one that agreed.")
    was_read(acting, "link.handed_out", data={"request": str(request.pk)})
    return bytes(seals[-1].sealed)

"""Somebody of another agency agrees, and what was proposed is done; or whoever proposed it collects what it gives."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction

from moei.access.acting import Acting, Invalid, Refused
from moei.access.actions.propose import about
from moei.access.changes import CHANGES, needs_collecting
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Proposal, Staff
from moei.access.policy import Duty
from moei.access.reach import reaches, releases_concerned, require_reach
from moei.journal.models import Entry

Kind = Proposal.Kind
COLLECTED_WITHIN = timedelta(hours=72)
# What gives a way in as somebody, or decides who may vouch for them.
OF_SOMEBODYS_AGENCY = frozenset({Kind.PERSON, Kind.OPEN, Kind.PASSWORD, Kind.SECOND_FACTOR, Kind.TOKEN})
EITHER = frozenset({Duty.STAFF, Duty.APPROVE})


@transaction.atomic
def approve(acting: Acting, proposal: Proposal) -> Proposal:
    """Done at once, in the same transaction, with every check made anew. Two at the same moment do it once."""
    require(acting, "changes.approve")
    proposal = _waiting(acting, proposal)
    # Both as they stand in the database now: who moved, left or was closed meanwhile counts as what they are.
    approver = Staff.objects.get(pk=acting.staff.pk)
    proposer = Staff.objects.get(pk=proposal.proposed_by_id)
    if approver.pk in (proposer.pk, proposal.staff_id):
        raise Refused("Somebody else decides this: you proposed it, or it is about you.")
    if approver.agency_id is None or approver.agency_id in (proposal.proposing_agency_id, proposer.agency_id):
        raise Refused("Somebody of another agency decides this: yours proposed it.")
    nobody_theirs = _theirs_agrees(acting, proposal, approver)
    concerned = releases_concerned(proposal, now=acting.now)
    require_reach(acting, Duty.APPROVE, concerned)
    if not proposer.is_active or not reaches(proposer, Duty.STAFF, concerned, now=acting.now):
        raise Invalid("Whoever proposed this may no longer propose it. Ask another administrator.")
    proposal.approved, proposal.decided_at = True, acting.now
    proposal.decided_by, proposal.deciding_agency = approver, approver.agency
    if needs_collecting(proposal):
        proposal.lapses_at = acting.now + COLLECTED_WITHIN
    proposal.save()
    CHANGES[proposal.kind].apply(acting, proposal)
    alone = {"nobody_of_their_agency": "yes"} if nobody_theirs else {}
    changed(acting, "change.approved", kind=Entry.Kind.ACCESS, data={**about(proposal), **alone})
    return proposal


@transaction.atomic
def decline(acting: Acting, proposal: Proposal, *, note: str = "") -> Proposal:
    """It is not done, or done no longer. Whoever may approve declines it; whoever proposed it takes it back."""
    require(acting, "changes.approve")
    proposal = _waiting(acting, proposal)
    if acting.staff.pk == proposal.staff_id:
        raise Refused("Somebody else decides this: it is about you.")
    if acting.staff.pk != proposal.proposed_by_id:
        require_reach(acting, Duty.APPROVE, releases_concerned(proposal, now=acting.now))
    if acting.staff.pk != proposal.proposed_by_id and not note.strip():
        raise Invalid({"note": "Say in a few words why not: whoever proposed it reads it."})
    proposal.approved, proposal.decided_at, proposal.note = False, acting.now, note.strip()
    proposal.decided_by, proposal.deciding_agency = acting.staff, acting.staff.agency
    proposal.save()
    CHANGES[proposal.kind].undo(acting, proposal)
    changed(acting, "change.declined", kind=Entry.Kind.ACCESS, data=about(proposal))
    return proposal


@transaction.atomic
def collect(acting: Acting, proposal: Proposal) -> str:
    """The password or token that was agreed on, made now and shown once, to whoever proposed it and nobody else."""
    require(acting, "staff.manage")
    proposal = _locked(proposal)
    if acting.staff.pk != proposal.proposed_by_id:
        raise Refused("Whoever proposed it collects it.")
    made = CHANGES[proposal.kind].collect
    if made is None or not needs_collecting(proposal) or not proposal.may_be_collected(acting.now):
        raise Invalid("There is nothing to collect here any more.")
    require_reach(acting, Duty.STAFF, releases_concerned(proposal, now=acting.now))
    secret = made(acting, proposal)
    proposal.collected_at = acting.now
    proposal.save(update_fields=["collected_at"])
    return secret


def _theirs_agrees(acting: Acting, proposal: Proposal, approver: Staff) -> bool:
    """Who gets a way in as somebody is vouched for by that somebody's own agency: it knows whether they asked for it.

    Raises `Refused` if it has somebody who could and did not. Returns whether there is nobody there who could.
    """
    agreed = {proposal.proposing_agency_id, approver.agency_id}
    nobody = False
    for agency, (duties, refused) in _asked(acting, proposal, approver).items():
        if agency in agreed:
            continue
        if _somebody_there(acting, proposal, agency, duties):
            raise refused
        nobody = True
    return nobody


def _asked(
    acting: Acting, proposal: Proposal, approver: Staff
) -> dict[UUID | None, tuple[frozenset[Duty], Refused]]:
    """The agencies that vouch, each with the duties of which one suffices there, and what is said without them."""
    where = UUID(str(proposal.what["agency"])) if proposal.what.get("agency") else None
    if proposal.kind == Kind.ACCOUNT:
        refused = Refused("Somebody of the agency that the account will belong to approves this.")
        return {where: (frozenset({Duty.APPROVE}), refused)}
    if proposal.kind not in OF_SOMEBODYS_AGENCY or proposal.staff is None:
        return {}
    theirs = proposal.staff.agency_id
    refused = Refused("Somebody of the agency of whom this is about must propose or approve it.")
    asked = {theirs: (EITHER, refused)}
    # Moved without a word of the old agency, or into one that never heard of them, somebody would be vouched for by
    # whoever moved them. Where neither of the two can propose, only one of them can agree: the old one.
    if proposal.kind == Kind.PERSON and where not in (None, theirs):
        propose = frozenset({Duty.STAFF})
        if approver.agency_id != theirs or any(
            _somebody_there(acting, proposal, agency, propose) for agency in (theirs, where)
        ):
            refused = Refused("Somebody of the agency that they would come to must propose or approve it.")
            asked[where] = (EITHER, refused)
    return asked


def _somebody_there(acting: Acting, proposal: Proposal, agency: UUID | None, duties: frozenset[Duty]) -> bool:
    """Whether somebody of the agency, other than whom it is about, holds one of the duties wherever it matters."""
    if agency is None:
        return False
    concerned = releases_concerned(proposal, now=acting.now)
    there = Staff.objects.filter(agency=agency, is_active=True, is_service=False)
    return any(
        one.pk != proposal.staff_id and reaches(one, duty, concerned, now=acting.now)
        for one in there
        for duty in duties
    )


def _locked(proposal: Proposal) -> Proposal:
    """The row, held until the transaction ends."""
    return (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("staff", "release__site")
        .get(pk=proposal.pk)
    )


def _waiting(acting: Acting, proposal: Proposal) -> Proposal:
    found = _locked(proposal)
    if found.decided_at is not None:
        raise Invalid("Somebody decided this already.")
    if not found.waits(acting.now):
        raise Invalid("This lapsed. Propose it again if it is still wanted.")
    return found

"""For which states a mission acts besides its own."""

from __future__ import annotations

from django.db import transaction
from django.db.models import Q

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.actions.record_event import lock_together
from moei.casefile.feared_states import close_to_feared_states
from moei.casefile.folding import joined_into
from moei.casefile.models import Person, ProtectionConcern
from moei.desks.embassies.actions.take_back import take_back
from moei.desks.embassies.models import AgreedState, ServedState, VerificationRequest
from moei.engines.identity.countries import is_code


@transaction.atomic
def add_state(acting: Acting, mission: Agency, state: str) -> ServedState:
    """Nobody is asked about there before they agreed to it. Who fears the state is taken from the mission at once."""
    require(acting, "missions.ask")
    if mission.kind != Agency.Kind.EMBASSY:
        raise Invalid("This agency is no embassy or consulate.")
    if not is_code(state) or state.startswith("XX"):
        raise Invalid({"state": "Choose a state: no country is known by this name."})
    if state == mission.country:
        raise Invalid({"state": "A mission acts for its own state anyway."})
    # Locked, so that two who add the same state do so one after the other.
    Agency.objects.select_for_update(no_key=True).get(pk=mission.pk)
    if ServedState.objects.filter(mission=mission, state=state, ended_at__isnull=True).exists():
        raise Invalid({"state": "This mission acts for this state already."})
    feared = ProtectionConcern.objects.filter(state=state, ended_at__isnull=True)
    fearing = set(feared.values_list("case__person_id", flat=True))
    # All cases are locked before the first entry in the journal.
    locked = lock_together(fearing) if fearing else set()
    row = ServedState.objects.create(mission=mission, state=state, added_at=acting.now, added_by=acting.staff)
    changed(acting, "mission.state_added", data={"mission": str(mission.pk), "state": state})
    stands = locked - set(
        Person.objects.filter(pk__in=locked, merged_into__isnull=False).values_list("pk", flat=True)
    )
    for together in joined_into(sorted(stands, key=str)).values():
        close_to_feared_states(acting, together)
    return row


@transaction.atomic
def end_state(acting: Acting, served: ServedState) -> int:
    """The mission acts for it no more: what waits there is taken back. Returns how many requests that were."""
    require(acting, "missions.ask")
    served = ServedState.objects.select_for_update(no_key=True).get(pk=served.pk)
    if served.ended_at is not None:
        raise Invalid("This was ended already.")
    served.ended_at = acting.now
    served.save(update_fields=["ended_at"])
    waiting = VerificationRequest.objects.filter(
        mission=served.mission_id, state=served.state, status__in=VerificationRequest.OPEN
    )
    people = set(waiting.values_list("case__person_id", flat=True))
    if people:
        lock_together(people)
    ended = take_back_state(acting, Q(mission=served.mission_id, state=served.state))
    changed(
        acting,
        "mission.state_ended",
        data={"mission": str(served.mission_id), "state": served.state, "taken_back": ended},
    )
    return ended


def take_back_state(acting: Acting, which: Q) -> int:
    """Agreements to a state end, and requests about it; `which` is a condition on mission, state and case."""
    AgreedState.objects.filter(which, ended_at__isnull=True).update(ended_at=acting.now)
    waiting = VerificationRequest.objects.filter(which, status__in=VerificationRequest.OPEN)
    ids = list(waiting.values_list("pk", flat=True))
    return take_back(acting, Q(pk__in=ids), VerificationRequest.Why.STATE) if ids else 0

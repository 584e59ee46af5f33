"""What follows an answer: more is given, another mission is asked, or the path of the stateless begins."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.journalled import changed
from moei.access.models import Agency
from moei.casefile.actions.record_event import lock_case
from moei.casefile.folding import standing_case
from moei.casefile.models import Disclosure, ProtectionConcern
from moei.desks.embassies.actions.record_concern import record_concern
from moei.desks.embassies.actions.send_batch import BASIS
from moei.desks.embassies.models import VerificationRequest
from moei.desks.embassies.readiness import Not, acts_for, why_not
from moei.desks.embassies.working import begin

Next, Status = VerificationRequest.Next, VerificationRequest.Status


@transaction.atomic
def follow_refuted(
    acting: Acting,
    request: VerificationRequest,
    following: str,
    *,
    mission: Agency | None = None,
    state: str = "",
    path: str = ProtectionConcern.Path.OPEN,
) -> VerificationRequest:
    """To `mission` for `state`, where the person is then asked whether they agree; or the path of the stateless."""
    case = standing_case(request.case)
    together = begin(acting, case)
    request.refresh_from_db()
    if request.status != Status.REFUTED:
        raise Invalid("The mission has not said that the person is no national.")
    if request.following:
        raise Invalid("What follows was decided already.")
    if following not in Next.values:
        raise Invalid({"following": "Choose what follows."})
    if following == Next.ANOTHER:
        if mission is None or mission.kind != Agency.Kind.EMBASSY:
            raise Invalid({"mission": "Choose the mission that is asked next."})
        state = state or mission.country
        if not acts_for(mission, state):
            raise Invalid({"state": "This mission does not act for this state."})
        if (mission.pk, state) == (request.mission_id, request.state):
            raise Invalid({"mission": "This mission has said no for this state. Choose another one."})
        if Not.FEARED in why_not([case], mission, state)[case.id]:
            raise Invalid({"mission": Not.FEARED.words})
        request.following_mission, request.following_state = mission, state
    elif not ProtectionConcern.objects.filter(
        case__person__in=together, kind=ProtectionConcern.Kind.STATELESS, ended_at__isnull=True
    ).exists():
        record_concern(acting, case, ProtectionConcern.Kind.STATELESS, path=path)
    request.following, request.followed_at, request.followed_by = following, acting.now, acting.staff
    request.save(
        update_fields=[
            "following",
            "following_mission",
            "following_state",
            "followed_at",
            "followed_by",
        ]
    )
    changed(
        acting,
        "verification.followed",
        case=request.case_id,
        subject=request.case.person_id,
        changes={"following": (None, following), "state": (None, request.following_state)},
        data={"request": str(request.pk)},
    )
    return request


@transaction.atomic
def give_more(acting: Acting, request: VerificationRequest, words: str) -> VerificationRequest:
    """What the mission needed; the request waits for it again. A line in the register says that more was told."""
    case = standing_case(request.case)
    begin(acting, case)
    lock_case(request.case)
    request.refresh_from_db()
    if request.status != Status.MORE:
        raise Invalid("The mission does not wait for more.")
    if not words.strip():
        raise Invalid({"words": "Write what the mission needs to know."})
    stands = why_not([case], request.mission, request.state)[case.id]
    for reason in (Not.FEARED, Not.NO_CONSENT, Not.ASK_AGAIN):
        if reason in stands:
            raise Invalid({"words": reason.words})
    before, request.more, request.status = request.more, words.strip(), Status.ASKED
    request.save(update_fields=["more", "status"])
    Disclosure.objects.create(
        case=request.case,
        what="more that the mission asked about nationality",
        to_whom=request.mission.name,
        happened_at=acting.now,
        basis=BASIS,
        recorded_by=acting.staff,
    )
    changed(
        acting,
        "verification.more_given",
        case=request.case_id,
        subject=request.case.person_id,
        changes={"more": (before, request.more)},
        data={"request": str(request.pk)},
    )
    return request

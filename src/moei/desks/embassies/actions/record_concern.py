"""The person fears a state, seeks asylum or may have no nationality: nothing is asked there, and another path begins."""

from __future__ import annotations

from django.db import transaction

from moei.access.acting import Acting, Invalid
from moei.access.decide import require
from moei.access.journalled import changed
from moei.casefile.actions.record_event import lock_together
from moei.casefile.feared_states import close_to_feared_states
from moei.casefile.folding import standing_case
from moei.casefile.models import Case, ProtectionConcern
from moei.engines.identity.countries import is_code

Kind, Path = ProtectionConcern.Kind, ProtectionConcern.Path


@transaction.atomic
def record_concern(
    acting: Acting, case: Case, kind: ProtectionConcern.Kind, *, state: str = "", path: str = Path.OPEN
) -> ProtectionConcern:
    """Takes effect at once: missions that act for the state lose the case, and what they were asked is taken back.

    `state` is ISO 3166 alpha-3; empty means every state, as it does for whoever may have no nationality.
    """
    require(acting, "return.record", case)
    if kind not in Kind.values:
        raise Invalid({"kind": "Say what it is: fear of a state, asylum, or no nationality."})
    if path not in Path.values:
        raise Invalid({"path": "Choose one of the paths."})
    if state and (not is_code(state) or state.startswith("XX")):
        raise Invalid({"state": "Choose a state: no country is known by this name."})
    if kind == Kind.STATELESS:
        state = ""
    together = lock_together([case.person_id])
    if standing_case(case).pk != case.pk:
        raise Invalid("This case file was joined into another one. Open that one.")
    same = ProtectionConcern.objects.filter(
        case__person__in=together, kind=kind, state=state, ended_at__isnull=True
    )
    if same.exists():
        raise Invalid("This stands already. Change its path instead.")
    concern = ProtectionConcern.objects.create(
        case=case, kind=kind, state=state, path=path, told_at=acting.now, recorded_by=acting.staff
    )
    # What it is stands under the person's key, not among the codes of the journal.
    changed(
        acting,
        "concern.recorded",
        case=case.id,
        subject=case.person_id,
        changes={"kind": (None, str(kind)), "state": (None, state), "path": (None, str(path))},
        data={"concern": str(concern.pk)},
    )
    close_to_feared_states(acting, together)
    return concern


@transaction.atomic
def choose_path(acting: Acting, concern: ProtectionConcern, path: str) -> None:
    """UNHCR, a third country, or staying: what follows instead of asking the state."""
    case = standing_case(concern.case)
    require(acting, "return.record", case)
    if path not in Path.values:
        raise Invalid({"path": "Choose one of the paths."})
    lock_together([case.person_id])
    concern.refresh_from_db()
    if concern.ended_at is not None:
        raise Invalid("This stands no more.")
    before, concern.path = concern.path, path
    concern.save(update_fields=["path"])
    changed(
        acting,
        "concern.path_chosen",
        case=concern.case_id,
        subject=concern.case.person_id,
        changes={"path": (before, path)},
        data={"concern": str(concern.pk)},
    )


@transaction.atomic
def end_concern(acting: Acting, concern: ProtectionConcern, *, reason: str) -> None:
    """It stands no more, by the person's own word. Nothing opens by that: each mission is agreed to anew."""
    case = standing_case(concern.case)
    require(acting, "return.record", case)
    if not reason.strip():
        raise Invalid({"reason": "Say what the person said: it stood to protect them."})
    lock_together([case.person_id])
    concern.refresh_from_db()
    if concern.ended_at is not None:
        raise Invalid("This stands no more.")
    concern.ended_at = acting.now
    concern.save(update_fields=["ended_at"])
    changed(
        acting,
        "concern.ended",
        case=concern.case_id,
        subject=concern.case.person_id,
        changes={"reason": (None, reason.strip())},
        data={"concern": str(concern.pk)},
    )
